// SPDX-License-Identifier: GPL-2.0
/*
 * Wing and Gong, "Testing and verifying concurrent objects" (JPDC 17, 1993): look
 * for an order of the operations, each between its invocation and its response,
 * that the model allows. With Lowe's two improvements, "Testing for linearizability"
 * (CCPE 29, 2017): a configuration that was reached once is not searched again, and
 * operations take effect just in time, so that only those under way have to be told
 * apart: a configuration is a state and a set of them, however long the history is.
 *
 * Just in time: when an operation responds that has not taken effect, some of those
 * under way do so, in some order, and it after them. Nothing is lost: an operation
 * that takes effect earlier than that can be put off until the next response
 * without passing one.
 */
#ifdef __KERNEL__
#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/string.h>
#else
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#define kvcalloc(n, size, gfp)	calloc(n, size)
#define kvfree(p)		free(p)
#endif

#include "wgl.h"

#define WGL_ROOM	16

static void wgl_set_free(struct wgl_set *set)
{
	kvfree(set->config);
	kvfree(set->slot);
}

static bool wgl_set_alloc(struct wgl_set *set, unsigned int room)
{
	set->count = 0;
	set->room = room;
	set->config = kvcalloc(room, sizeof(*set->config), GFP_KERNEL);
	set->slot = kvcalloc(2 * room, sizeof(*set->slot), GFP_KERNEL);
	if (set->config && set->slot)
		return true;
	wgl_set_free(set);
	memset(set, 0, sizeof(*set));
	return false;
}

/* Where in the hash table the configuration is, or would be. */
static unsigned int *wgl_set_find(struct wgl_set *set, __u64 state, __u64 done)
{
	__u64 hash = (state ^ (done << 32 | done >> 32)) * 0x9e3779b97f4a7c15ULL;
	unsigned int at = (hash ^ hash >> 32) & (2 * set->room - 1);

	while (set->slot[at]) {
		struct wgl_config *config = &set->config[set->slot[at] - 1];

		if (config->state == state && config->done == done)
			break;
		at = (at + 1) & (2 * set->room - 1);
	}
	return &set->slot[at];
}

static bool wgl_set_grow(struct wgl_set *set)
{
	struct wgl_set larger;
	unsigned int i;

	if (set->room == WGL_CONFIGS_MAX || !wgl_set_alloc(&larger, 2 * set->room))
		return false;
	memcpy(larger.config, set->config, set->count * sizeof(*set->config));
	for (i = 0; i < set->count; i++) {
		struct wgl_config *config = &set->config[i];

		*wgl_set_find(&larger, config->state, config->done) = i + 1;
	}
	larger.count = set->count;
	wgl_set_free(set);
	*set = larger;
	return true;
}

/* Add a configuration unless it is there. False if it cannot be. */
static bool wgl_set_add(struct wgl_set *set, __u64 state, __u64 done)
{
	unsigned int *slot = wgl_set_find(set, state, done);

	if (*slot)
		return true;
	if (set->count == set->room) {
		if (!wgl_set_grow(set))
			return false;
		slot = wgl_set_find(set, state, done);
	}
	set->config[set->count].state = state;
	set->config[set->count].done = done;
	*slot = ++set->count;
	return true;
}

/* Last in, first out, so that those left are still found. */
static void wgl_set_clear(struct wgl_set *set)
{
	for (; set->count; set->count--) {
		struct wgl_config *last = &set->config[set->count - 1];

		*wgl_set_find(set, last->state, last->done) = 0;
	}
}

/**
 * wgl_init() - begin a history
 * @wgl: out: the history
 * @model: what its operations mean
 * @state: the state at its begin
 *
 * Return: 0 or -ENOMEM; in either case wgl_free() may follow.
 */
int wgl_init(struct wgl *wgl, wgl_model model, __u64 state)
{
	memset(wgl, 0, sizeof(*wgl));
	wgl->model = model;
	if (!wgl_set_alloc(&wgl->now, WGL_ROOM) || !wgl_set_alloc(&wgl->work, WGL_ROOM))
		return -ENOMEM;
	wgl_set_add(&wgl->now, state, 0);
	return 0;
}

/**
 * wgl_free() - give its memory back
 * @wgl: the history
 */
void wgl_free(struct wgl *wgl)
{
	wgl_set_free(&wgl->now);
	wgl_set_free(&wgl->work);
}

/**
 * wgl_invoke() - an operation begins
 * @wgl: the history
 * @actor: whose, below %WGL_ACTORS; its last one has ended
 * @op: the operation, for the model; stays as it is until its response
 */
void wgl_invoke(struct wgl *wgl, unsigned int actor, const void *op)
{
	wgl->under_way[actor] = op;
	wgl->pending |= 1ULL << actor;
}

/*
 * Let each operation under way that has not taken effect in the configuration do so.
 * Where the one of @actor does, that is a way in which it may respond.
 */
static bool wgl_search(struct wgl *wgl, struct wgl_config from, unsigned int actor)
{
	__u64 left = wgl->pending & ~from.done;
	unsigned int i;

	for (; left; left &= left - 1) {
		__u64 state = from.state;

		i = __builtin_ctzll(left);
		if (!wgl->model(wgl->under_way[i], &state))
			continue;
		if (i == actor ? !wgl_set_add(&wgl->now, state, from.done) :
		    !wgl_set_add(&wgl->work, state, from.done | 1ULL << i))
			return false;
	}
	return true;
}

/**
 * wgl_respond() - an operation ends
 * @wgl: the history
 * @actor: whose
 *
 * Return: &enum wgl_verdict; after another than %WGL_FINE, nothing but wgl_free() may
 * follow.
 */
enum wgl_verdict wgl_respond(struct wgl *wgl, unsigned int actor)
{
	__u64 bit = 1ULL << actor;
	struct wgl_set before = wgl->now;
	unsigned int i;

	wgl->now = wgl->work;
	wgl->work = before;
	wgl_set_clear(&wgl->now);
	/* What is found on the way is put at the end, and searched in its turn. */
	for (i = 0; i < wgl->work.count; i++) {
		struct wgl_config config = wgl->work.config[i];

		if (config.done & bit ?
		    !wgl_set_add(&wgl->now, config.state, config.done & ~bit) :
		    !wgl_search(wgl, config, actor))
			return WGL_UNDECIDED;
	}
	wgl->pending &= ~bit;
	wgl->under_way[actor] = NULL;
	return wgl->now.count ? WGL_FINE : WGL_VIOLATION;
}
