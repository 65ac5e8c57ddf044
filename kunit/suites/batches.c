// SPDX-License-Identifier: GPL-2.0
#include <linux/mm.h>
#include <linux/sched.h>

#include "batches.h"
#include "simd.h"

/* Values of one key of a multimap, at most, and different ones. */
#define BATCHES_VALUES	3

static typeof(flatmap_lookup_batch) *const batches_calls[BATCHES_KINDS] = {
	[BATCHES_LOOKUP]	= flatmap_lookup_batch,
	[BATCHES_INSERT]	= flatmap_insert_batch,
	[BATCHES_UPDATE]	= flatmap_update_batch,
	[BATCHES_UPSERT]	= flatmap_upsert_batch,
	[BATCHES_DELETE]	= flatmap_delete_batch,
	[BATCHES_ADD]		= flatmap_add_batch,
	[BATCHES_DELETE_VALUE]	= flatmap_delete_value_batch,
};

int batches_do(enum batches_kind kind, struct flatmap *map, struct flatmap_batch *batch)
{
	return batches_calls[kind](map, batch);
}

int batches_single(enum batches_kind kind, struct flatmap *map, const void *key,
		   void *value, gfp_t gfp)
{
	struct flatmap_result found;
	int err;

	switch (kind) {
	case BATCHES_LOOKUP:
		err = flatmap_lookup(map, key, value, &found);
		return err ?: found.values;
	case BATCHES_INSERT:
		return flatmap_insert(map, key, value, gfp);
	case BATCHES_UPDATE:
		return flatmap_update(map, key, value, gfp);
	case BATCHES_UPSERT:
		return flatmap_upsert(map, key, value, gfp);
	case BATCHES_DELETE:
		return value ? flatmap_delete_return(map, key, value) :
			       flatmap_delete(map, key);
	case BATCHES_ADD:
		return flatmap_add(map, key, value, gfp);
	default:
		return flatmap_delete_value(map, key, value);
	}
}

void batches_each(struct kunit *test, void (*run)(struct kunit *test, void *arg),
		  void *arg)
{
	static const char *const names[] = { "scalar", "avx2", "avx512", "auto" };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		bool any = i == ARRAY_SIZE(names) - 1;

		if (!any && !fm_simd_of(i)) {
			kunit_info(test, "skipped %s: this machine has none\n", names[i]);
			continue;
		}
		KUNIT_ASSERT_EQ(test, fm_simd_choose(names[i]), 0);
		run(test, arg);
		kunit_info(test, "ran with %s\n", names[i]);
	}
}

void batches_exit(struct kunit *test)
{
	fm_simd_choose("auto");
}

static int batches_alloc_init(struct kunit_resource *resource, void *context)
{
	resource->data = kvzalloc(*(size_t *)context, GFP_KERNEL);
	return resource->data ? 0 : -ENOMEM;
}

static void batches_alloc_free(struct kunit_resource *resource)
{
	kvfree(resource->data);
}

void *batches_alloc(struct kunit *test, size_t bytes)
{
	void *memory = kunit_alloc_resource(test, batches_alloc_init, batches_alloc_free,
					    GFP_KERNEL, &bytes);

	KUNIT_ASSERT_NOT_NULL(test, memory);
	return memory;
}

struct batches *batches_create(struct kunit *test, const struct flatmap_params *params,
			       u32 most)
{
	struct batches *both = batches_alloc(test, sizeof(*both));

	both->test = test;
	both->params = *params;
	both->map = fx_map_with(test, params);
	both->twin = fx_map_with(test, params);
	both->most = most;
	both->keys = batches_alloc(test, (size_t)most * params->key_size);
	both->values = batches_alloc(test, (size_t)most * params->value_size + 1);
	both->others = batches_alloc(test, (size_t)most * params->value_size + 1);
	both->results = batches_alloc(test, most * sizeof(*both->results));
	prandom_seed_state(&both->random, 7 + most);
	return both;
}

static bool batches_multimap(const struct batches *both)
{
	return both->params.flags & FLATMAP_MULTIMAP;
}

/* Key number @n: its first and last bytes tell. */
static void batches_key(const struct batches *both, u32 n, void *key)
{
	u32 size = both->params.key_size, part = min_t(u32, size, sizeof(n));

	memset(key, 0x5a, size);
	memcpy(key, &n, part);
	memcpy(key + size - part, &n, part);
}

