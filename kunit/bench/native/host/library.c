// SPDX-License-Identifier: GPL-2.0
/* What the kernel's side takes from the C library, and says. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

#include "../host.h"

void host_random(void *to, size_t bytes)
{
	if (getrandom(to, bytes, 0) != (ssize_t)bytes)
		host_die("there are no random bytes");
}

bool host_has_avx2(void)
{
	return __builtin_cpu_supports("avx2");
}

bool host_has_avx512(void)
{
	return __builtin_cpu_supports("avx512f");
}

void host_sort(void *base, size_t count, size_t size,
	       int (*compare)(const void *a, const void *b, void *data), void *data)
{
	qsort_r(base, count, size, compare, data);
}

void host_tell(const char *format, va_list args)
{
	vprintf(format, args);
}

void host_say(const char *format, va_list args)
{
	fputs("bench: ", stderr);
	vfprintf(stderr, format, args);
}

_Noreturn void host_die(const char *why)
{
	fprintf(stderr, "bench: %s\n", why);
	exit(2);
}
