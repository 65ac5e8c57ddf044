// SPDX-License-Identifier: GPL-2.0
/*
 * Events in timed slices, such as instructions and misses. A line of what a round tells is
 *
 *	count SHAPE ENTRIES WORK LANE THREADS EVENT MILLI
 *
 * the last one being events in a thousand operations.
 */
#include "../bench.h"
#include "../meter.h"
#include "../team.h"
#include "host.h"
#include "meters.h"
#include "native.h"

/**
 * struct meter - what a timed thread has counted
 * @ops: in so many operations
 * @begun: when the slice began
 * @counts: in those before
 */
struct meter {
	u64 ops;
	unsigned long begun[HOST_EVENTS];
	unsigned long counts[HOST_EVENTS];
} __aligned(64);

bool meters_on;

static struct meter meters[NATIVE_TIMED];
static u32 meters_events;

/**
 * meters_init() - get ready to count
 * @software: events of the kernel
 *
 * Return: does this machine count any?
 */
bool meters_init(bool software)
{
	static bool said;

	meters_events = host_events_init(software);
	if (!meters_events && !said)
		native_print("this machine counts no instructions and no misses\n");
	said = true;
	return meters_events;
}

void meter_begin(void)
{
	if (meters_on)
		host_count(meters[native_self.number].begun);
}

void meter_end(u32 ops)
{
	struct meter *meter = &meters[native_self.number];
	unsigned long now[HOST_EVENTS];
	u32 i;

	if (!meters_on)
		return;
	host_count(now);
	for (i = 0; i < meters_events; i++)
		meter->counts[i] += now[i] - meter->begun[i];
	meter->ops += ops;
}

void meter_tell(const struct bench_cell *cell)
{
	u64 ops = 0, count;
	u32 i, j;

	for (j = 0; j < NATIVE_TIMED; j++)
		ops += meters[j].ops;
	for (i = 0; ops && i < meters_events; i++) {
		count = 0;
		for (j = 0; j < NATIVE_TIMED; j++)
			count += meters[j].counts[i];
		bench_tell("count %s %u %s %s %u %s %llu\n", bench_shape,
			   rounds_entries(), cell->work, cell->lane->name, cell->threads,
			   host_event(i), count * 1000 / ops);
	}
	memset(meters, 0, sizeof(meters));
}
