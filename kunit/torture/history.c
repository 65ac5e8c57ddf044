// SPDX-License-Identifier: GPL-2.0
/*
 * The history of a recorded round, checked key by key: is there an order of all
 * operations on it, each at some moment between its beginning and its end, that
 * explains what they returned?
 */
#define pr_fmt(fmt) "torture: " fmt

#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/printk.h>

#include <linux/flatmap/step.h>

#include "torture.h"
#include "wgl.h"

/* Of a history that cannot be explained, how many operations are shown. */
#define HISTORY_SHOWN	40

/**
 * struct torture_event - an operation begins or ends
 * @op: the operation
 * @actor: whose
 */
struct torture_event {
	const struct torture_op *op;
	u32 actor;
};

/* All events, each at the place of its number: the clock starts at 1. */
static struct torture_event *history_gather(u64 events)
{
	struct torture_event *event = kvcalloc(events + 1, sizeof(*event), GFP_KERNEL);
	u32 i, n;

	for (i = 0; event && i < torture.sides * TORTURE_DEPTH; i++) {
		struct torture_actor *actor = torture_actor(i);

		for (n = 0; n < actor->logged; n++) {
			const struct torture_op *op = &actor->log[n];

			event[op->invoked] = (struct torture_event){ op, i };
			event[op->responded] = (struct torture_event){ op, i };
		}
		torture.figure[TORTURE_RECORDED] += actor->logged;
	}
	return event;
}

static void history_show_op(const struct torture_event *event)
{
	const struct torture_op *op = event->op;

	pr_err("  %8llu to %8llu actor %2u %s: old %llx, wrote %llx, got %llx, returned %d\n",
	       op->invoked, op->responded, event->actor, torture_kind_name(op->kind), op->old,
	       op->wrote, op->got, op->result);
}

/* The last operations on the key up to the one that cannot be explained. */
static void history_show(const struct torture_event *event, u64 wrong)
{
	const struct torture_op *op = event[wrong].op;
	u64 from = wrong;
	u32 left;

	torture_violation("key %u: no order of operations explains what actor %u's %s returned",
			  op->key, event[wrong].actor, torture_kind_name(op->kind));
	for (left = HISTORY_SHOWN; from > 1 && left; from--)
		left -= event[from].op && event[from].op->key == op->key;
	for (; from <= wrong; from++) {
		if (event[from].op && event[from].op->key == op->key &&
		    event[from].op->invoked == from)
			history_show_op(&event[from]);
	}
}

static enum wgl_verdict history_happen(struct wgl *wgl, const struct torture_event *event,
				       u64 now)
{
	if (event->op->invoked == now) {
		torture.figure[TORTURE_PAIRS] += hweight64(wgl->pending);
		wgl_invoke(wgl, event->actor, event->op);
		return WGL_FINE;
	}
	return wgl_respond(wgl, event->actor);
}

static void history_check_key(const struct torture_event *event, u64 events, u32 key)
{
	enum wgl_verdict verdict = WGL_FINE;
	struct wgl wgl;
	u64 now;

	if (wgl_init(&wgl, torture.shape.multi ? torture_model_multimap : torture_model_map,
		     TORTURE_ABSENT))
		verdict = WGL_UNDECIDED;
	for (now = 1; now <= events && verdict == WGL_FINE; now++) {
		if (event[now].op && event[now].op->key == key)
			verdict = history_happen(&wgl, &event[now], now);
	}
	if (verdict == WGL_VIOLATION)
		history_show(event, now - 1);
	if (verdict == WGL_UNDECIDED)
		torture_violation("the history of key %u is too much for the checker", key);
	wgl_free(&wgl);
}

/* Check what was recorded since the map was empty. */
int torture_history_check(void)
{
	u64 events = atomic64_read(&torture.clock);
	struct torture_event *event = history_gather(events);
	u32 key;

	if (!event)
		return -ENOMEM;
	for (key = 0; key < torture.shape.keys; key++) {
		history_check_key(event, events, key);
		cond_resched();
	}
	kvfree(event);
	return 0;
}
