/* SPDX-License-Identifier: GPL-2.0 */
/* Tables that begin empty, one at a time, and are gone again before the next one. */
#ifndef FLATMAP_BENCH_WORKS_EMPTY_H
#define FLATMAP_BENCH_WORKS_EMPTY_H

#include "../lane.h"
#include "../team.h"

int empty_run(struct bench_cell *cell, bool hinted,
	      void (*tell)(const struct bench_cell *cell, const char *hint));

#endif /* FLATMAP_BENCH_WORKS_EMPTY_H */
