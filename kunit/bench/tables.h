/* SPDX-License-Identifier: GPL-2.0 */
/* The tables of the race: one for each lane, full between rounds. */
#ifndef FLATMAP_BENCH_TABLES_H
#define FLATMAP_BENCH_TABLES_H

#include "keys.h"
#include "lane.h"
#include "team.h"

/**
 * struct bench_work - a work of the race
 * @name: as it is told
 * @op: what is done
 * @order: to which keys
 * @threads: with 1 thread, with 2, or both: BIT(1), BIT(2)
 * @share: to one part in so many of the entries
 * @limit: but to no more than so many of them; 0 for no limit
 * @run: what each thread does
 * @then: what must follow on the same table, or NULL
 */
struct bench_work {
	const char *name;
	enum bench_op op;
	enum bench_order order;
	u32 threads;
	u32 share;
	u32 limit;
	int (*run)(struct bench_hand *hand);
	const struct bench_work *then;
};

int tables_round(const struct bench_keys *keys, const struct bench_work *works,
		 u32 count);
void tables_exit(void);
void lane_settle(const struct bench_lane *lane);

/* All lanes; the last one is NULL. */
extern const struct bench_lane *const bench_lanes[];

#endif /* FLATMAP_BENCH_TABLES_H */
