/* SPDX-License-Identifier: GPL-2.0 */
/* What the parts of the bench share. */
#ifndef FLATMAP_BENCH_H
#define FLATMAP_BENCH_H

#include <linux/compiler_attributes.h>

#include "work.h"

__printf(1, 2) void bench_tell(const char *format, ...);

int race_round(const struct bench_work *work);
void race_exit(void);

int growth_round(const struct bench_work *work);
int latency_round(const struct bench_work *work);

int simd_round(const struct bench_work *work);
void simd_exit(void);
int section_round(void);

#endif /* FLATMAP_BENCH_H */
