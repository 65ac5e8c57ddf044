// SPDX-License-Identifier: GPL-2.0
/*
 * The memory of a map apart from its regions. It goes with the last of them, which
 * pins may keep for long after the map has been destroyed.
 */
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/log2.h>
#include <linux/math64.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/wait.h>

#include "limits.h"
#include "map.h"
#include "policy.h"
#include "reap.h"
#include "region.h"

static atomic_t fm_maps = ATOMIC_INIT(0);
static DECLARE_WAIT_QUEUE_HEAD(fm_no_maps);

/* What is a power of two is aligned to its size: counters have lines of their own. */
static void *fm_alloc_lines(size_t bytes, gfp_t gfp)
{
	return kvzalloc(roundup_pow_of_two(bytes), gfp);
}

/* Deal the room for entries out to the CPUs. */
static void fm_deal_room(struct fm_whole *whole)
{
	u64 rest = whole->limit % whole->stripes;
	u32 i;

	for (i = 0; i < whole->stripes; i++)
		*fm_room(whole, i) = div_u64(whole->limit, whole->stripes) + (i < rest);
}

static void fm_whole_free(struct fm_whole *whole)
{
	if (!IS_ERR(whole->policy))
		kfree(whole->policy);
	kfree(whole->params.fields);
	kvfree(whole->map);
	kvfree(whole);
}

/**
 * fm_whole_create() - allocate a map without regions
 * @params: what the map is created with; they have been checked
 * @shards: how many it has, a power of two
 *
 * Context: May sleep.
 * Return: it, with one reference; or ERR_PTR(-ENOMEM).
 */
struct fm_whole *fm_whole_create(const struct flatmap_params *params, u32 shards)
{
	gfp_t gfp = params->flags & FLATMAP_ACCOUNT ? GFP_KERNEL_ACCOUNT : GFP_KERNEL;
	struct fm_whole *whole = fm_alloc_lines(sizeof(*whole), gfp);

	if (!whole)
		return ERR_PTR(-ENOMEM);
	whole->map = fm_alloc_lines(shards * sizeof(*whole->map), gfp);
	whole->params = *params;
	whole->params.fields = kmemdup(params->fields,
				       params->fields_count * sizeof(*params->fields), gfp);
	whole->policy = fm_policy_copy(gfp);
	if (!whole->map || (params->fields_count && !whole->params.fields) ||
	    IS_ERR(whole->policy)) {
		fm_whole_free(whole);
		return ERR_PTR(-ENOMEM);
	}
	whole->shards = shards;
	whole->limit = fm_fixed(whole) ? params->entries : params->max_entries;
	whole->stripes = min_t(u32, roundup_pow_of_two(num_possible_cpus()),
			       FM_STRIPES_MAX);
	whole->own_stripes = nr_cpu_ids <= whole->stripes;
	whole->atomic_entries = fm_region_entries(params, FM_ATOMIC_REGION);
	get_random_bytes(whole->seed, sizeof(whole->seed));
	fm_deal_room(whole);
	atomic_set(&whole->refs, 1);
	atomic64_set(&whole->bytes, fm_whole_bytes(whole));
	if (fm_accounted(whole))
		whole->memcg = fm_memcg_get();
	atomic_inc(&fm_maps);
	return whole;
}

/**
 * fm_whole_put() - drop a reference
 * @whole: what shards share
 *
 * Context: May sleep.
 */
void fm_whole_put(struct fm_whole *whole)
{
	if (!atomic_dec_and_test(&whole->refs))
		return;
	if (whole->memcg)
		fm_memcg_put(whole->memcg);
	fm_whole_free(whole);
	if (atomic_dec_and_test(&fm_maps))
		wake_up(&fm_no_maps);
}

/* What is charged to a map besides its regions. */
u64 fm_whole_bytes(const struct fm_whole *whole)
{
	return sizeof(*whole) + whole->shards * sizeof(*whole->map);
}

/* How many maps there are, also those that have been destroyed and have memory yet. */
u32 fm_wholes(void)
{
	return atomic_read(&fm_maps);
}

/**
 * fm_wholes_wait() - wait until the memory of every map is gone
 *
 * Context: May sleep.
 */
void fm_wholes_wait(void)
{
	while (!wait_event_timeout(fm_no_maps, !atomic_read(&fm_maps), HZ / 100 ?: 1))
		fm_reap_hurry();
}
