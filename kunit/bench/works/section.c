// SPDX-License-Identifier: GPL-2.0
/*
 * What a section with vector registers costs: to save the registers of whoever is
 * interrupted, and to restore them. In User Mode Linux kernel_fpu_begin() does nothing, so
 * this does what it does elsewhere: XSAVEC, or XSAVE on a CPU without it, and XRSTOR. (A
 * kernel that has XSAVES uses that, which does the same and more.) Registers that hold
 * nothing are left out by the CPU, so it depends on which ones are in use. A line is
 *
 *	section registers median
 *
 * in picoseconds for one save and one restore, where registers are the widest in use:
 * `sse`, `avx` or `avx512`, as far as the machine has them.
 */
#include <linux/bits.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/sort.h>
#include <linux/string.h>

#include "../bench.h"

#ifdef CONFIG_X86_64

#include <asm/cpufeature.h>
#include <asm/fpu/api.h>
#include <asm/fpu/xcr.h>

/* Pairs in a slice: long enough for the clock. */
#define SECTION_PAIRS	512
#define SECTION_SLICES	32

/* Parts of the state, as XCR0 names them (asm/fpu/types.h is not for User Mode Linux). */
#define SECTION_SSE	(BIT(0) | BIT(1))
#define SECTION_AVX	(BIT(2) | SECTION_SSE)
#define SECTION_AVX512	(BIT(5) | BIT(6) | BIT(7) | SECTION_AVX)

/* Enough for all of that; a page is aligned as it must be. */
struct section_area {
	u8 bytes[PAGE_SIZE];
};

static void section_save(struct section_area *area)
{
	u32 mask = SECTION_AVX512;

	if (boot_cpu_has(X86_FEATURE_XSAVEC))
		asm volatile("xsavec64 %0" : "+m" (*area) : "a" (mask), "d" (0));
	else
		asm volatile("xsave64 %0" : "+m" (*area) : "a" (mask), "d" (0));
}

static void section_restore(const struct section_area *area)
{
	u32 mask = SECTION_AVX512;

	asm volatile("xrstor64 %0" : : "m" (*area), "a" (mask), "d" (0));
}

/* The instruction, for each of these registers \\n. (The compiler uses none of them here.) */
#define section_each(numbers, instruction) \
	({ asm volatile(".irp n, " numbers "\n\t" instruction "\n\t.endr"); })

#define SECTION_LOW	"0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15"
#define SECTION_HIGH	"16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31"

static void section_use_sse(void)
{
	section_each(SECTION_LOW, "pcmpeqd %xmm\\n, %xmm\\n");
}

static void section_use_avx(void)
{
	section_each(SECTION_LOW, "vpcmpeqd %ymm\\n, %ymm\\n, %ymm\\n");
}

static void section_use_avx512(void)
{
	section_each(SECTION_LOW, "vpternlogd $0xff, %zmm\\n, %zmm\\n, %zmm\\n");
	section_each(SECTION_HIGH, "vpternlogd $0xff, %zmm\\n, %zmm\\n, %zmm\\n");
	section_each("0,1,2,3,4,5,6,7", "kxnorw %k\\n, %k\\n, %k\\n");
}

/**
 * struct section_use - registers that are in use
 * @name: as it is told
 * @mask: what the kernel must save for them
 * @fill: writes them all
 */
struct section_use {
	const char *name;
	u64 mask;
	void (*fill)(void);
};

static const struct section_use section_uses[] = {
	{ "sse", SECTION_SSE, section_use_sse },
	{ "avx", SECTION_AVX, section_use_avx },
	{ "avx512", SECTION_AVX512, section_use_avx512 },
};

static int section_compare(const void *a, const void *b)
{
	return cmp_int(*(const u32 *)a, *(const u32 *)b);
}

/* What is restored is in use again, and is saved again: XSAVEC asks not if it changed. */
static u32 section_slice(struct section_area *area)
{
	u64 ns = ktime_get_ns();
	u32 i;

	for (i = 0; i < SECTION_PAIRS; i++) {
		section_save(area);
		section_restore(area);
	}
	return div_u64((ktime_get_ns() - ns) * 1000, SECTION_PAIRS);
}

/* Time it with just these registers in use: what an area of zeros restores is none. */
static void section_time(const struct section_use *use, struct section_area *areas)
{
	u32 ps[SECTION_SLICES];
	u32 i;

	memset(&areas[0], 0, sizeof(areas[0]));
	for (i = 0; i < SECTION_SLICES; i++) {
		kernel_fpu_begin();
		section_save(&areas[0]);
		memset(&areas[1], 0, sizeof(areas[1]));
		section_restore(&areas[1]);
		use->fill();
		ps[i] = section_slice(&areas[1]);
		section_restore(&areas[0]);
		kernel_fpu_end();
	}
	sort(ps, SECTION_SLICES, sizeof(u32), section_compare, NULL);
	bench_tell("section %s %u\n", use->name, ps[SECTION_SLICES / 2]);
}

/**
 * section_round() - time saving and restoring, with each set of registers in use
 *
 * Return: 0 or -ENOMEM.
 */
int section_round(void)
{
	const struct section_use *use = section_uses;
	struct section_area *areas;
	u64 saved;

	if (!boot_cpu_has(X86_FEATURE_XSAVE))
		return 0;
	areas = (void *)__get_free_pages(GFP_KERNEL, 1);
	if (!areas)
		return -ENOMEM;
	saved = xgetbv(XCR_XFEATURE_ENABLED_MASK);
	for (; use < section_uses + ARRAY_SIZE(section_uses); use++) {
		if ((saved & use->mask) == use->mask)
			section_time(use, areas);
	}
	free_pages((unsigned long)areas, 1);
	return 0;
}

#else

int section_round(void)
{
	return 0;
}

#endif
