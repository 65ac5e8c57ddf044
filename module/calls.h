/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Calling the workers of a shard.
 */
#ifndef _FLATMAP_CALLS_H
#define _FLATMAP_CALLS_H

#include "map.h"

/* What the workers of a shard are called for. */
#define FM_CALL_RESIZE	1
#define FM_CALL_PREPARE	2

/* They have been called from where nobody may sleep: not only where the scheduler likes. */
#define FM_CALL_KICKED	4

/* The worker has been called, but only for the next tick. */
#define FM_CALL_LATER	8

void fm_kicked(struct irq_work *work);
void fm_queue_on(struct flatmap *map, u32 calls, int cpu);
void fm_call(struct flatmap *map, u32 calls, gfp_t gfp);
void fm_call_later(struct flatmap *map);
void fm_called(struct flatmap *map, u32 call);

void fm_resizes_queue(struct work_struct *work);
int fm_resizes_init(void);
void fm_resizes_exit(void);

#endif /* _FLATMAP_CALLS_H */
