// SPDX-License-Identifier: GPL-2.0
/* Events that the machine counts. Many virtual machines count none of the processor's. */
#include <linux/perf_event.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../host.h"

struct event {
	const char *name;
	uint32_t type;
	uint64_t config;
};

static const struct event hardware[] = {
	{ "instructions", PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS },
	{ "cycles", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES },
	{ "cache-misses", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CACHE_MISSES },
	{ "dtlb-misses", PERF_TYPE_HW_CACHE, PERF_COUNT_HW_CACHE_DTLB |
	  PERF_COUNT_HW_CACHE_OP_READ << 8 | PERF_COUNT_HW_CACHE_RESULT_MISS << 16 },
	{ 0 },
};

static const struct event kernel[] = {
	{ "task-clock", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_TASK_CLOCK },
	{ "page-faults", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS },
	{ "context-switches", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CONTEXT_SWITCHES },
	{ 0 },
};

/* Those that this machine counts. */
static struct event events[HOST_EVENTS];
static unsigned int events_count;

/* The first one of a thread's group, or -1. */
static __thread int leader = -1;

static int event_open(const struct event *event, int group)
{
	struct perf_event_attr attr = {
		.size = sizeof(attr),
		.type = event->type,
		.config = event->config,
		.read_format = PERF_FORMAT_GROUP,
		.exclude_kernel = event->type != PERF_TYPE_SOFTWARE,
		.exclude_hv = 1,
	};

	return syscall(SYS_perf_event_open, &attr, 0, -1, group, PERF_FLAG_FD_CLOEXEC);
}

unsigned int host_events_init(bool software)
{
	const struct event *event = software ? kernel : hardware;
	int fd;

	for (events_count = 0; event->name; event++) {
		fd = event_open(event, -1);
		if (fd < 0)
			continue;
		close(fd);
		events[events_count++] = *event;
	}
	return events_count;
}

const char *host_event(unsigned int i)
{
	return events[i].name;
}

static void events_open(void)
{
	int fd;

	for (unsigned int i = 0; i < events_count; i++) {
		fd = event_open(&events[i], leader);
		if (fd < 0)
			host_die("the events of a thread cannot be counted");
		if (leader < 0)
			leader = fd;
	}
}

/* A group is read as the number of its events, and their counts. */
void host_count(unsigned long counts[HOST_EVENTS])
{
	uint64_t group[HOST_EVENTS + 1];

	if (leader < 0)
		events_open();
	if (read(leader, group, sizeof(group)) < (ssize_t)sizeof(*group))
		host_die("the events of a thread cannot be read");
	memcpy(counts, group + 1, events_count * sizeof(*counts));
}
