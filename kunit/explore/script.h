/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How scenarios are written: operations, and threads of them.
 */
#ifndef _EXPLORE_SCRIPT_H
#define _EXPLORE_SCRIPT_H

#include <linux/flatmap/step.h>

#include "scenario.h"

#define FILL(home, n)			{ EX_FILL, home, n, 0, 0 }
#define INSERT(home, n, value)		{ EX_INSERT, home, n, value, 0 }
#define UPDATE(home, n, value)		{ EX_UPDATE, home, n, value, 0 }
#define UPSERT(home, n, value)		{ EX_UPSERT, home, n, value, 0 }
#define DELETE(home, n)			{ EX_DELETE, home, n, 0, 0 }
#define DELETE_KEY(home, n)		{ EX_DELETE_KEY, home, n, 0, 0 }
#define LOOKUP(home, n)			{ EX_LOOKUP, home, n, 0, 0 }
#define LOOKUP_BATCH(home, before, n)	{ EX_LOOKUP_BATCH, home, n, 0, before }
#define LOOKUP_FIELD(home, n, field)	{ EX_LOOKUP_FIELD, home, n, 0, field }
#define UPDATE_FIELD(home, n, field, value) { EX_UPDATE_FIELD, home, n, value, field }
#define INSERT_BATCH(home, before, n, value) { EX_INSERT_BATCH, home, n, value, before }
#define UPDATE_BATCH(home, before, n, value) { EX_UPDATE_BATCH, home, n, value, before }
#define UPSERT_BATCH(home, before, n, value) { EX_UPSERT_BATCH, home, n, value, before }
#define ADD_BATCH(home, before, n, value) { EX_ADD_BATCH, home, n, value, before }
#define DELETE_BATCH(home, before, n)	{ EX_DELETE_BATCH, home, n, 0, before }
#define DELETE_VALUE_BATCH(home, before, n, value) \
	{ EX_DELETE_VALUE_BATCH, home, n, value, before }
#define PIN(home, n)			{ EX_PIN, home, n, 0, 0 }
#define UNPIN				{ EX_UNPIN, 0, 0, 0, 0 }
#define MODIFY(home, n, by)		{ EX_MODIFY, home, n, by, 0 }
#define MODIFY_OR_INSERT(home, n, initial, by) { EX_MODIFY_OR_INSERT, home, n, by, initial }
#define ADD(home, n, value)		{ EX_ADD, home, n, value, 0 }
#define REPLACE(home, n, old, value)	{ EX_REPLACE, home, n, value, old }
#define DELETE_VALUE(home, n, value)	{ EX_DELETE_VALUE, home, n, value, 0 }
#define VALUES(home, n)			{ EX_VALUES, home, n, 0, 0 }
#define ITERATE				{ EX_ITERATE, 0, 0, 0, 0 }
#define EXTEND(bits)			{ EX_EXTEND, 0, bits, 0, 0 }
#define MOVE(home)			{ EX_MOVE, home, 0, 0, 0 }
#define DRAIN				{ EX_DRAIN, 0, 0, 0, 0 }
#define KEEP(bits)			{ EX_KEEP, 0, bits, 0, 0 }
#define PUBLISH				{ EX_PUBLISH, 0, 0, 0, 0 }
#define SUPERSEDE			{ EX_SUPERSEDE, 0, 0, 0, 0 }
#define ASK(sleeps)			{ EX_ASK, 0, sleeps, 0, 0 }
#define WORK(elsewhere)			{ EX_WORK, 0, elsewhere, 0, 0 }
#define LITMUS(role)			{ EX_LITMUS, 0, role, 0, 0 }
#define REAP				{ EX_REAP, 0, 0, 0, 0 }

#define DO(...)				.operations = { __VA_ARGS__ }
#define CPU(n, ...)			{ .cpu = n, DO(__VA_ARGS__) }
#define WHOLE(n, ...)			{ .cpu = n, .whole = true, DO(__VA_ARGS__) }
#define UNTIL(thread, hook, count)	{ thread, FM_HOOK_##hook, count }
#define UNTIL_POINT(thread, count)	{ thread, EX_POINT, count }
#define UNTIL_RETURN(thread)		{ thread, EX_RETURN, 1 }

#define INTERRUPT(n, ...)		{ .cpu = n, .interrupt = true, DO(__VA_ARGS__) }

#endif /* _EXPLORE_SCRIPT_H */
