/* SPDX-License-Identifier: GPL-2.0 */
/* Interrupts that processors send each other. */
#ifndef FLATMAP_BENCH_INTERRUPTS_H
#define FLATMAP_BENCH_INTERRUPTS_H

#include <linux/types.h>

u64 interrupts_count(void);

#endif /* FLATMAP_BENCH_INTERRUPTS_H */
