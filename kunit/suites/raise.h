/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Having something done in another context on this CPU, here and now.
 */
#ifndef _FLATMAP_RAISE_H
#define _FLATMAP_RAISE_H

#include <linux/types.h>

enum raise_context {
	RAISE_SOFTIRQ,
	RAISE_HARDIRQ,
	RAISE_NMI,
	RAISE_CONTEXTS,
};

/* Is there a way to get there on this machine? */
bool raise_possible(enum raise_context context);

/* Begin and end of a case that raises. */
int raise_init(void);
void raise_exit(void);

/*
 * Interrupt the task with @action(@arg) in that context and wait until it has run. With
 * preemption off, and from one task at a time. False if it has not come within two seconds.
 */
bool raise_in(enum raise_context context, void (*action)(void *arg), void *arg);

#endif /* _FLATMAP_RAISE_H */
