// SPDX-License-Identifier: MIT
/* Messages to standard error and the exit statuses that go with them. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flatmapctl.h"

enum status status_of(int err)
{
	switch (err) {
	case 0:
		return STATUS_DONE;
	case -ENOENT:
	case -EEXIST:
	case -ENODEV:
		return STATUS_ABSENT;
	case -EINVAL:
	case -E2BIG:
	case -ENAMETOOLONG:
	case -ERANGE:
	case -EOPNOTSUPP:
		return STATUS_USAGE;
	default:
		return STATUS_SYSTEM;
	}
}

const char *reason_of(int err)
{
	switch (err) {
	case -ENXIO:
		return "there is no " FLATMAP_DEVICE
		       ": is the module loaded? try: insmod flatmap.ko";
	case -EACCES:
	case -EPERM:
		return FLATMAP_DEVICE ": permission denied";
	case -ENODEV:
		return "the map has been destroyed";
	case -EINVAL:
		return "not a name (1 to 63 printable characters other than "
		       "space and '/')";
	case -ENAMETOOLONG:
		return "a name has at most 63 characters";
	case -ENOSPC:
		return "the map is full";
	case -ENOMEM:
		return "there is no memory for it: of the machine, of the "
		       "module (max_bytes, max_map_bytes) or by --max-bytes";
	case -EMLINK:
		return "the key has 128 values, the most there can be";
	case -ERANGE:
		return "a sum does not fit its field; nothing was changed";
	default:
		return strerror(-err);
	}
}

enum status fail(enum status status, const char *format, ...)
{
	va_list args;

	progress_end();
	fputs("flatmapctl: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	return status;
}

enum status fail_map(const char *map, int err)
{
	const char *reason = reason_of(err);

	if (err == -ENOENT)
		reason = "no such map";
	else if (err == -EEXIST)
		reason = "there is a map of that name";
	return fail(status_of(err), "%s: %s", map, reason);
}

enum status fail_key(const char *map, const char *key, int err)
{
	const char *reason = reason_of(err);

	if (err == -ENOENT)
		reason = "no such key";
	else if (err == -EEXIST)
		reason = "the key is there already";
	return fail(status_of(err), "%s: key %s: %s", map, key, reason);
}

void *must_grow(void *old, size_t count, size_t size)
{
	void *new = reallocarray(old, count ? count : 1, size ? size : 1);

	if (!new)
		exit(fail(STATUS_SYSTEM, "%s", strerror(ENOMEM)));
	return new;
}

void *must_alloc(size_t count, size_t size)
{
	return must_grow(NULL, count, size);
}
