/* SPDX-License-Identifier: GPL-2.0 */
/* What the parts of this harness have of each other, besides what the kernel's headers say. */
#ifndef BENCH_NATIVE_NATIVE_H
#define BENCH_NATIVE_NATIVE_H

void native_rcu_init(void);
void native_workqueue_init(void);

/* The entries of each table. */
u32 rounds_entries(void);

#endif /* BENCH_NATIVE_NATIVE_H */
