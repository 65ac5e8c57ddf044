/* SPDX-License-Identifier: MIT */
/* What the parts of the library share. */
#ifndef INTERNAL_H
#define INTERNAL_H

#include <errno.h>
#include <stdint.h>
#include <sys/ioctl.h>

#include "libflatmap.h"

struct flatmap {
	int fd;
	struct flatmap_ioc_info info;
	struct flatmap_field fields[FLATMAP_FIELDS_MAX];
};

static inline uint64_t address(const void *pointer)
{
	return (uintptr_t)pointer;
}

static inline int call(int fd, unsigned long nr, void *arg)
{
	int ret = ioctl(fd, nr, arg);

	return ret < 0 ? -errno : ret;
}

#endif /* INTERNAL_H */
