/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What happens after a grace period, and who waits for memory that it frees.
 */
#ifndef _FLATMAP_REAP_H
#define _FLATMAP_REAP_H

#include <linux/llist.h>
#include <linux/types.h>

struct fm_whole;

/**
 * struct fm_deferred - something to do after a grace period
 * @node: in the list of what is deferred
 * @number: in the order in which things were deferred
 * @action: what to do then, in task context
 */
struct fm_deferred {
	struct llist_node node;
	s64 number;
	void (*action)(struct fm_deferred *deferred);
};

void fm_defer(struct fm_deferred *deferred, void (*action)(struct fm_deferred *));

void fm_depart(struct fm_whole *whole, u64 bytes);
void fm_departed(struct fm_whole *whole, u64 bytes);
void fm_freed(void);
u32 fm_departing(void);
u32 fm_reaped(void);
int fm_await_reaped(const struct fm_whole *whole, u32 reaped, const bool *ending);
void fm_reap_hurry(void);

int fm_reap_init(void);
void fm_reap_exit(void);

#endif /* _FLATMAP_REAP_H */
