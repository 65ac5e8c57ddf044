/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Limits of memory, and who pays for it.
 */
#ifndef _FLATMAP_LIMITS_H
#define _FLATMAP_LIMITS_H

#include <linux/types.h>

struct fm_whole;
struct mem_cgroup;

int fm_charge(struct fm_whole *whole, u64 bytes);
void fm_uncharge(struct fm_whole *whole, u64 bytes);

struct mem_cgroup *fm_memcg_get(void);
void fm_memcg_put(struct mem_cgroup *memcg);
struct mem_cgroup *fm_memcg_use(struct mem_cgroup *memcg);

#endif /* _FLATMAP_LIMITS_H */
