// SPDX-License-Identifier: GPL-2.0
#include <linux/kernel.h>
#include <linux/string.h>

#include "keys.h"
#include "patterns.h"

/* Objects of a slab cache, in memory that the kernel maps directly. */
#define PATTERN_OBJECTS		0xffff888100000000ULL
#define PATTERN_OBJECT_SIZE	64

/* Networks of 2^20 hosts in 10.0.0.0/8, and the services in 192.168.0.0/16. */
#define PATTERN_NETWORKS	16
#define PATTERN_SERVICES	16
#define PATTERN_HOSTS		0x0a000000
#define PATTERN_SERVERS		0xc0a80000

static u64 pattern_random(u64 index)
{
	return keys_scramble(1 + index);
}

static u64 pattern_sequential(u64 index)
{
	return 1 + index;
}

/* As bpf_get_current_pid_tgid() has them, of tasks that are alone in their process. */
static u64 pattern_pid(u64 index)
{
	return (1 + index) << 32 | (1 + index);
}

static u64 pattern_pointer(u64 index)
{
	return PATTERN_OBJECTS + index * PATTERN_OBJECT_SIZE;
}

/* An address in network byte order. */
static u64 pattern_ipv4(u64 index)
{
	u32 network = index % PATTERN_NETWORKS;

	return htonl(PATTERN_HOSTS | network << 20 | (u32)(1 + index / PATTERN_NETWORKS));
}

/* The addresses of a client and of a service. */
static u64 pattern_flow(u64 index)
{
	u32 server = htonl(PATTERN_SERVERS | (u32)(index % PATTERN_SERVICES));

	return pattern_ipv4(index / PATTERN_SERVICES) | (u64)server << 32;
}

static const struct bench_pattern patterns[] = {
	{ .name = "", .seed = pattern_random },
	{ .name = "sequential", .seed = pattern_sequential },
	{ .name = "pid", .seed = pattern_pid, .folds = true },
	{ .name = "pointer", .seed = pattern_pointer, .folds = true },
	{ .name = "ipv4", .seed = pattern_ipv4, .folds = true },
	{ .name = "flow", .seed = pattern_flow, .flows = true },
};

/**
 * pattern_find() - the pattern of this name
 * @name: the name, or an empty string for random keys
 *
 * Return: the pattern, or NULL if there is none, or none for keys of this size.
 */
const struct bench_pattern *pattern_find(const char *name)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(patterns); i++) {
		if (!strcmp(patterns[i].name, name))
			return patterns[i].flows && BENCH_KEY_WORDS != 2 ? NULL : &patterns[i];
	}
	return NULL;
}
