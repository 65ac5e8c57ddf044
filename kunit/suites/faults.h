/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Making allocations fail: once the knobs are set, current->fail_nth counts those of this
 * task down to the one that fails.
 */
#ifndef _FLATMAP_FAULTS_H
#define _FLATMAP_FAULTS_H

#include <linux/umh.h>

/* The knobs of fault injection are files, and a shell is the way to them. */
static inline int faults_set(const char *knob, const char *value)
{
	char command[80], *argv[4] = {}, *envp[1] = {};

	snprintf(command, sizeof(command), "echo %s >/sys/kernel/debug/failslab/%s", value,
		 knob);
	argv[0] = "/bin/sh";
	argv[1] = "-c";
	argv[2] = command;
	return call_usermodehelper(argv[0], argv, envp, UMH_WAIT_PROC);
}

/* Let allocations that may sleep fail, too, and say nothing about it; or not. */
static inline int faults_begin(void)
{
	return faults_set("verbose", "0") ?: faults_set("ignore-gfp-wait", "N");
}

static inline int faults_end(void)
{
	return faults_set("ignore-gfp-wait", "Y");
}

#endif /* _FLATMAP_FAULTS_H */
