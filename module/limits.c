// SPDX-License-Identifier: GPL-2.0
/*
 * How much memory maps may take: each by what it was created with and by the module
 * parameter max_map_bytes, all together by max_bytes. Both parameters can be changed
 * at any time; a map that is above a new limit stays as it is and does not grow.
 *
 * And no map grows into the memory that everybody else needs. The kernel would make room
 * by killing a task, and not the map's, whose memory belongs to no task. So before a
 * region is allocated, as much must be available, and a reserve besides.
 *
 * Where a map is created %FLATMAP_ACCOUNT, its memory is charged to the control group of
 * the task that created it, also what others allocate for it later.
 */
#include <linux/atomic.h>
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/memcontrol.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/sizes.h>

#include "limits.h"
#include "whole.h"

/* What max_bytes is until somebody sets it: a share of all memory. */
#define FM_MAX_BYTES_SHARE	2
#define FM_MAX_BYTES_UNSET	ULONG_MAX

/* What stays available for others: a share of all memory, but not more than this. */
#define FM_RESERVE_SHARE	8
#define FM_RESERVE_MAX		SZ_1G

/* How often a limit of the module has been set. */
static atomic_t fm_limits_number = ATOMIC_INIT(0);

static int fm_set_limit(const char *value, const struct kernel_param *param)
{
	unsigned long bytes;
	int err = kstrtoul(value, 0, &bytes);

	if (err)
		return err;
	WRITE_ONCE(*(unsigned long *)param->arg, bytes);
	/* Who sees the number sees the limit. */
	(void)atomic_fetch_inc_release(&fm_limits_number);
	return 0;
}

static const struct kernel_param_ops fm_limit_ops = {
	.set = fm_set_limit,
	.get = param_get_ulong,
};

static unsigned long fm_max_bytes = FM_MAX_BYTES_UNSET;
module_param_cb(max_bytes, &fm_limit_ops, &fm_max_bytes, 0644);
MODULE_PARM_DESC(max_bytes,
		 "the most memory of all maps together (bytes; 0: no limit; default: half of all memory)");

static unsigned long fm_max_map_bytes;
module_param_cb(max_map_bytes, &fm_limit_ops, &fm_max_map_bytes, 0644);
MODULE_PARM_DESC(max_map_bytes, "the most memory of one map (bytes; 0: no limit)");

/* Of all maps: what has been charged, and the part of it that is being allocated. */
static atomic64_t fm_bytes = ATOMIC64_INIT(0);
static atomic64_t fm_arriving = ATOMIC64_INIT(0);

/* Add @bytes to what has been charged, if that stays within @max, where not 0. */
static bool fm_add_within(atomic64_t *charged, u64 bytes, u64 max)
{
	s64 now = atomic64_read(charged);

	do {
		if (max && (bytes > max || now > max - bytes))
			return false;
	} while (!atomic64_try_cmpxchg(charged, &now, now + bytes));
	return true;
}

/* What maps may take of the memory that is available now. At least 1: 0 is no limit. */
static u64 fm_available(void)
{
	u64 reserve = min_t(u64, (totalram_pages() / FM_RESERVE_SHARE) << PAGE_SHIFT,
			    FM_RESERVE_MAX);
	u64 available = (u64)max(si_mem_available(), 0L) << PAGE_SHIFT;

	return available > reserve ? available - reserve : 1;
}

/* The most memory that a map may have; 0 for no limit. */
u64 fm_limit(const struct fm_whole *whole)
{
	u64 max = READ_ONCE(fm_max_map_bytes);

	if (whole->params.max_bytes && (!max || whole->params.max_bytes < max))
		max = whole->params.max_bytes;
	return max;
}

/**
 * fm_charge() - take note of memory that a map is about to take
 * @whole: the map
 * @bytes: how much
 *
 * Until fm_charge_end() it counts as not allocated yet.
 *
 * Context: Any.
 * Return: 0; -EDQUOT if that is past a limit of the map; -ENOMEM if it is past the limit
 * of all maps, or others need the memory.
 */
int fm_charge(struct fm_whole *whole, u64 bytes)
{
	if (!fm_add_within(&whole->bytes, bytes, fm_limit(whole)))
		return -EDQUOT;
	if (!fm_add_within(&fm_bytes, bytes, READ_ONCE(fm_max_bytes)))
		goto err_whole;
	if (!fm_add_within(&fm_arriving, bytes, fm_available()))
		goto err_all;
	return 0;

err_all:
	atomic64_sub(bytes, &fm_bytes);
err_whole:
	atomic64_sub(bytes, &whole->bytes);
	return -ENOMEM;
}

/* What fm_charge() took note of has been allocated, or will not be. */
void fm_charge_end(u64 bytes)
{
	atomic64_sub(bytes, &fm_arriving);
}

/**
 * fm_uncharge() - take note of memory that a map has given back
 * @whole: the map
 * @bytes: how much
 */
void fm_uncharge(struct fm_whole *whole, u64 bytes)
{
	atomic64_sub(bytes, &fm_bytes);
	atomic64_sub(bytes, &whole->bytes);
}

/* How much of @max is left; 0 for no limit. */
static u64 fm_left_of(u64 max, s64 charged)
{
	return !max ? U64_MAX : max > charged ? max - charged : 0;
}

/* How much could be charged to a map now. */
u64 fm_chargeable(const struct fm_whole *whole)
{
	u64 left = fm_left_of(fm_limit(whole), atomic64_read(&whole->bytes));

	left = min(left, fm_left_of(READ_ONCE(fm_max_bytes), atomic64_read(&fm_bytes)));
	return min(left, fm_left_of(fm_available(), atomic64_read(&fm_arriving)));
}

/* Changes whenever a limit of the module may have changed. */
u32 fm_limits_seen(void)
{
	return atomic_read_acquire(&fm_limits_number);
}

/* What is charged to all maps. */
u64 fm_charged(void)
{
	return atomic64_read(&fm_bytes);
}

/* Choose the limits that nobody has set. */
void fm_limits_init(void)
{
	if (fm_max_bytes == FM_MAX_BYTES_UNSET)
		fm_max_bytes = (totalram_pages() / FM_MAX_BYTES_SHARE) << PAGE_SHIFT;
}

/* The control group of the current task, with a reference; NULL if there is none. */
struct mem_cgroup *fm_memcg_get(void)
{
	return get_mem_cgroup_from_mm(current->mm);
}

void fm_memcg_put(struct mem_cgroup *memcg)
{
	mem_cgroup_put(memcg);
}

/* From now on this task's accounted memory is charged to @memcg. Returns who paid before. */
struct mem_cgroup *fm_memcg_use(struct mem_cgroup *memcg)
{
	return set_active_memcg(memcg);
}
