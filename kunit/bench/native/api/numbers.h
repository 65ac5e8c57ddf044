/* SPDX-License-Identifier: GPL-2.0 */
/*
 * linux/minmax.h, linux/math64.h, linux/log2.h, linux/limits.h, linux/sizes.h, linux/sort.h,
 * linux/random.h, linux/prandom.h
 */
#ifndef BENCH_NATIVE_NUMBERS_H
#define BENCH_NATIVE_NUMBERS_H

#define min(x, y) ({						\
	typeof(x) first = (x);					\
	typeof(y) second = (y);					\
								\
	first < second ? first : second;			\
})
#define max(x, y) ({						\
	typeof(x) first = (x);					\
	typeof(y) second = (y);					\
								\
	first > second ? first : second;			\
})
#define min_t(type, x, y)	min((type)(x), (type)(y))
#define max_t(type, x, y)	max((type)(x), (type)(y))
#define DIV_ROUND_UP(n, by)	(((n) + (by) - 1) / (by))
#define DIV_ROUND_UP_ULL(n, by)	DIV_ROUND_UP((u64)(n), (u64)(by))
#define ALIGN(n, to)		(((n) + (typeof(n))(to) - 1) & ~((typeof(n))(to) - 1))
#define round_down(n, to)	((n) & ~((typeof(n))(to) - 1))
#define IS_ALIGNED(n, to)	(!((n) & ((to) - 1)))
#define div_u64(n, by)		((u64)(n) / (u32)(by))
#define div64_u64(n, by)	((u64)(n) / (u64)(by))
#define mul_u32_u32(a, b)	((u64)(a) * (b))
#define mul_u64_u64_shr(a, b, shift)	((u64)((__uint128_t)(a) * (b) >> (shift)))
#define cmp_int(a, b)		(((a) > (b)) - ((a) < (b)))

#define U16_MAX			((u16)~0U)
#define U32_MAX			(~0U)
#define U64_MAX			(~0ULL)
#define ULONG_MAX		(~0UL)
#define UINT_MAX		(~0U)
#define SZ_8K			(8U << 10)
#define SZ_256K			(256U << 10)
#define SZ_1M			(1024U << 10)
#define SZ_512K			(512U << 10)
#define SZ_1G			(1024U << 20)

static inline u64 div_u64_rem(u64 n, u32 by, u32 *rest)
{
	*rest = n % by;
	return n / by;
}

static inline u32 order_base_2(u64 n)
{
	return n > 1 ? 64 - __builtin_clzll(n - 1) : 0;
}

#define ilog2(n)			__fls(n)
#define roundup_pow_of_two(n)		(1UL << order_base_2(n))
#define rounddown_pow_of_two(n)		(1UL << ilog2(n))

void native_sort(void *base, size_t count, size_t size,
		 int (*compare)(const void *a, const void *b));
void native_sort_r(void *base, size_t count, size_t size,
		   int (*compare)(const void *a, const void *b, const void *data),
		   const void *data);

#define sort(base, count, size, compare, swaps) \
	((void)(swaps), native_sort(base, count, size, compare))
#define sort_r(base, count, size, compare, swaps, data) \
	((void)(swaps), native_sort_r(base, count, size, compare, data))

struct rnd_state { u64 state; };

u64 native_random(struct rnd_state *random);
void get_random_bytes(void *to, size_t bytes);
u32 get_random_u32(void);
u64 get_random_u64(void);
u32 get_random_u32_below(u32 bound);

#define prandom_seed_state(random, seed)	((void)((random)->state = (seed)))
#define prandom_u32_state(random)		((u32)native_random(random))

#endif /* BENCH_NATIVE_NUMBERS_H */
