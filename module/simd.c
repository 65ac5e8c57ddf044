// SPDX-License-Identifier: GPL-2.0
/*
 * Which instruction set batches use. By default the widest one that the CPU has, for
 * batches that it makes faster; the module parameter simd chooses another one, for
 * batches of any size. Where the registers must not be used, as in an NMI or in an
 * interrupt of other such code, a batch is scalar.
 */
#define pr_fmt(fmt) "flatmap: " fmt

#include <linux/errno.h>
#include <linux/flatmap/hash.h>
#include <linux/flatmap/match.h>
#include <linux/flatmap/read.h>
#include <linux/moduleparam.h>
#include <linux/preempt.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "simd.h"

#ifdef CONFIG_X86_64
#include <asm/cpufeature.h>
#include <asm/fpu/api.h>
#endif

/* What the parameter can be, besides FLATMAP_SIMD_... */
#define FM_SIMD_AUTO	(FLATMAP_SIMD_AVX512 + 1)

static const char *const fm_simd_names[] = {
	[FLATMAP_SIMD_SCALAR]	= "scalar",
	[FLATMAP_SIMD_AVX2]	= "avx2",
	[FLATMAP_SIMD_AVX512]	= "avx512",
	[FM_SIMD_AUTO]		= "auto",
};

/* ---- Scalar --------------------------------------------------------- */

static void fm_scalar_match(struct fm_probe *probes, u32 count)
{
	struct fm_probe *probe;

	for (probe = probes; probe < probes + count; probe++) {
		probe->home = fm_read(probe->group);
		probe->slots = fm_match(probe->group, fm_live_word(probe->hash, 0));
	}
}

const struct fm_simd fm_simd_scalar = {
	.number = FLATMAP_SIMD_SCALAR,
	.match = fm_scalar_match,
};

/* ---- The CPU -------------------------------------------------------- */

#ifdef CONFIG_X86_64

/* Does the kernel save such registers? For User Mode Linux, its host does. */
#ifdef CONFIG_UML
#define fm_cpu_saves(states)	true
#else
#define fm_cpu_saves(states)	cpu_has_xfeatures(states, NULL)
#endif

static bool fm_cpu_has(u32 number)
{
	switch (number) {
	case FLATMAP_SIMD_AVX2:
		return boot_cpu_has(X86_FEATURE_AVX2) &&
		       fm_cpu_saves(XFEATURE_MASK_SSE | XFEATURE_MASK_YMM);
	case FLATMAP_SIMD_AVX512:
		return boot_cpu_has(X86_FEATURE_AVX512F) &&
		       fm_cpu_saves(XFEATURE_MASK_SSE | XFEATURE_MASK_YMM |
				    XFEATURE_MASK_AVX512);
	default:
		return true;
	}
}

static const struct fm_simd *const fm_simds[] = {
	[FLATMAP_SIMD_SCALAR]	= &fm_simd_scalar,
	[FLATMAP_SIMD_AVX2]	= &fm_simd_avx2,
	[FLATMAP_SIMD_AVX512]	= &fm_simd_avx512,
};

/*
 * irq_fpu_usable() warns in an NMI. With PREEMPT_RT it does not notice in a hard
 * interrupt that a task is about to save its own registers.
 */
static bool fm_fpu_begin(void)
{
	if (in_nmi() || (IS_ENABLED(CONFIG_PREEMPT_RT) && in_hardirq()) ||
	    !irq_fpu_usable())
		return false;
	kernel_fpu_begin();
	return true;
}

static void fm_fpu_end(void)
{
	kernel_fpu_end();
}

#else

static bool fm_cpu_has(u32 number)
{
	return true;
}

static const struct fm_simd *const fm_simds[] = {
	[FLATMAP_SIMD_SCALAR]	= &fm_simd_scalar,
};

static bool fm_fpu_begin(void)
{
	return false;
}

static void fm_fpu_end(void)
{
}

#endif

/**
 * fm_simd_of() - the functions of an instruction set
 * @number: enum flatmap_simd
 *
 * Context: Any.
 * Return: them, or NULL if this machine has no such instructions.
 */
const struct fm_simd *fm_simd_of(u32 number)
{
	return number < ARRAY_SIZE(fm_simds) && fm_cpu_has(number) ? fm_simds[number] :
								     NULL;
}

/* ---- The choice ----------------------------------------------------- */

