// SPDX-License-Identifier: GPL-2.0
/* What main.c of the bench in the kernel is there: kinds of rounds, and what they tell. */
#include <linux/flatmap.h>

#include "../bench.h"
#include "../keys.h"
#include "../tables.h"
#include "../team.h"
#include "host.h"
#include "map.h"
#include "meters.h"
#include "native.h"
#include "rounds.h"

/* The fewest entries that rounds can be made of; others are multiples of eight. */
#define ROUNDS_FEWEST	1024

/* Bytes of all lanes' tables for each entry, and of what else there is: touched in advance. */
#define ROUNDS_BYTES	(8 * (BENCH_KEY_SIZE + BENCH_VALUE_SIZE + 64))
#define ROUNDS_REST	(64U << 20)

char bench_shape[] = BENCH_SHAPE;

bool rounds_software;

static struct bench_keys rounds_keys;
static const char *rounds_lanes, *rounds_works;

/* Rounds that count tell what they have counted, and no times: to count takes some. */
static const struct {
	const char *name;
	int (*run)(const struct bench_keys *keys);
	bool counts;
} rounds[] = {
	{ "reads", reads_round },
	{ "writes", writes_round },
	{ "fill", fill_round },
	{ "churn", churn_round },
	{ "count-reads", reads_round, true },
	{ "count-writes", writes_round, true },
};

void bench_tell(const char *format, ...)
{
	va_list args;

	if (meters_on && !strncmp(format, "time ", 5))
		return;
	va_start(args, format);
	host_tell(format, args);
	va_end(args);
}

/* Is @name in @list, or that empty? */
static bool rounds_want(const char *list, const char *name)
{
	size_t size = strlen(name);

	if (!*list)
		return true;
	for (; list; list = strchr(list, ',') ? strchr(list, ',') + 1 : NULL) {
		if (!strncmp(list, name, size) && (!list[size] || list[size] == ','))
			return true;
	}
	return false;
}

bool bench_wants_lane(const char *name)
{
	return rounds_want(rounds_lanes, name);
}

bool bench_wants_work(const char *name)
{
	return rounds_want(rounds_works, name);
}

u32 rounds_entries(void)
{
	return rounds_keys.entries;
}

int rounds_init(unsigned int entries, const char *lanes, const char *works)
{
	int err;

	if (entries < ROUNDS_FEWEST || entries % 8)
		return -EINVAL;
	rounds_lanes = lanes;
	rounds_works = works;
	host_clock_init();
	native_pages_init();
	native_pages_reserve((u64)entries * ROUNDS_BYTES + ROUNDS_REST);
	native_slab_init();
	native_be_helper();
	native_rcu_init();
	native_workqueue_init();
	err = fm_core_init();
	err = err ?: keys_init(&rounds_keys, entries, pattern_find(""));
	return err ?: team_init(&rounds_keys);
}

void rounds_exit(void)
{
	tables_exit();
	team_exit();
	keys_exit(&rounds_keys);
	fm_core_exit();
}

static int rounds_find(const char *kind)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(rounds); i++) {
		if (!strcmp(rounds[i].name, kind))
			return i;
	}
	return -ENOENT;
}

bool rounds_have(const char *kind)
{
	return rounds_find(kind) >= 0;
}

int rounds_run(const char *kind)
{
	int i = rounds_find(kind);
	int err;

	if (rounds[i].counts && !meters_init(rounds_software))
		return 0;
	meters_on = rounds[i].counts;
	err = rounds[i].run(&rounds_keys);
	meters_on = false;
	return err;
}
