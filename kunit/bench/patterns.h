/* SPDX-License-Identifier: GPL-2.0 */
/* What keys look like that are not random: those of real tables are made of small numbers. */
#ifndef FLATMAP_BENCH_PATTERNS_H
#define FLATMAP_BENCH_PATTERNS_H

#include <linux/types.h>

/**
 * struct bench_pattern - how a key is made of its index
 * @name: as it is told; that of random keys is empty
 * @seed: the first word of the key, a bijection
 * @folds: do its halves, folded into one, come to few values, or to multiples of one?
 * @flows: has the key a second word that is made of ports, see bench_ports()?
 */
struct bench_pattern {
	const char *name;
	u64 (*seed)(u64 index);
	bool folds;
	bool flows;
};

const struct bench_pattern *pattern_find(const char *name);

#endif /* FLATMAP_BENCH_PATTERNS_H */
