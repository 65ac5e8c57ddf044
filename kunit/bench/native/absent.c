// SPDX-License-Identifier: GPL-2.0
/* Lanes of the race in the kernel whose tables cannot be taken out of it. */
#include "../lane.h"

static const char *absent(u64 entries)
{
	(void)entries;
	return "userspace has no such table";
}

#define LANE_ABSENT(lane, called)	\
	const struct bench_lane lane = { .name = called, .unable = absent }

LANE_ABSENT(bench_xarray, "xarray");
LANE_ABSENT(bench_bpf_hash, "bpf-hash");
LANE_ABSENT(bench_bpf_hash_noprealloc, "bpf-hash-noprealloc");
LANE_ABSENT(bench_bpf_rhash, "bpf-rhash");