/* The widest one that this machine has, and what was chosen instead; or NULL. */
static const struct fm_simd *fm_simd_widest = &fm_simd_scalar;
static const struct fm_simd *fm_simd_forced;

/**
 * fm_simd_init() - find out what this machine has
 *
 * Context: Before anything else.
 */
void fm_simd_init(void)
{
	u32 number = ARRAY_SIZE(fm_simds) - 1;

	while (!fm_cpu_has(number))
		number--;
	fm_simd_widest = fm_simds[number];
}

/**
 * fm_simd_choose() - choose what batches use
 * @name: "auto", or the name of an instruction set
 *
 * Context: Any.
 * Return: 0; -EINVAL if there is no such name; -ENODEV if this machine has no such
 * instructions.
 */
int fm_simd_choose(const char *name)
{
	const struct fm_simd *simd = NULL;
	int number;

	number = sysfs_match_string(fm_simd_names, name);
	if (number < 0) {
		/* What is written to a file often ends with a newline. */
		pr_err("simd is auto, scalar, avx2 or avx512, not '%.*s'\n",
		       (int)strcspn(name, "\n"), name);
		return -EINVAL;
	}
	if (number != FM_SIMD_AUTO) {
		simd = fm_simd_of(number);
		if (!simd) {
			pr_err("simd: this machine has no %s\n", fm_simd_names[number]);
			return -ENODEV;
		}
	}
	WRITE_ONCE(fm_simd_forced, simd);
	return 0;
}

/* What batches use, if they are large enough: enum flatmap_simd. */
u32 fm_simd_number(void)
{
	return (READ_ONCE(fm_simd_forced) ?: fm_simd_widest)->number;
}

static int fm_simd_set(const char *name, const struct kernel_param *param)
{
	return fm_simd_choose(name);
}

static int fm_simd_get(char *buffer, const struct kernel_param *param)
{
	const struct fm_simd *simd = READ_ONCE(fm_simd_forced);

	return sysfs_emit(buffer, "%s\n",
			  fm_simd_names[simd ? simd->number : FM_SIMD_AUTO]);
}

static const struct kernel_param_ops fm_simd_ops = {
	.set	= fm_simd_set,
	.get	= fm_simd_get,
};
module_param_cb(simd, &fm_simd_ops, NULL, 0644);
MODULE_PARM_DESC(simd, "what batches use: auto, scalar, avx2, avx512");

/* ---- Sections ------------------------------------------------------- */

/**
 * fm_simd_begin() - get ready to do something for several keys at once
 * @hash: enum flatmap_hash
 * @count: how many keys there are in the whole batch
 *
 * Context: Any. fm_simd_end() must follow soon, and nothing between may sleep.
 * Return: the functions to do it with.
 */
const struct fm_simd *fm_simd_begin(u32 hash, u64 count)
{
	const struct fm_simd *simd = READ_ONCE(fm_simd_forced);

	if (!simd && hash <= FLATMAP_HASH_FAST && count >= fm_simd_widest->least[hash])
		simd = fm_simd_widest;
	if (!simd || simd == &fm_simd_scalar)
		return &fm_simd_scalar;
	return fm_fpu_begin() ? simd : &fm_simd_scalar;
}

/**
 * fm_simd_end() - end what fm_simd_begin() began
 * @simd: what it returned
 *
 * Context: As fm_simd_begin().
 */
void fm_simd_end(const struct fm_simd *simd)
{
	if (simd != &fm_simd_scalar)
		fm_fpu_end();
}

/**
 * fm_simd_hash() - hash keys
 * @simd: what fm_simd_begin() returned, for the region's hash
 * @region: the region
 * @keys: the keys, one after the other
 * @count: how many
 * @hashes: out: a hash for each
 *
 * Context: Between fm_simd_begin() and fm_simd_end().
 */
void fm_simd_hash(const struct fm_simd *simd, const struct fm_region *region,
		  const void *keys, u32 count, u64 *hashes)
{
	u32 size = region->shape.key_size;
	fm_hash_fn hash = NULL;
	u32 i = 0;

	if (region->hash <= FLATMAP_HASH_FAST)
		hash = simd->hash[region->hash];
	if (hash)
		i = hash(region->seed, keys, size, count, hashes);
	if (size == sizeof(u64)) {
		for (; i < count; i++)
			hashes[i] = fm_hash_key(region, keys + i * sizeof(u64),
						sizeof(u64));
	} else {
		for (; i < count; i++)
			hashes[i] = fm_hash_key(region, keys + (size_t)i * size, size);
	}
}
