/* SPDX-License-Identifier: GPL-2.0 */
/* Rounds in which events are counted. */
#ifndef BENCH_NATIVE_METERS_H
#define BENCH_NATIVE_METERS_H

#include <linux/types.h>

/* Is this such a round? */
extern bool meters_on;

bool meters_init(bool software);

#endif /* BENCH_NATIVE_METERS_H */
