// SPDX-License-Identifier: GPL-2.0
/*
 * Hashing keys with vectors against siphash() and fm_hash_fast(). A case for each
 * instruction set, skipped where the CPU has none of it; and one for the code that AVX-512
 * is compiled from, anywhere.
 */
#include <linux/flatmap/hash.h>
#include <linux/sizes.h>

#include "simds.h"

/* Keys of each size. */
#define HASHES_KEYS	(SIMDS_SLOW ? 640 : 1000000)

/* What one section handles, as a chunk of a batch does. */
#define HASHES_CHUNK	64

/* All keys come out of so many random bytes. */
#define HASHES_BYTES	SZ_64K

/**
 * struct hashes - hashes of many keys
 * @bytes: what keys are taken from
 * @random: where
 * @region: what says how they are hashed
 * @hashes: what came out of it, and one more that must stay as it is
 */
struct hashes {
	u8 bytes[HASHES_BYTES];
	struct rnd_state random;
	struct fm_region region;
	u64 hashes[HASHES_CHUNK + 1];
};

static u64 hashes_one(const struct fm_region *region, const void *key)
{
	const siphash_key_t seed = { { region->seed[0], region->seed[1] } };

	if (region->hash == FLATMAP_HASH_SIPHASH)
		return siphash(key, region->shape.key_size, &seed);
	return fm_hash_fast(region->seed, key, region->shape.key_size);
}

/* Hash @count keys from anywhere. */
static void hashes_some(struct kunit *test, const struct fm_simd *simd,
			struct hashes *all, u32 count)
{
	u32 at = prandom_u32_state(&all->random);
	u32 i, size = all->region.shape.key_size;
	u32 mark = at;
	const u8 *keys;

	keys = all->bytes + at % (HASHES_BYTES - count * size);
	all->hashes[count] = mark;
	KUNIT_ASSERT_TRUE(test, simds_begin(simd));
	fm_simd_hash(simd, &all->region, keys, count, all->hashes);
	simds_end(simd);
	for (i = 0; i < count; i++) {
		u64 wanted = hashes_one(&all->region, keys + i * size);

		if (all->hashes[i] != wanted)
			KUNIT_ASSERT_EQ_MSG(test, all->hashes[i], wanted,
					    "hash %u of key %u of %u, of %u bytes",
					    all->region.hash, i, count, size);
	}
	KUNIT_EXPECT_EQ(test, all->hashes[count], mark);
}

/* @keys keys of @size bytes, mostly in chunks, and numbers that fill no vector. */
static void hashes_size(struct kunit *test, const struct fm_simd *simd,
			struct hashes *all, u32 size, u32 keys)
{
	u32 most = min_t(u32, HASHES_CHUNK, (HASHES_BYTES - 1) / size);
	u32 count, done;

	all->region.shape.key_size = size;
	all->region.seed[0] = simds_random(&all->random);
	all->region.seed[1] = simds_random(&all->random);
	for (count = 0; count <= min(20U, most); count++)
		hashes_some(test, simd, all, count);
	for (done = 0; done < keys; done += count) {
		count = done % (8 * most) ? most : most - most / 4 + 1;
		hashes_some(test, simd, all, count);
	}
}

static void hashes_all(struct kunit *test, const struct fm_simd *simd, u32 keys)
{
	static const u32 large[] = { 65, 71, 100, 128, 255, FLATMAP_KEY_MAX - 1,
				     FLATMAP_KEY_MAX };
	struct hashes *all = kunit_kzalloc(test, sizeof(*all), GFP_KERNEL);
	u32 size, i;

	KUNIT_ASSERT_NOT_NULL(test, all);
	prandom_seed_state(&all->random, 6);
	prandom_bytes_state(&all->random, all->bytes, sizeof(all->bytes));
	for (all->region.hash = 0; all->region.hash <= FLATMAP_HASH_FAST;
	     all->region.hash++) {
		KUNIT_ASSERT_NOT_NULL(test, simd->hash[all->region.hash]);
		for (size = 1; size <= 64; size++)
			hashes_size(test, simd, all, size, keys);
		for (i = 0; i < ARRAY_SIZE(large); i++)
			hashes_size(test, simd, all, large[i], keys / 100);
	}
}

static void hashes_avx2(struct kunit *test)
{
	hashes_all(test, simds_of(test, FLATMAP_SIMD_AVX2), HASHES_KEYS);
}

static void hashes_avx512(struct kunit *test)
{
	hashes_all(test, simds_of(test, FLATMAP_SIMD_AVX512), HASHES_KEYS);
}

static void hashes_plain(struct kunit *test)
{
	hashes_all(test, &plain_simd, HASHES_KEYS / 4);
}

static struct kunit_case hashes_cases[] = {
	KUNIT_CASE(hashes_avx2),
	KUNIT_CASE(hashes_avx512),
	KUNIT_CASE(hashes_plain),
	{}
};

static struct kunit_suite hashes_suite = {
	.name = "hashes",
	.suite_init = fx_suite_init,
	.suite_exit = fx_suite_exit,
	.exit = simds_exit,
	.test_cases = hashes_cases,
};

kunit_test_suite(hashes_suite);