static void batches_fill(struct batches *both, u32 count, u32 keys)
{
	u32 i, size = both->params.value_size;

	for (i = 0; i < count; i++) {
		batches_key(both, prandom_u32_state(&both->random) % keys,
			    both->keys + i * both->params.key_size);
		if (batches_multimap(both))
			memset(both->values + i * size,
			       prandom_u32_state(&both->random) % BATCHES_VALUES, size);
		else
			prandom_bytes_state(&both->random, both->values + i * size, size);
	}
	memcpy(both->others, both->values, (size_t)count * size);
	memset(both->results, 0x77, both->most * sizeof(*both->results));
}

void batches_step(struct batches *both, enum batches_kind kind, u32 count, u32 keys,
		  bool results, bool values)
{
	bool out = kind == BATCHES_LOOKUP || kind == BATCHES_DELETE;
	struct flatmap_batch batch = {
		.keys		= both->keys,
		.values		= values || !out ? both->values : NULL,
		.results	= results ? both->results : NULL,
		.count		= count,
		.done		= 123456,
		.gfp		= GFP_KERNEL,
	};
	u32 i, value_size = both->params.value_size;
	struct kunit *test = both->test;
	int err, one = 0;

	batches_fill(both, count, keys);
	err = batches_do(kind, both->map, &batch);
	for (i = 0; i < count; i++) {
		void *value = both->values + i * value_size;
		void *other = both->others + i * value_size;

		one = batches_single(kind, both->twin,
				     both->keys + i * both->params.key_size,
				     batch.values ? other : NULL, GFP_KERNEL);
		if (!results && one < 0)
			break;
		if (results)
			KUNIT_ASSERT_EQ_MSG(test, both->results[i], one,
					    "kind %d: item %u of %u", kind, i, count);
		if (one >= 0)
			KUNIT_ASSERT_EQ_MSG(test, memcmp(value, other, value_size), 0,
					    "kind %d: value %u of %u", kind, i, count);
	}
	if (!results || count < both->most)
		KUNIT_EXPECT_EQ(test, both->results[results ? count : 0], 0x77777777);
	KUNIT_EXPECT_EQ(test, batch.done, i);
	KUNIT_EXPECT_EQ(test, err, i < count ? one : 0);
}

void batches_compare(struct batches *both, u32 keys)
{
	u32 n, room = batches_multimap(both) ? 64 : 1;
	u32 bytes = room * both->params.value_size;
	struct kunit *test = both->test;
	struct flatmap_result mine, other;
	u8 *values = kunit_kzalloc(test, 2 * bytes + 1, GFP_KERNEL);
	u8 *key = kunit_kzalloc(test, both->params.key_size, GFP_KERNEL);
	u32 differ = 0;

	KUNIT_ASSERT_NOT_NULL(test, values);
	KUNIT_ASSERT_NOT_NULL(test, key);
	for (n = 0; n < keys; n++) {
		batches_key(both, n, key);
		memset(values, 0, 2 * bytes);
		differ += flatmap_values(both->map, key, values, room, &mine) !=
			  flatmap_values(both->twin, key, values + bytes, room, &other);
		if (mine.values)
			differ += mine.values != other.values ||
				  memcmp(values, values + bytes, bytes);
	}
	KUNIT_EXPECT_EQ(test, differ, 0);
	KUNIT_EXPECT_EQ(test, fx_entries(both->map), fx_entries(both->twin));
	kunit_kfree(test, values);
	kunit_kfree(test, key);
}

void batches_walk(struct batches *both, u32 keys, u32 steps)
{
	static const enum batches_kind of_map[] = {
		BATCHES_LOOKUP, BATCHES_INSERT, BATCHES_UPDATE, BATCHES_UPSERT,
		BATCHES_DELETE, BATCHES_DELETE_VALUE, BATCHES_INSERT, BATCHES_LOOKUP,
	};
	static const enum batches_kind of_multimap[] = {
		BATCHES_LOOKUP, BATCHES_INSERT, BATCHES_ADD, BATCHES_DELETE_VALUE,
		BATCHES_DELETE, BATCHES_ADD, BATCHES_DELETE_VALUE, BATCHES_LOOKUP,
	};
	u32 step, random;

	for (step = 0; step < steps; step++) {
		enum batches_kind kind = (batches_multimap(both) ? of_multimap : of_map)
					 [step % ARRAY_SIZE(of_map)];

		random = prandom_u32_state(&both->random);
		batches_step(both, kind, random % (both->most + 1), keys,
			     (random >> 16) % 4,
			     (random >> 20) % 4 &&
			     (kind != BATCHES_DELETE || !batches_multimap(both)));
		cond_resched();
	}
	batches_compare(both, keys);
}
