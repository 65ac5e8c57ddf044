// SPDX-License-Identifier: GPL-2.0
/*
 * The scenarios of maps that are being resized. A map begins with one region, as large
 * as one that is never resized.
 *
 * Most threads change the same few words all the time here, so that three of them have
 * more schedules than there is time for: two preemptions, then.
 */
#include "script.h"

const struct ex_scenario ex_moves[] = {
	/* A move, and a search along the chain for what is there and what is not. */
	{
		.name = "move-lookup",
		.entries = 4,
		.resized = true,
		.preemptions = 2,
		.home_bits = 1,
		.before = { INSERT(1, 1, 10), EXTEND(1) },
		.threads = {
			CPU(0, MOVE(0)),
			CPU(1, LOOKUP(1, 1), LOOKUP(0, 1)),
			CPU(2, DELETE(1, 1)),
		},
	},
	/* A move, after the home that is moved has been matched. */
	{
		.name = "batch-move",
		.entries = 4,
		.resized = true,
		.preemptions = 2,
		.home_bits = 1,
		.before = { INSERT(1, 1, 10), INSERT(1, 2, 20), EXTEND(1) },
		.threads = {
			CPU(0, MOVE(0)),
			CPU(1, LOOKUP_BATCH(1, 2, 1)),
			CPU(2, UPDATE(1, 1, 11)),
		},
	},
	{
		.name = "batch-move-insert",
		.entries = 4,
		.resized = true,
		.preemptions = 2,
		.before = { INSERT(0, 2, 20), EXTEND(1) },
		.threads = {
			CPU(0, MOVE(0)),
			CPU(1, INSERT_BATCH(0, 1, 2, 11)),
			CPU(2, DELETE_BATCH(0, 2, 1)),
		},
	},
	/* Inserts of one key, each of which closes and moves its home. */
	{
		.name = "move-insert",
		.entries = 4,
		.resized = true,
		.preemptions = 2,
		.before = { INSERT(0, 2, 20), EXTEND(1) },
		.threads = {
			CPU(0, INSERT(0, 1, 11)),
			CPU(1, INSERT(0, 1, 12)),
			CPU(2, MOVE(0)),
		},
	},
	/* The successor comes, and the home is closed, while an insert is under way. */
	{
		.name = "extend-insert",
		.entries = 4,
		.resized = true,
		.preemptions = 2,
		.threads = {
			CPU(0, INSERT(0, 1, 11)),
			CPU(1, EXTEND(1), MOVE(0), LOOKUP(0, 1)),
			CPU(2, INSERT(0, 1, 12)),
		},
	},
	{
		.name = "extend-drain",
		.entries = 4,
		.resized = true,
		.preemptions = 2,
		.before = { INSERT(0, 1, 10) },
		.threads = {
			CPU(0, EXTEND(1), DRAIN),
			CPU(1, UPSERT(0, 1, 11), LOOKUP(0, 1)),
			CPU(2, DELETE(0, 1)),
		},
	},
	/* A pinned entry is to get another slot, while its home is closed. */
	{
		.name = "extend-update",
		.entries = 4,
		.resized = true,
		.preemptions = 2,
		.before = { INSERT(0, 1, 10), PIN(0, 1) },
		.threads = {
			CPU(0, UNPIN),
			CPU(1, UPDATE(0, 1, 11)),
			CPU(2, EXTEND(1), MOVE(0)),
		},
	},
	/* A displaced entry's home is closed, and the displacing one's is not. */
	{
		.name = "extend-displace",
		.entries = 22,
		.resized = true,
		.before = { FILL(0, 7), FILL(1, 7) },
		.threads = {
			CPU(0, INSERT(0, 8, 11)),
			CPU(1, EXTEND(3), MOVE(1)),
		},
	},
	/* What is to be displaced is searched for, and its home is closed meanwhile. */
	{
		.name = "extend-displace-lookup",
		.entries = 22,
		.resized = true,
		.preemptions = 2,
		.before = { FILL(0, 7), FILL(1, 7) },
		.threads = {
			CPU(0, INSERT(0, 8, 11)),
			WHOLE(1, EXTEND(3), INSERT(1, 8, 12)),
			CPU(2, LOOKUP(1, 1)),
		},
		.guide = { UNTIL(0, DISPLACING, 1), UNTIL_RETURN(1), UNTIL_RETURN(1) },
	},
	{
		.name = "move-update",
		.entries = 4,
		.resized = true,
		.preemptions = 2,
		.before = { INSERT(0, 1, 10), EXTEND(1) },
		.threads = {
			CPU(0, MOVE(0)),
			CPU(1, UPDATE(0, 1, 11), UPDATE(0, 1, 12)),
			CPU(2, LOOKUP(0, 1)),
		},
	},
	{
		.name = "move-update-wide",
		.entries = 4,
		.resized = true,
		.preemptions = 2,
		.value_size = 24,
		.before = { INSERT(0, 1, 10), EXTEND(1) },
		.threads = {
			CPU(0, MOVE(0)),
			CPU(1, UPDATE(0, 1, 11), UPDATE(0, 1, 12)),
			CPU(2, LOOKUP(0, 1)),
		},
	},
	/* What is moved is replaced twice between the first attempt and the copy of the next. */
	{
		.name = "move-again",
		.entries = 4,
		.resized = true,
		.before = { INSERT(0, 1, 10), EXTEND(1) },
		.threads = {
			CPU(0, MOVE(0)),
			CPU(1, UPDATE(0, 1, 11), UPDATE(0, 1, 12), UPDATE(0, 1, 13)),
		},
	},
	{
		.name = "move-modify",
		.entries = 4,
		.resized = true,
		.preemptions = 2,
		.before = { INSERT(0, 1, 10), EXTEND(1) },
		.threads = {
			CPU(0, MODIFY(0, 1, 1)),
			CPU(1, MODIFY(0, 1, 2)),
			CPU(2, MOVE(0)),
		},
	},
	{
		.name = "move-field",
		.entries = 4,
		.resized = true,
		.preemptions = 2,
		.before = { INSERT(0, 1, 10), EXTEND(1) },
		.threads = {
			CPU(0, UPDATE_FIELD(0, 1, 0, 11), LOOKUP_FIELD(0, 1, 1)),
			CPU(1, UPDATE_FIELD(0, 1, 1, 21)),
			CPU(2, MOVE(0)),
		},
	},
	/* The block comes back with another key before the move. */
	{
		.name = "move-recycle",
		.entries = 4,
		.resized = true,
		.before = { INSERT(0, 1, 10) },
		.threads = {
			CPU(0, EXTEND(1), MOVE(0)),
			CPU(1, DELETE(0, 1), INSERT(0, 9, 12)),
		},
	},
	{
		.name = "move-delete",
		.entries = 4,
		.resized = true,
		.preemptions = 2,
		.before = { INSERT(0, 1, 10), EXTEND(1) },
		.threads = {
			CPU(0, MOVE(0)),
			CPU(1, DELETE(0, 1), INSERT(0, 1, 12)),
			CPU(2, DELETE(0, 1)),
		},
	},
	/* The pinned value stays behind; its last reader frees it. */
	{
		.name = "move-pin",
		.entries = 4,
		.resized = true,
		.preemptions = 2,
		.before = { INSERT(0, 1, 10), EXTEND(1) },
		.threads = {
			CPU(0, PIN(0, 1), UNPIN),
			CPU(1, MOVE(0)),
			CPU(2, UPDATE(0, 1, 11)),
		},
	},
	{
		.name = "move-pin-wide",
		.entries = 4,
		.resized = true,
		.preemptions = 2,
		.value_size = 24,
		.before = { INSERT(0, 1, 10), EXTEND(1) },
		.threads = {
			CPU(0, PIN(0, 1), UNPIN),
			CPU(1, MOVE(0), INSERT(0, 2, 12)),
			CPU(2, UPDATE(0, 1, 11)),
		},
	},
	{
		.name = "move-unpin",
		.entries = 4,
		.resized = true,
		.preemptions = 2,
		.before = { INSERT(0, 1, 10), PIN(0, 1), EXTEND(1) },
		.threads = {
			CPU(0, UNPIN),
			CPU(1, UPDATE(0, 1, 11)),
			CPU(2, MOVE(0)),
		},
	},
	{
		.name = "drain-pin",
		.entries = 4,
		.resized = true,
		.before = { INSERT(0, 1, 10), EXTEND(1) },
		.threads = {
			CPU(0, PIN(0, 1), UNPIN),
			CPU(1, DRAIN, DELETE(0, 1)),
		},
	},
	/* One is done while another is in the middle. */
	{
		.name = "move-move",
		.entries = 4,
		.resized = true,
		.preemptions = 2,
		.home_bits = 1,
		.before = { INSERT(0, 1, 10), INSERT(1, 2, 20), EXTEND(1) },
		.threads = {
			CPU(0, MOVE(0)),
			CPU(1, MOVE(0)),
			CPU(2, LOOKUP(1, 2)),
		},
	},
	{
		.name = "drain-move",
		.entries = 4,
		.resized = true,
		.preemptions = 2,
		.before = { INSERT(0, 1, 10), EXTEND(1) },
		.threads = {
			CPU(0, DRAIN),
			CPU(1, MOVE(0)),
			CPU(2, LOOKUP(0, 1)),
		},
	},
	/* The home is closed by one that has seen all that is in it, and drained by another. */
	{
		.name = "drain-closed",
		.entries = 4,
		.resized = true,
		.preemptions = 2,
		.threads = {
			CPU(0, INSERT(0, 1, 11), LOOKUP(0, 1)),
			CPU(1, EXTEND(1), MOVE(0)),
			CPU(2, DRAIN),
		},
	},
	{
		.name = "drain-insert",
		.entries = 4,
		.resized = true,
		.preemptions = 2,
		.before = { EXTEND(1) },
		.threads = {
			CPU(0, DRAIN),
			CPU(1, INSERT(0, 1, 11)),
			CPU(2, INSERT(0, 1, 12)),
		},
	},
	/* The eighth entry of home 0 lies among those of home 1, and both homes move. */
	{
		.name = "move-overflow",
		.entries = 12,
		.resized = true,
		.preemptions = 2,
		.before = { FILL(0, 8), INSERT(1, 1, 20), EXTEND(2) },
		.threads = {
			CPU(0, MOVE(0)),
			CPU(1, DELETE(0, 8)),
			CPU(2, LOOKUP(1, 1)),
		},
	},
	{
		.name = "move-neighbour",
		.entries = 12,
		.resized = true,
		.preemptions = 2,
		.before = { FILL(0, 8), INSERT(1, 1, 20), EXTEND(2) },
		.threads = {
			CPU(0, MOVE(1)),
			CPU(1, DELETE(0, 1), UPDATE(0, 8, 12)),
			CPU(2, LOOKUP(0, 8)),
		},
	},
	/*
	 * An entry is on its way to a smaller region, in which its home has entries of other
	 * homes, too: those have all gone on when it arrives.
	 */
	{
		.name = "move-arrive-done",
		.entries = 24,
		.resized = true,
		.preemptions = 2,
		.before = { INSERT(1, 1, 10), EXTEND(1), FILL(0, 8) },
		.threads = {
			CPU(0, MOVE(1), DRAIN),
			WHOLE(1, EXTEND(3), INSERT(0, 9, 12)),
		},
		.guide = { UNTIL(0, MOVING, 1), UNTIL_RETURN(1), UNTIL_RETURN(1) },
	},
	/*
	 * A lookup has seen a slot, which then has the same word for another key, whose block
	 * is being written when the lookup comes to it.
	 */
	{
		.name = "move-same-word",
		.entries = 4,
		.resized = true,
		.preemptions = 2,
		.home_bits = 1,
		.before = { INSERT(0, 2, 20), EXTEND(1), INSERT(0, 1, 10) },
		.threads = {
			CPU(0, LOOKUP(0, 1)),
			CPU(1, DELETE(0, 1), MOVE(0)),
		},
		.guide = { UNTIL(0, SEEN, 3), UNTIL_RETURN(1), UNTIL(1, WRITING, 1) },
	},
	/* An insert moves entries of its own home on, and none of another, which is OPEN. */
	{
		.name = "move-lend",
		.entries = 24,
		.resized = true,
		.preemptions = 2,
		.before = {
			INSERT(1, 1, 10), INSERT(2, 1, 20), EXTEND(3), INSERT(1, 2, 30),
		},
		.threads = {
			CPU(0, INSERT(1, 3, 11)),
			CPU(1, LOOKUP(2, 1), LOOKUP(1, 1)),
		},
	},
	/* An insert to a home that has overflowed moves all of it first. */
	{
		.name = "move-overflow-insert",
		.entries = 12,
		.resized = true,
		.preemptions = 2,
		.before = { FILL(0, 8), EXTEND(2) },
		.threads = {
			CPU(0, INSERT(0, 9, 11)),
			CPU(1, DELETE(0, 1), LOOKUP(0, 8)),
		},
	},
	/* The last entry to come displaces one of home 1 in the new region. */
	{
		.name = "move-displace",
		.entries = 22,
		.resized = true,
		.before = { FILL(0, 8), FILL(1, 7), EXTEND(2), MOVE(1) },
		.threads = {
			CPU(0, MOVE(0)),
			CPU(1, LOOKUP(1, 1), LOOKUP(0, 8)),
		},
	},
	{
		.name = "move-displace-delete",
		.entries = 22,
		.resized = true,
		.before = { FILL(0, 8), FILL(1, 7), EXTEND(2), MOVE(1) },
		.threads = {
			CPU(0, MOVE(0)),
			CPU(1, DELETE(1, 1)),
		},
	},
	/* Two publish a region at once; entries go to the one that is in the chain. */
	{
		.name = "extend-extend",
		.entries = 4,
		.resized = true,
		.preemptions = 2,
		.before = { INSERT(0, 1, 10) },
		.threads = {
			CPU(0, EXTEND(1), INSERT(0, 2, 11)),
			CPU(1, EXTEND(1), INSERT(0, 3, 12)),
			CPU(2, LOOKUP(0, 1)),
		},
	},
	/* One of them drains what the other takes for the end of the chain. */
	{
		.name = "extend-extend-drain",
		.entries = 4,
		.resized = true,
		.preemptions = 2,
		.before = { INSERT(0, 1, 10) },
		.threads = {
			CPU(0, EXTEND(1), DRAIN, EXTEND(1), DRAIN),
			CPU(1, EXTEND(1), INSERT(0, 2, 12)),
		},
	},
	/* The region that is kept ready, published by two, and beside one that is made. */
	{
		.name = "publish-publish",
		.entries = 4,
		.resized = true,
		.preemptions = 2,
		.before = { INSERT(0, 1, 10), KEEP(1) },
		.threads = {
			CPU(0, PUBLISH, INSERT(0, 2, 11)),
			CPU(1, PUBLISH, INSERT(0, 3, 12)),
			CPU(2, LOOKUP(0, 1)),
		},
	},
	{
		.name = "publish-extend",
		.entries = 4,
		.resized = true,
		.preemptions = 2,
		.before = { INSERT(0, 1, 10), KEEP(1) },
		.threads = {
			CPU(0, PUBLISH, INSERT(0, 2, 11)),
			CPU(1, EXTEND(2), DRAIN),
			CPU(2, UPSERT(0, 1, 12)),
		},
	},
	/* One that is not larger than the last region is of no use, one that is follows it. */
	{
		.name = "publish-larger",
		.entries = 4,
		.resized = true,
		.preemptions = 2,
		.before = {
			INSERT(0, 1, 10), INSERT(0, 2, 20), KEEP(0), PUBLISH, KEEP(1),
			PUBLISH, DRAIN, KEEP(1),
		},
		.threads = {
			CPU(0, PUBLISH),
			CPU(1, KEEP(2), PUBLISH, INSERT(0, 3, 11)),
			CPU(2, REAP),
		},
	},
	/* It is taken in the middle of an operation, and made anew meanwhile. */
	{
		.name = "publish-keep",
		.entries = 4,
		.resized = true,
		.preemptions = 2,
		.before = { INSERT(0, 1, 10), KEEP(1) },
		.threads = {
			CPU(0, INSERT(0, 2, 11)),
			INTERRUPT(0, PUBLISH),
			CPU(1, KEEP(2), PUBLISH, INSERT(0, 3, 12)),
		},
	},
	/* A worker begins while it is called for something new. */
	{
		.name = "call-work",
		.entries = 4,
		.resized = true,
		.calls = true,
		.before = { ASK(0) },
		.threads = {
			CPU(0, ASK(0)),
			CPU(1, WORK(1)),
		},
	},
	/* One that is called leaves it to another one, which is about to end. */
	{
		.name = "call-leave",
		.entries = 4,
		.resized = true,
		.preemptions = 2,
		.calls = true,
		.before = { ASK(1) },
		.threads = {
			CPU(0, WORK(0)),
			CPU(1, ASK(0)),
			CPU(2, WORK(1)),
		},
	},
	/* Three regions: what goes from the first to the third closes the second. */
	{
		.name = "chain-insert",
		.entries = 4,
		.resized = true,
		.preemptions = 2,
		.before = { INSERT(0, 1, 10), EXTEND(0), EXTEND(1) },
		.threads = {
			CPU(0, MOVE(0)),
			CPU(1, INSERT(0, 2, 11)),
			CPU(2, LOOKUP(0, 1)),
		},
	},
	{
		.name = "chain-extend",
		.entries = 4,
		.resized = true,
		.preemptions = 2,
		.before = { INSERT(0, 1, 10), EXTEND(0) },
		.threads = {
			CPU(0, EXTEND(1), MOVE(0)),
			CPU(1, INSERT(0, 2, 11)),
			CPU(2, LOOKUP(0, 1)),
		},
	},
	{
		.name = "chain-drain",
		.entries = 4,
		.resized = true,
		.preemptions = 2,
		.before = { INSERT(0, 1, 10), EXTEND(0), MOVE(0), EXTEND(1) },
		.threads = {
			CPU(0, DRAIN),
			CPU(1, UPSERT(0, 1, 11)),
			CPU(2, LOOKUP(0, 1)),
		},
	},
	/* The second region has one home for two, and is done with before one of them has come. */
	{
		.name = "chain-merge",
		.entries = 12,
		.resized = true,
		.before = { INSERT(1, 1, 20), EXTEND(0) },
		.threads = {
			CPU(0, EXTEND(1), INSERT(0, 2, 11), DRAIN),
			CPU(1, MOVE(1)),
		},
	},
	/* There is no room in the second region, so the worker adds a third. */
	{
		.name = "drain-crowded",
		.entries = 22,
		.resized = true,
		.preemptions = 2,
		.before = {
			FILL(0, 7), FILL(1, 7), INSERT(2, 1, 10), EXTEND(0),
			MOVE(0), MOVE(1),
		},
		.threads = {
			CPU(0, DRAIN),
			CPU(1, UPDATE(2, 1, 11), LOOKUP(0, 1)),
		},
	},
	/* Nothing moves on before a third region comes. */
	{
		.name = "move-crowded",
		.entries = 22,
		.resized = true,
		.preemptions = 2,
		.crowded = true,
		.before = {
			FILL(0, 7), FILL(1, 7), INSERT(2, 1, 10), PIN(2, 1),
			EXTEND(0), MOVE(0), MOVE(1),
		},
		.threads = {
			CPU(0, UNPIN, UPDATE(2, 1, 12)),
			CPU(1, UPDATE(2, 1, 11), MOVE(2)),
			CPU(2, EXTEND(1), DELETE(2, 1)),
		},
	},
	/* Nothing moves on from the first of three, so nothing is asked of the second. */
	{
		.name = "chain-crowded",
		.entries = 22,
		.resized = true,
		.preemptions = 2,
		.crowded = true,
		.before = {
			FILL(0, 7), FILL(1, 7), INSERT(2, 1, 10), PIN(2, 1),
			EXTEND(0), EXTEND(0), MOVE(0), MOVE(1),
		},
		.threads = {
			CPU(0, UNPIN),
			CPU(1, UPDATE(2, 1, 11)),
		},
	},
	/* A chain as long as may be. */
	{
		.name = "chain-longest",
		.entries = 4,
		.resized = true,
		.preemptions = 2,
		.before = {
			INSERT(0, 1, 10), EXTEND(0), EXTEND(0), EXTEND(0), EXTEND(0),
			EXTEND(0), EXTEND(0), EXTEND(1), EXTEND(1),
		},
		.threads = {
			CPU(0, MOVE(0)),
			CPU(1, INSERT(0, 2, 11), LOOKUP(0, 1)),
		},
	},
	/* It cannot be drained, and stays: the last region has no room, and is the last. */
	{
		.name = "drain-refused",
		.entries = 22,
		.resized = true,
		.crowded = true,
		.before = {
			FILL(0, 7), FILL(1, 7), INSERT(2, 1, 10), EXTEND(0), EXTEND(0),
			EXTEND(0), EXTEND(0), EXTEND(0), EXTEND(0), EXTEND(0),
			MOVE(0), MOVE(1),
		},
		.threads = {
			CPU(0, DRAIN),
			CPU(1, UPDATE(2, 1, 11), LOOKUP(0, 1)),
			CPU(2, REAP),
		},
	},
	/* Blocks come from the list of the new region, and go to that of the old one. */
	{
		.name = "move-list",
		.entries = 6,
		.resized = true,
		.preemptions = 2,
		.value_size = 56,
		.before = { FILL(0, 5), EXTEND(0) },
		.threads = {
			CPU(0, MOVE(0)),
			CPU(1, INSERT(0, 6, 12)),
		},
	},
	/* A region that takes no entry more has room for another value, of a pinned one, too. */
	{
		.name = "full-update",
		.entries = 4,
		.resized = true,
		.before = { FILL(0, 6), PIN(0, 1) },
		.threads = {
			CPU(0, UNPIN, UPDATE(0, 2, 12)),
			CPU(1, UPDATE(0, 1, 11)),
		},
	},
	/* As many as the map may have; room belongs to no region. */
	{
		.name = "move-room",
		.entries = 2,
		.limit = 2,
		.cpus = 2,
		.resized = true,
		.preemptions = 2,
		.before = { INSERT(0, 1, 10), INSERT(0, 2, 20), EXTEND(1) },
		.threads = {
			CPU(0, DELETE(0, 1)),
			CPU(1, INSERT(0, 3, 12)),
			CPU(2, MOVE(0)),
		},
	},
	/* Two homes become one. */
	{
		.name = "shrink-move",
		.entries = 12,
		.resized = true,
		.preemptions = 2,
		.before = { INSERT(0, 1, 10), INSERT(1, 1, 20), EXTEND(0) },
		.threads = {
			CPU(0, MOVE(0)),
			CPU(1, MOVE(1)),
			CPU(2, LOOKUP(1, 1)),
		},
	},
	{
		.name = "shrink-insert",
		.entries = 12,
		.resized = true,
		.before = { INSERT(0, 1, 10), INSERT(1, 1, 20), EXTEND(0) },
		.threads = {
			CPU(0, DRAIN),
			CPU(1, INSERT(1, 2, 11)),
		},
	},
	{
		.name = "interrupt-move",
		.entries = 4,
		.resized = true,
		.preemptions = 2,
		.before = { INSERT(0, 1, 10), EXTEND(1) },
		.threads = {
			CPU(0, MOVE(0)),
			INTERRUPT(0, UPDATE(0, 1, 11), INSERT(0, 2, 12)),
			CPU(1, LOOKUP(0, 1)),
		},
	},
	{
		.name = "interrupt-drain",
		.entries = 4,
		.resized = true,
		.preemptions = 2,
		.before = { INSERT(0, 1, 10), EXTEND(1) },
		.threads = {
			CPU(0, DRAIN),
			INTERRUPT(0, UPDATE(0, 1, 11), INSERT(0, 2, 12)),
			CPU(1, DELETE(0, 1)),
		},
	},
	{
		.name = "interrupt-mover",
		.entries = 4,
		.resized = true,
		.preemptions = 2,
		.before = { INSERT(0, 1, 10) },
		.threads = {
			CPU(0, INSERT(0, 2, 11)),
			INTERRUPT(0, EXTEND(1), DRAIN),
			CPU(1, UPSERT(0, 2, 12)),
		},
	},
	/* The values of a key, some of them here and some there. */
	{
		.name = "multimap-move",
		.entries = 6,
		.multimap = true,
		.resized = true,
		.before = { ADD(0, 1, 10), ADD(0, 1, 20), EXTEND(1) },
		.threads = {
			CPU(0, MOVE(0)),
			CPU(1, VALUES(0, 1)),
		},
	},
	{
		.name = "multimap-move-add",
		.entries = 6,
		.multimap = true,
		.resized = true,
		.preemptions = 2,
		.before = { ADD(0, 1, 10), EXTEND(1) },
		.threads = {
			CPU(0, MOVE(0)),
			CPU(1, ADD(0, 1, 20)),
			CPU(2, VALUES(0, 1)),
		},
	},
	/* A value is added in the last region, while another one is about to be in the first. */
	{
		.name = "multimap-extend-add",
		.entries = 6,
		.multimap = true,
		.resized = true,
		.preemptions = 2,
		.before = { ADD(0, 1, 10) },
		.threads = {
			CPU(0, ADD(0, 1, 11)),
			WHOLE(1, EXTEND(1), ADD(0, 1, 12)),
			CPU(2, ITERATE),
		},
		.guide = { UNTIL(0, SEARCHED, 1), UNTIL_RETURN(1), UNTIL_RETURN(1) },
	},
	{
		.name = "multimap-move-delete",
		.entries = 6,
		.multimap = true,
		.resized = true,
		.before = { ADD(0, 1, 10), ADD(0, 1, 10), EXTEND(1) },
		.threads = {
			CPU(0, MOVE(0)),
			CPU(1, DELETE_VALUE(0, 1, 10), VALUES(0, 1)),
		},
	},
	{
		.name = "multimap-move-key",
		.entries = 6,
		.multimap = true,
		.resized = true,
		.preemptions = 2,
		.before = { ADD(0, 1, 10), ADD(0, 1, 20), EXTEND(1) },
		.threads = {
			CPU(0, MOVE(0)),
			CPU(1, DELETE_KEY(0, 1), ADD(0, 1, 30)),
		},
	},
	{
		.name = "multimap-move-replace",
		.entries = 6,
		.multimap = true,
		.resized = true,
		.preemptions = 2,
		.before = { ADD(0, 1, 10), ADD(0, 1, 20), EXTEND(1) },
		.threads = {
			CPU(0, MOVE(0)),
			CPU(1, REPLACE(0, 1, 10, 11), REPLACE(0, 1, 20, 21)),
			CPU(2, VALUES(0, 1)),
		},
	},
	/* Of two equal values in two regions it is the first that goes. */
	{
		.name = "multimap-move-first",
		.entries = 6,
		.multimap = true,
		.resized = true,
		.preemptions = 2,
		.before = {
			ADD(0, 1, 5), ADD(0, 1, 10), ADD(0, 1, 20), DELETE(0, 1),
			ADD(0, 1, 30), EXTEND(1),
		},
		.threads = {
			CPU(0, MOVE(0)),
			CPU(1, DELETE_VALUE(0, 1, 30)),
			WHOLE(2, REPLACE(0, 1, 10, 30), VALUES(0, 1)),
		},
	},
	{
		.name = "multimap-move-pin",
		.entries = 6,
		.multimap = true,
		.resized = true,
		.preemptions = 2,
		.before = { ADD(0, 1, 10), ADD(0, 1, 20), PIN(0, 1), EXTEND(1) },
		.threads = {
			CPU(0, UNPIN),
			CPU(1, MOVE(0)),
			CPU(2, REPLACE(0, 1, 10, 11)),
		},
	},
	{
		.name = "multimap-iterate-move",
		.entries = 6,
		.multimap = true,
		.resized = true,
		.before = { ADD(0, 1, 10), ADD(0, 1, 20), EXTEND(1) },
		.threads = {
			CPU(0, MOVE(0)),
			CPU(1, ITERATE),
		},
	},
	{
		.name = "iterate-move",
		.entries = 4,
		.resized = true,
		.preemptions = 2,
		.home_bits = 1,
		.before = { INSERT(0, 1, 10), INSERT(1, 1, 20), EXTEND(1) },
		.threads = {
			CPU(0, MOVE(0)),
			CPU(1, ITERATE),
			CPU(2, UPDATE(1, 1, 21)),
		},
	},
	{
		.name = "iterate-drain",
		.entries = 4,
		.resized = true,
		.home_bits = 1,
		.before = { INSERT(0, 1, 10), INSERT(1, 1, 20) },
		.threads = {
			CPU(0, EXTEND(1), DRAIN, INSERT(0, 2, 11)),
			CPU(1, ITERATE),
		},
	},
	/* The region that comes has more homes than the ranges that are iterated by. */
	{
		.name = "iterate-extend",
		.entries = 4,
		.resized = true,
		.home_bits = 1,
		.before = { INSERT(1, 1, 20), INSERT(1, 2, 30) },
		.threads = {
			CPU(0, EXTEND(1), MOVE(0)),
			CPU(1, ITERATE),
		},
	},
	{
		.name = "iterate-shrink",
		.entries = 12,
		.resized = true,
		.before = { INSERT(0, 1, 10), INSERT(1, 1, 20), EXTEND(0) },
		.threads = {
			CPU(0, DRAIN),
			CPU(1, ITERATE),
		},
	},
	/* Two keys with one hash, one here and one there. */
	{
		.name = "twins-move",
		.entries = 4,
		.resized = true,
		.preemptions = 2,
		.twins = true,
		.before = { INSERT(0, 2, 10), INSERT(0, 3, 20), EXTEND(1) },
		.threads = {
			CPU(0, MOVE(0)),
			CPU(1, LOOKUP(0, 3), LOOKUP(0, 2)),
			CPU(2, UPDATE(0, 2, 11)),
		},
	},
	{
		.name = "twins-move-insert",
		.entries = 4,
		.resized = true,
		.preemptions = 2,
		.twins = true,
		.before = { INSERT(0, 2, 10), EXTEND(1) },
		.threads = {
			CPU(0, MOVE(0)),
			CPU(1, INSERT(0, 3, 20), LOOKUP(0, 2)),
			CPU(2, DELETE(0, 2)),
		},
	},
	{
		.name = "twins-iterate-move",
		.entries = 4,
		.resized = true,
		.twins = true,
		.before = { INSERT(0, 2, 10), INSERT(0, 3, 20), EXTEND(1) },
		.threads = {
			CPU(0, MOVE(0), UPDATE(0, 2, 11)),
			CPU(1, ITERATE),
		},
	},
	/* The region that has been drained is freed when nobody can have its address. */
	{
		.name = "drain-reap-lookup",
		.entries = 4,
		.resized = true,
		.before = { INSERT(0, 1, 10), EXTEND(1) },
		.threads = {
			CPU(0, DRAIN),
			CPU(1, LOOKUP(0, 1), LOOKUP(0, 2)),
			CPU(2, REAP),
		},
	},
	{
		.name = "drain-reap-insert",
		.entries = 4,
		.resized = true,
		.preemptions = 2,
		.before = { INSERT(0, 1, 10), EXTEND(1) },
		.threads = {
			CPU(0, DRAIN),
			CPU(1, INSERT(0, 2, 11), DELETE(0, 1)),
			CPU(2, REAP),
		},
	},
	{
		.name = "drain-reap-move",
		.entries = 4,
		.resized = true,
		.preemptions = 2,
		.before = { INSERT(0, 1, 10), EXTEND(1) },
		.threads = {
			CPU(0, DRAIN),
			CPU(1, MOVE(0), UPDATE(0, 1, 11)),
			CPU(2, REAP),
		},
	},
	{
		.name = "iterate-reap",
		.entries = 4,
		.resized = true,
		.preemptions = 2,
		.home_bits = 1,
		.before = { INSERT(0, 1, 10), INSERT(1, 1, 20), EXTEND(1) },
		.threads = {
			CPU(0, DRAIN),
			CPU(1, ITERATE),
			CPU(2, REAP),
		},
	},
	/* What is pinned in it stays, and it goes with the last pin. */
	{
		.name = "drain-reap-pin",
		.entries = 4,
		.resized = true,
		.before = { INSERT(0, 1, 10), EXTEND(1), SUPERSEDE },
		.threads = {
			CPU(0, DRAIN),
			CPU(1, PIN(0, 1), UNPIN),
			CPU(2, REAP),
		},
	},
	{
		.name = "drain-reap-unpin",
		.entries = 4,
		.resized = true,
		.before = { INSERT(0, 1, 10), PIN(0, 1) },
		.threads = {
			CPU(0, UNPIN),
			CPU(1, EXTEND(1), DRAIN),
			CPU(2, REAP, REAP),
		},
	},
	/* Two regions leave one after the other, the second one while the first one waits. */
	{
		.name = "chain-reap",
		.entries = 4,
		.resized = true,
		.preemptions = 2,
		.before = {
			INSERT(0, 1, 10), EXTEND(0), MOVE(0), EXTEND(1), SUPERSEDE,
		},
		.threads = {
			CPU(0, DRAIN),
			CPU(1, PIN(0, 1), LOOKUP(0, 1)),
			CPU(2, REAP),
		},
	},
	/* One that was made in vain is freed, while the chain goes on and the other one leaves. */
	{
		.name = "extend-extend-reap",
		.entries = 4,
		.resized = true,
		.preemptions = 2,
		.before = { INSERT(0, 1, 10) },
		.threads = {
			CPU(0, EXTEND(1), DRAIN),
			CPU(1, EXTEND(1), INSERT(0, 2, 12)),
			CPU(2, REAP),
		},
	},
	/* The reserve is discarded: it is not larger than what has come meanwhile, or late. */
	{
		.name = "publish-reap",
		.entries = 4,
		.resized = true,
		.preemptions = 2,
		.before = { INSERT(0, 1, 10), KEEP(1), EXTEND(1) },
		.threads = {
			CPU(0, PUBLISH, DRAIN),
			CPU(1, KEEP(2), PUBLISH),
			CPU(2, REAP),
		},
	},
	{
		.name = "keep-reap",
		.entries = 4,
		.resized = true,
		.preemptions = 2,
		.before = { INSERT(0, 1, 10) },
		.threads = {
			CPU(0, KEEP(1), PUBLISH),
			CPU(1, KEEP(2), PUBLISH),
			CPU(2, REAP, REAP),
		},
	},
	/*
	 * Who helps a move has met it in the last region, whose home it acquires first, as
	 * that has the lower address; and goes on to the region that is drained.
	 */
	{
		.name = "help-reap",
		.entries = 6,
		.resized = true,
		.preemptions = 2,
		.before = {
			KEEP(1), EXTEND(0), DRAIN, INSERT(0, 1, 10), PUBLISH, SUPERSEDE,
		},
		.threads = {
			CPU(0, MOVE(0)),
			CPU(1, DELETE(0, 1), DRAIN),
			CPU(2, INSERT(0, 2, 11)),
			CPU(3, REAP),
		},
	},
	{}
};
