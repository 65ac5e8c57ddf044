// SPDX-License-Identifier: GPL-2.0
/*
 * The scenarios of maps that could be resized and mostly are not: inserts reserve a slot and
 * fill it, and all writes go the direct way as far as it leads (module/direct.c).
 */
#include "script.h"

const struct ex_scenario ex_direct[] = {
	/* Two inserts of one key: one succeeds, and a reader sees it or not. */
	{
		.name = "reserve-insert",
		.entries = 4,
		.resized = true,
		.threads = {
			CPU(0, INSERT(0, 1, 11)),
			CPU(1, INSERT(0, 1, 12)),
			CPU(2, LOOKUP(0, 1)),
		},
	},
	/* Two keys that want the same slot. */
	{
		.name = "reserve-slot",
		.entries = 4,
		.resized = true,
		.threads = {
			CPU(0, INSERT(0, 1, 11)),
			CPU(1, INSERT(0, 2, 12)),
			CPU(2, LOOKUP(0, 1), LOOKUP(0, 2)),
		},
	},
	/*
	 * The slot that the first insert has reserved is filled by another one, and vacated:
	 * it is empty again, and must not be filled late.
	 */
	{
		.name = "reserve-late",
		.entries = 4,
		.resized = true,
		.hunt = 4,
		.threads = {
			CPU(0, INSERT(0, 1, 11)),
			CPU(1, INSERT(0, 2, 12), DELETE(0, 2)),
		},
	},
	{
		.name = "reserve-late-same",
		.entries = 4,
		.resized = true,
		.threads = {
			CPU(0, INSERT(0, 1, 11)),
			CPU(1, INSERT(0, 1, 12), DELETE(0, 1), INSERT(0, 1, 13)),
		},
	},
	{
		.name = "reserve-late-three",
		.entries = 4,
		.resized = true,
		.preemptions = 2,
		.threads = {
			CPU(0, INSERT(0, 1, 11)),
			CPU(1, INSERT(0, 1, 12), DELETE(0, 1)),
			CPU(2, INSERT(0, 2, 21), DELETE(0, 2)),
		},
	},
	/* The stamp of the delete is as late as what came meanwhile. */
	{
		.name = "reserve-delete",
		.entries = 4,
		.resized = true,
		.before = { INSERT(0, 1, 10) },
		.threads = {
			CPU(0, DELETE(0, 1)),
			CPU(1, INSERT(0, 1, 12)),
			CPU(2, INSERT(0, 2, 21)),
		},
	},
	{
		.name = "reserve-upsert",
		.entries = 4,
		.resized = true,
		.before = { INSERT(0, 1, 10) },
		.threads = {
			CPU(0, UPSERT(0, 1, 11)),
			CPU(1, DELETE(0, 1)),
			CPU(2, UPSERT(0, 1, 12)),
		},
	},
	/* An update is guarded by its block; the slot's word recurs with another key. */
	{
		.name = "direct-update",
		.entries = 4,
		.resized = true,
		.before = { INSERT(0, 1, 10) },
		.threads = {
			CPU(0, UPDATE(0, 1, 11)),
			CPU(1, UPDATE(0, 1, 12), UPDATE(0, 1, 13)),
			CPU(2, LOOKUP(0, 1)),
		},
	},
	{
		.name = "direct-recur",
		.entries = 4,
		.resized = true,
		.before = { INSERT(0, 1, 10) },
		.threads = {
			CPU(0, UPDATE(0, 1, 11)),
			CPU(1, DELETE(0, 1), INSERT(0, 2, 12)),
		},
	},
	{
		.name = "direct-delete",
		.entries = 4,
		.resized = true,
		.before = { INSERT(0, 1, 10) },
		.threads = {
			CPU(0, DELETE(0, 1)),
			CPU(1, UPDATE(0, 1, 12), UPDATE(0, 1, 13)),
			CPU(2, DELETE(0, 1)),
		},
	},
	/* Two modifications, helped: none is lost, none made twice. */
	{
		.name = "direct-modify",
		.entries = 4,
		.resized = true,
		.before = { INSERT(0, 1, 10) },
		.threads = {
			CPU(0, MODIFY(0, 1, 1)),
			CPU(1, MODIFY(0, 1, 2)),
			CPU(2, UPDATE(0, 1, 30)),
		},
	},
	/* What is pinned is updated and deleted in the general way; the unpin vacates a slot. */
	{
		.name = "reserve-unpin",
		.entries = 4,
		.resized = true,
		.before = { INSERT(0, 1, 10), PIN(0, 1) },
		.threads = {
			CPU(0, DELETE(0, 1), UNPIN),
			CPU(1, INSERT(0, 1, 12), DELETE(0, 1)),
			CPU(2, INSERT(0, 2, 21)),
		},
	},
	/*
	 * An entry of another home comes to the empty slot that an insert has seen, and its last
	 * reader vacates it when that insert has reserved it, and another one settled that.
	 */
	{
		.name = "reserve-unpin-foreign",
		.entries = 12,
		.resized = true,
		.preemptions = 4,
		.before = { FILL(0, 7) },
		.threads = {
			CPU(0, INSERT(0, 8, 18), PIN(0, 8), DELETE(0, 8), UNPIN),
			CPU(1, INSERT(1, 1, 11)),
			WHOLE(2, INSERT(1, 1, 12)),
		},
	},
	{
		.name = "reserve-pin",
		.entries = 4,
		.resized = true,
		.threads = {
			CPU(0, INSERT(0, 1, 11)),
			CPU(1, PIN(0, 1), UNPIN),
			CPU(2, UPSERT(0, 1, 12)),
		},
	},
	/* The home is full but for one slot: who comes second displaces, or goes on. */
	{
		.name = "reserve-last",
		.entries = 12,
		.resized = true,
		.preemptions = 2,
		.before = { FILL(0, 6) },
		.threads = {
			CPU(0, INSERT(0, 7, 17)),
			CPU(1, INSERT(0, 8, 18)),
			CPU(2, DELETE(0, 1)),
		},
	},
	/* An entry of another home comes to the slot that is reserved. */
	{
		.name = "reserve-foreign",
		.entries = 12,
		.resized = true,
		.preemptions = 2,
		.before = { FILL(0, 7) },
		.threads = {
			CPU(0, INSERT(1, 1, 11)),
			CPU(1, INSERT(0, 8, 18), DELETE(0, 8)),
		},
	},
	{
		.name = "reserve-foreign-late",
		.entries = 12,
		.resized = true,
		.preemptions = 2,
		.before = { FILL(0, 7) },
		.threads = {
			CPU(0, INSERT(1, 1, 11)),
			CPU(1, INSERT(0, 8, 18)),
			CPU(2, DELETE(0, 8), DELETE(1, 1)),
		},
	},
	/* Entries move back to slots that they have left. */
	{
		.name = "reserve-displace",
		.entries = 12,
		.resized = true,
		.preemptions = 2,
		.before = { FILL(0, 6), INSERT(1, 1, 10) },
		.threads = {
			CPU(0, INSERT(0, 7, 17), INSERT(0, 8, 18)),
			CPU(1, DELETE(1, 1), INSERT(1, 1, 12)),
		},
	},
	/* Nothing arrives at a home that is closed. */
	{
		.name = "reserve-close",
		.entries = 4,
		.resized = true,
		.threads = {
			CPU(0, INSERT(0, 1, 11)),
			CPU(1, EXTEND(1), MOVE(0)),
			CPU(2, LOOKUP(0, 1)),
		},
	},
	{
		.name = "reserve-close-insert",
		.entries = 4,
		.resized = true,
		.preemptions = 2,
		.threads = {
			CPU(0, INSERT(0, 1, 11)),
			CPU(1, EXTEND(1), MOVE(0)),
			CPU(2, INSERT(0, 1, 12)),
		},
	},
	{
		.name = "reserve-drain",
		.entries = 4,
		.resized = true,
		.preemptions = 2,
		.before = { INSERT(0, 2, 20) },
		.threads = {
			CPU(0, INSERT(0, 1, 11), DELETE(0, 2)),
			CPU(1, EXTEND(1), DRAIN),
		},
	},
	/* In interrupts of who has reserved, and of who cancels. */
	{
		.name = "reserve-interrupt",
		.entries = 4,
		.resized = true,
		.threads = {
			CPU(0, INSERT(0, 1, 11)),
			INTERRUPT(0, INSERT(0, 1, 12), DELETE(0, 1)),
			CPU(1, INSERT(0, 2, 21)),
		},
	},
	/* Iteration sees what was there throughout. */
	{
		.name = "reserve-iterate",
		.entries = 4,
		.resized = true,
		.preemptions = 2,
		.before = { INSERT(0, 2, 20) },
		.threads = {
			CPU(0, INSERT(0, 1, 11), DELETE(0, 1)),
			CPU(1, ITERATE),
		},
	},
	{}
};
