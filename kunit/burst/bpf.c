// SPDX-License-Identifier: GPL-2.0
/*
 * BPF_MAP_TYPE_HASH that allocates its elements one by one. It has to be told how many
 * entries will come, and never takes more; @gfp means nothing to it.
 */
#include <linux/bpf.h>
#include <linux/err.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/version.h>

#include "burst.h"

#if IS_ENABLED(CONFIG_BPF_SYSCALL)

/* What the kernel exports for modules that bring BPF programs along, without a header. */
int kern_sys_bpf(int cmd, union bpf_attr *attr, unsigned int size);

static void *lane_create(u64 entries)
{
	union bpf_attr attr = {
		.map_type = BPF_MAP_TYPE_HASH,
		.key_size = sizeof(u64),
		.value_size = sizeof(u64),
		.max_entries = entries,
		.map_flags = BPF_F_NO_PREALLOC,
	};
	/* The descriptor stays open: what loads this module has few, and soon ends. */
	int fd = kern_sys_bpf(BPF_MAP_CREATE, &attr, sizeof(attr));

	return fd < 0 ? ERR_PTR(fd) : bpf_map_get(fd);
}

static void lane_destroy(void *map)
{
	bpf_map_put(map);
}

static int lane_insert(void *data, u64 key, u64 value, gfp_t gfp)
{
	struct bpf_map *map = data;
	long err;

	rcu_read_lock();
	err = map->ops->map_update_elem(map, &key, &value, BPF_NOEXIST);
	rcu_read_unlock();
	return err;
}

static bool lane_has(void *data, u64 key, u64 value)
{
	struct bpf_map *map = data;
	u64 *found;
	bool has;

	rcu_read_lock();
	found = map->ops->map_lookup_elem(map, &key);
	has = found && *found == value;
	rcu_read_unlock();
	return has;
}

#if KERNEL_VERSION(6, 13, 0) <= LINUX_VERSION_CODE
MODULE_IMPORT_NS("BPF_INTERNAL");
#endif

#else

static void *lane_create(u64 entries)
{
	return ERR_PTR(-EOPNOTSUPP);
}

static void lane_destroy(void *map)
{
}

static int lane_insert(void *map, u64 key, u64 value, gfp_t gfp)
{
	return -EOPNOTSUPP;
}

static bool lane_has(void *map, u64 key, u64 value)
{
	return false;
}

#endif

const struct burst_lane burst_bpf = {
	.name = "bpf",
	.create = lane_create,
	.destroy = lane_destroy,
	.insert = lane_insert,
	.has = lane_has,
};
