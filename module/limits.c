// SPDX-License-Identifier: GPL-2.0
/*
 * How much memory maps may take: each by what it was created with and by the module
 * parameter max_map_bytes, all together by max_bytes. Both parameters can be changed
 * at any time; a map that is above a new limit stays as it is and does not grow.
 *
 * The memory is charged to the control group of the task that created the map, also
 * what a worker allocates for it later.
 */
#include <linux/atomic.h>
#include <linux/errno.h>
#include <linux/memcontrol.h>
#include <linux/moduleparam.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>

#include "limits.h"
#include "whole.h"

static unsigned long fm_max_bytes;
module_param_named(max_bytes, fm_max_bytes, ulong, 0644);
MODULE_PARM_DESC(max_bytes, "the most memory of all maps together (bytes; 0: no limit)");

static unsigned long fm_max_map_bytes;
module_param_named(max_map_bytes, fm_max_map_bytes, ulong, 0644);
MODULE_PARM_DESC(max_map_bytes, "the most memory of one map (bytes; 0: no limit)");

static atomic64_t fm_bytes = ATOMIC64_INIT(0);

/*
 * Add @bytes to what has been charged, if that stays within @max, where not 0. A charge
 * that is refused is never seen by others, who might be refused for it.
 */
static bool fm_add_within(atomic64_t *charged, u64 bytes, u64 max)
{
	s64 now = atomic64_read(charged);

	do {
		if (max && (bytes > max || now > max - bytes))
			return false;
	} while (!atomic64_try_cmpxchg(charged, &now, now + bytes));
	return true;
}

/**
 * fm_charge() - take note of memory that a map is about to take
 * @whole: the map
 * @bytes: how much
 *
 * Context: Any.
 * Return: 0, or -ENOMEM if that is past a limit.
 */
int fm_charge(struct fm_whole *whole, u64 bytes)
{
	u64 max = READ_ONCE(fm_max_map_bytes);

	if (whole->params.max_bytes && (!max || whole->params.max_bytes < max))
		max = whole->params.max_bytes;
	if (!fm_add_within(&whole->bytes, bytes, max))
		return -ENOMEM;
	if (!fm_add_within(&fm_bytes, bytes, READ_ONCE(fm_max_bytes))) {
		atomic64_sub(bytes, &whole->bytes);
		return -ENOMEM;
	}
	return 0;
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
