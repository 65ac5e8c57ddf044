/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Is a history of one key linearizable?
 *
 * Invocations and responses go in one by one, in the order in which they happened.
 * What the operations mean is up to a model: a function that carries an operation
 * out on a state of 64 bits. Knows nothing of maps; also compiled for userspace,
 * where its own test is.
 */
#ifndef _TORTURE_WGL_H
#define _TORTURE_WGL_H

#include <linux/types.h>

#ifndef __KERNEL__
#include <stdbool.h>
#endif

/* Who operates: each does one thing at a time. */
#define WGL_ACTORS	64

/* A set of configurations that outgrows this is not searched any further. */
#define WGL_CONFIGS_MAX	0x40000

/**
 * typedef wgl_model - what an operation does
 * @op: the operation, with what it returned
 * @state: in and out: the state it is carried out on; may be written even if not
 *
 * Return: true if an operation on that state returns that.
 */
typedef bool (*wgl_model)(const void *op, __u64 *state);

/**
 * struct wgl_config - one way in which all may have happened so far
 * @state: the state then
 * @done: a bit for each operation under way that has taken effect
 */
struct wgl_config {
	__u64 state;
	__u64 done;
};

/**
 * struct wgl_set - configurations, each once
 * @config: the configurations
 * @count: how many
 * @slot: where in @config each is: an open hash table of 2 * @room numbers that are
 *	one too high, 0 where there is none
 * @room: how many there is memory for, a power of two
 */
struct wgl_set {
	struct wgl_config *config;
	unsigned int count;
	unsigned int *slot;
	unsigned int room;
};

/**
 * struct wgl - the history of a key so far
 * @model: what its operations mean
 * @under_way: each actor's operation, or NULL
 * @pending: a bit for each of them
 * @now: all ways in which it may have happened
 * @work: scratch
 */
struct wgl {
	wgl_model model;
	const void *under_way[WGL_ACTORS];
	__u64 pending;
	struct wgl_set now, work;
};

/* What wgl_respond() says. */
enum wgl_verdict {
	WGL_FINE,	/* there is an order that explains all so far */
	WGL_VIOLATION,	/* there is none with this response */
	WGL_UNDECIDED,	/* no memory, or WGL_CONFIGS_MAX */
};

int wgl_init(struct wgl *wgl, wgl_model model, __u64 state);
void wgl_free(struct wgl *wgl);
void wgl_invoke(struct wgl *wgl, unsigned int actor, const void *op);
enum wgl_verdict wgl_respond(struct wgl *wgl, unsigned int actor);

#endif /* _TORTURE_WGL_H */
