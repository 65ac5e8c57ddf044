/* SPDX-License-Identifier: GPL-2.0 */
/* What the parts of the bench share: what is told, and what is asked for. */
#ifndef FLATMAP_BENCH_H
#define FLATMAP_BENCH_H

#include <linux/compiler_attributes.h>
#include <linux/types.h>

struct bench_keys;

/* The shape of the entries, as it is told: bytes of key and value, and the pattern of keys. */
extern char bench_shape[];

__printf(1, 2) void bench_tell(const char *format, ...);
bool bench_wants_lane(const char *name);
bool bench_wants_work(const char *name);

int reads_round(const struct bench_keys *keys);
int writes_round(const struct bench_keys *keys);
int fill_round(const struct bench_keys *keys);
int latency_round(const struct bench_keys *keys);
int churn_round(const struct bench_keys *keys);
int primitives_round(const struct bench_keys *keys);
int simd_round(const struct bench_keys *keys);
void simd_exit(void);
int section_round(void);

#endif /* FLATMAP_BENCH_H */
