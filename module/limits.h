/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Limits of memory, and who pays for it.
 */
#ifndef _FLATMAP_LIMITS_H
#define _FLATMAP_LIMITS_H

#include <linux/types.h>

struct fm_whole;
struct mem_cgroup;

u64 fm_limit(const struct fm_whole *whole);
int fm_charge(struct fm_whole *whole, u64 bytes);
void fm_charge_end(u64 bytes);
void fm_uncharge(struct fm_whole *whole, u64 bytes);
u64 fm_chargeable(const struct fm_whole *whole);
u32 fm_limits_seen(void);
u64 fm_charged(void);
void fm_limits_init(void);

struct mem_cgroup *fm_memcg_get(void);
void fm_memcg_put(struct mem_cgroup *memcg);
struct mem_cgroup *fm_memcg_use(struct mem_cgroup *memcg);

#endif /* _FLATMAP_LIMITS_H */
