// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's library, as far as it is needed. Nothing of it is timed but memcmp(), by
 * which rhashtable compares keys.
 */
#include "host.h"

/* ---- Numbers (splitmix64) -------------------------------------------- */

u64 native_random(struct rnd_state *random)
{
	u64 x = random->state += 0x9e3779b97f4a7c15ULL;

	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
	return x ^ (x >> 31);
}

void get_random_bytes(void *to, size_t bytes)
{
	host_random(to, bytes);
}

u64 get_random_u64(void)
{
	static __thread struct rnd_state random;

	if (!random.state)
		host_random(&random, sizeof(random));
	return native_random(&random);
}

u32 get_random_u32(void)
{
	return get_random_u64();
}

u32 get_random_u32_below(u32 bound)
{
	return mul_u32_u32(get_random_u32(), bound) >> 32;
}

/* ---- Order ----------------------------------------------------------- */

struct sorting {
	int (*compare)(const void *a, const void *b);
	int (*compare_r)(const void *a, const void *b, const void *data);
	const void *data;
};

static int sorting_compare(const void *a, const void *b, void *data)
{
	struct sorting *sorting = data;

	return sorting->compare ? sorting->compare(a, b) :
				  sorting->compare_r(a, b, sorting->data);
}

void native_sort(void *base, size_t count, size_t size,
		 int (*compare)(const void *a, const void *b))
{
	struct sorting sorting = { .compare = compare };

	host_sort(base, count, size, sorting_compare, &sorting);
}

void native_sort_r(void *base, size_t count, size_t size,
		   int (*compare)(const void *a, const void *b, const void *data),
		   const void *data)
{
	struct sorting sorting = { .compare_r = compare, .data = data };

	host_sort(base, count, size, sorting_compare, &sorting);
}

/* ---- Text and bytes --------------------------------------------------- */

void native_print(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	host_say(format, args);
	va_end(args);
}

int native_memcmp(const void *a, const void *b, size_t bytes)
{
	const u8 *left = a, *right = b;

	for (; bytes >= sizeof(u64); bytes -= sizeof(u64)) {
		if (get_unaligned((const u64 *)left) != get_unaligned((const u64 *)right))
			break;
		left += sizeof(u64);
		right += sizeof(u64);
	}
	for (; bytes; bytes--, left++, right++) {
		if (*left != *right)
			return *left - *right;
	}
	return 0;
}

const void *memchr_inv(const void *start, int c, size_t bytes)
{
	const u8 *at = start;

	for (; bytes && *at == (u8)c; at++)
		bytes--;
	return bytes ? at : NULL;
}

/* ---- The machine ------------------------------------------------------ */

unsigned long ktime_get_ns(void)
{
	return host_clock();
}

bool boot_cpu_has(u32 feature)
{
	return feature == X86_FEATURE_AVX512F ? host_has_avx512() : host_has_avx2();
}
