/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the machine offers, through the C library and system calls: the seam between the
 * kernel's world, whose headers are those in api/, and userspace's. host/ has it, and no
 * file there sees the other side's headers, whose names and types clash with its own.
 */
#ifndef BENCH_NATIVE_HOST_H
#define BENCH_NATIVE_HOST_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/* Units of memory: what a huge page has. */
#define HOST_UNIT	(2UL << 20)

/* Address space for @bytes, aligned to units, in huge pages where the machine has them. */
void *host_map(size_t bytes);

/* Have the memory there, so that no one waits for it later. */
void host_populate(void *address, size_t bytes);

/* Bytes of memory that nobody uses. */
unsigned long host_available(void);

/* The CPUs that this process may run on, and the thread that calls this on one of them. */
unsigned int host_cpus(void);
void host_pin(unsigned int cpu);

/* The thread that calls this leaves the first of them to those that are timed, if it can. */
void host_stand_back(void);

/* A thread that runs @run, and never ends. */
void host_thread(void (*run)(void *data), void *data);

/* Sleep while *@word is @value, for so many microseconds, or as long as it takes if 0. */
void host_wait(unsigned int *word, unsigned int value, unsigned long us);
void host_wake(unsigned int *word);
void host_sleep(unsigned long us);

/* Have all other running threads of the process execute a full barrier. */
void host_barrier(void);

/* Nanoseconds since some moment, when all that comes before has been done. */
unsigned long host_clock(void);
void host_clock_init(void);

/*
 * Events that the machine counts for a thread, in userspace: how many kinds of them there are,
 * hardware's or the kernel's own; their names; and how often each has come to the thread
 * that calls this.
 */
#define HOST_EVENTS	8
unsigned int host_events_init(bool software);
const char *host_event(unsigned int i);
void host_count(unsigned long counts[HOST_EVENTS]);

/* Bytes that nobody can foresee. */
void host_random(void *to, size_t bytes);

bool host_has_avx2(void);
bool host_has_avx512(void);

void host_sort(void *base, size_t count, size_t size,
	       int (*compare)(const void *a, const void *b, void *data), void *data);

/* A line of figures, and one about them. */
void host_tell(const char *format, va_list args);
void host_say(const char *format, va_list args);
_Noreturn void host_die(const char *why);

#endif /* BENCH_NATIVE_HOST_H */
