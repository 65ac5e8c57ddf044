// SPDX-License-Identifier: GPL-2.0
/*
 * The scenarios of maps that are never resized; those that are, in moves.c. Homes are
 * numbered from 0. A map for up to 6 entries has one home, for up to 12 two, for up to 24
 * four. Blocks with values of more than 48 bytes stand 4 beside a group.
 */
#include "script.h"

const struct ex_scenario ex_scenarios[] = {
	/*
	 * The delete finds the slot without its pin and will fail; pinned again, the
	 * slot is about to be acquired by a helper when the delete does fail.
	 */
	{
		.name = "help-failed",
		.entries = 12,
		.hunt = 4,
		.before = { FILL(0, 8), PIN(0, 8) },
		.threads = {
			WHOLE(0, UNPIN),
			WHOLE(1, PIN(0, 8)),
			CPU(2, DELETE(0, 8)),
			CPU(3, UPDATE(0, 1, 11)),
		},
	},
	/*
	 * The delete has found the slot pinned, and its owner and key 1's update find it not
	 * pinned: both are about to decide that it has failed. Key 2's update comes when it
	 * is pinned again, acquires it, and finds the outcome open. Then it is decided.
	 */
	{
		.name = "help-decided",
		.entries = 12,
		.preemptions = 2,
		.before = { FILL(0, 8), PIN(0, 8) },
		.threads = {
			WHOLE(0, UNPIN, PIN(0, 8)),
			CPU(1, DELETE(0, 8)),
			CPU(2, UPDATE(0, 1, 11)),
			CPU(3, UPDATE(0, 2, 12)),
		},
		.guide = {
			UNTIL(1, ACQUIRING, 2), UNTIL_RETURN(0), UNTIL(1, ACQUIRED, 1),
			UNTIL(2, ACQUIRED, 1), UNTIL_RETURN(0), UNTIL(3, RESOLVING, 1),
			UNTIL_RETURN(2),
		},
	},
	/*
	 * Likewise, but key 2's update puts the reference in the slot when the owner has
	 * replaced all words, and whoever ends the pin meets it there.
	 */
	{
		.name = "help-cleaned",
		.entries = 12,
		.before = { FILL(0, 8), PIN(0, 8) },
		.threads = {
			WHOLE(0, UNPIN, PIN(0, 8), UNPIN),
			CPU(1, DELETE(0, 8)),
			CPU(2, UPDATE(0, 1, 11)),
			CPU(3, UPDATE(0, 2, 12)),
		},
		.guide = {
			UNTIL(1, ACQUIRING, 2), UNTIL_RETURN(0), UNTIL(1, ACQUIRED, 1),
			UNTIL(2, ACQUIRED, 1), UNTIL_RETURN(0), UNTIL(3, RESOLVING, 1),
			UNTIL_RETURN(2), UNTIL(1, DECIDED, 1),
		},
	},
	/*
	 * Likewise, but key 2's update has not acquired the slot when the owner has begun
	 * another attempt. Whoever ends the pin meets its RDCSS reference.
	 */
	{
		.name = "help-met",
		.entries = 12,
		.preemptions = 2,
		.before = { FILL(0, 8), PIN(0, 8) },
		.threads = {
			WHOLE(0, UNPIN, PIN(0, 8), UNPIN),
			CPU(1, DELETE(0, 8)),
			CPU(2, UPDATE(0, 1, 11)),
			CPU(3, UPDATE(0, 2, 12)),
		},
		.guide = {
			UNTIL(1, ACQUIRING, 2), UNTIL_RETURN(0), UNTIL(1, ACQUIRED, 1),
			UNTIL(2, ACQUIRED, 1), UNTIL_RETURN(0),
			UNTIL(3, ACQUIRING, 2), UNTIL_POINT(3, 3),
			UNTIL_RETURN(2), UNTIL(1, INSTALLED, 1), UNTIL_POINT(3, 1),
		},
	},
	/* The helper has not seen the slot before, nor the block that the guard is about. */
	{
		.name = "help-guard",
		.entries = 12,
		.preemptions = 2,
		.before = { INSERT(0, 1, 10) },
		.threads = {
			CPU(0, DELETE(0, 1)),
			CPU(1, UPDATE(0, 1, 11), UPDATE(0, 1, 12)),
			CPU(2, INSERT(1, 1, 20)),
		},
	},
	/* Two inserts of one key: one succeeds. */
	{
		.name = "insert-insert",
		.entries = 4,
		.threads = {
			CPU(0, INSERT(0, 1, 11)),
			CPU(1, INSERT(0, 1, 12)),
		},
	},
	/* Two keys, one empty slot. */
	{
		.name = "insert-slot",
		.entries = 4,
		.threads = {
			CPU(0, INSERT(0, 1, 11)),
			CPU(1, INSERT(0, 2, 12)),
		},
	},
	{
		.name = "insert-three",
		.entries = 4,
		.threads = {
			CPU(0, INSERT(0, 1, 11)),
			CPU(1, INSERT(0, 1, 12)),
			CPU(2, LOOKUP(0, 1)),
		},
	},
	{
		.name = "upsert-delete",
		.entries = 4,
		.before = { INSERT(0, 1, 10) },
		.threads = {
			CPU(0, UPSERT(0, 1, 11)),
			CPU(1, DELETE(0, 1)),
			CPU(2, UPSERT(0, 1, 12)),
		},
	},
	{
		.name = "insert-delete",
		.entries = 4,
		.threads = {
			CPU(0, INSERT(0, 1, 11), DELETE(0, 1)),
			CPU(1, INSERT(0, 1, 12), DELETE(0, 1)),
		},
	},
	{
		.name = "update-lookup",
		.entries = 4,
		.before = { INSERT(0, 1, 10) },
		.threads = {
			CPU(0, UPDATE(0, 1, 11), UPDATE(0, 1, 12)),
			CPU(1, LOOKUP(0, 1), LOOKUP(0, 1)),
		},
	},
	/* With values of several words, none may be partly the one and partly the other. */
	{
		.name = "update-lookup-wide",
		.entries = 4,
		.value_size = 24,
		.before = { INSERT(0, 1, 10) },
		.threads = {
			CPU(0, UPDATE(0, 1, 11), UPDATE(0, 1, 12)),
			CPU(1, LOOKUP(0, 1), LOOKUP(0, 1)),
		},
	},
	/* Two updates in a row bring the identical word back. */
	{
		.name = "update-update",
		.entries = 4,
		.before = { INSERT(0, 1, 10) },
		.threads = {
			CPU(0, DELETE(0, 1)),
			CPU(1, UPDATE(0, 1, 11), UPDATE(0, 1, 12)),
		},
	},
	/* The block comes back with another key, in the identical word. */
	{
		.name = "update-recycle",
		.entries = 4,
		.before = { INSERT(0, 1, 10) },
		.threads = {
			CPU(0, UPDATE(0, 1, 11)),
			CPU(1, DELETE(0, 1), INSERT(0, 9, 12)),
		},
	},
	{
		.name = "delete-recycle-wide",
		.entries = 4,
		.value_size = 24,
		.before = { INSERT(0, 1, 10) },
		.threads = {
			CPU(0, DELETE(0, 1), LOOKUP(0, 1)),
			CPU(1, UPDATE(0, 1, 11), UPDATE(0, 1, 12)),
		},
	},
	/* An entry that is being replaced is no proof of absence. */
	{
		.name = "mismatch",
		.entries = 4,
		.before = { INSERT(0, 1, 10), INSERT(0, 9, 20) },
		.threads = {
			CPU(0, LOOKUP(0, 1)),
			CPU(1, UPDATE(0, 1, 11), UPDATE(0, 9, 21)),
		},
	},
	{
		.name = "recycle-lookup",
		.entries = 4,
		.before = { INSERT(0, 1, 10) },
		.threads = {
			CPU(0, LOOKUP(0, 1), LOOKUP(0, 9)),
			CPU(1, DELETE(0, 1), INSERT(0, 9, 12)),
		},
	},
	/* Both slots are matched before either key is looked at. */
	{
		.name = "batch-update",
		.entries = 4,
		.before = { INSERT(0, 1, 10), INSERT(0, 9, 20) },
		.threads = {
			CPU(0, LOOKUP_BATCH(0, 9, 1)),
			CPU(1, UPDATE(0, 1, 11), UPDATE(0, 9, 21)),
		},
	},
	{
		.name = "batch-update-wide",
		.entries = 4,
		.value_size = 24,
		.before = { INSERT(0, 1, 10), INSERT(0, 9, 20) },
		.threads = {
			CPU(0, LOOKUP_BATCH(0, 9, 1)),
			CPU(1, UPDATE(0, 1, 11), UPDATE(0, 1, 12), UPDATE(0, 9, 21)),
		},
	},
	/* Another key comes in the block and the slot of one that has been matched. */
	{
		.name = "batch-recycle",
		.entries = 4,
		.before = { INSERT(0, 1, 10), INSERT(0, 2, 20) },
		.threads = {
			CPU(0, LOOKUP_BATCH(0, 2, 1), LOOKUP_BATCH(0, 1, 9)),
			CPU(1, DELETE(0, 1), INSERT(0, 9, 12)),
		},
	},
	/* The items of a batch that changes something take effect one after the other. */
	{
		.name = "batch-insert",
		.entries = 4,
		.threads = {
			CPU(0, INSERT_BATCH(0, 1, 2, 11)),
			CPU(1, INSERT(0, 2, 20), LOOKUP(0, 1)),
		},
	},
	{
		.name = "batch-delete",
		.entries = 4,
		.before = { INSERT(0, 1, 10), INSERT(0, 9, 20) },
		.threads = {
			CPU(0, DELETE_BATCH(0, 1, 9)),
			CPU(1, UPDATE(0, 9, 21), INSERT(0, 1, 11)),
		},
	},
	{
		.name = "batch-change",
		.entries = 4,
		.before = { INSERT(0, 1, 10) },
		.threads = {
			CPU(0, UPSERT_BATCH(0, 1, 2, 11)),
			CPU(1, UPDATE_BATCH(0, 2, 1, 21), LOOKUP(0, 1)),
		},
	},
	{
		.name = "batch-multimap",
		.entries = 6,
		.multimap = true,
		.preemptions = 2,
		.before = { ADD(0, 1, 10), ADD(0, 1, 11), ADD(0, 2, 11) },
		.threads = {
			CPU(0, ADD_BATCH(0, 1, 2, 20), LOOKUP_BATCH(0, 2, 1)),
			CPU(1, DELETE_VALUE_BATCH(0, 1, 2, 10), VALUES(0, 1)),
		},
	},
	{
		.name = "batch-batch",
		.entries = 4,
		.preemptions = 2,
		.before = { INSERT(0, 1, 10) },
		.threads = {
			CPU(0, INSERT_BATCH(0, 2, 1, 11)),
			CPU(1, DELETE_BATCH(0, 1, 2)),
			CPU(2, LOOKUP(0, 2), LOOKUP(0, 1)),
		},
	},
	{
		.name = "pin-recycle",
		.entries = 4,
		.before = { INSERT(0, 1, 10) },
		.threads = {
			CPU(0, PIN(0, 1), UNPIN),
			CPU(1, DELETE(0, 1), INSERT(0, 9, 12)),
		},
	},
	{
		.name = "pin-update",
		.entries = 4,
		.before = { INSERT(0, 1, 10) },
		.threads = {
			CPU(0, PIN(0, 1), UNPIN),
			CPU(1, UPDATE(0, 1, 11), LOOKUP(0, 1)),
			CPU(2, DELETE(0, 1)),
		},
	},
	/* The value is read where it lies. */
	{
		.name = "pin-update-wide",
		.entries = 4,
		.value_size = 24,
		.before = { INSERT(0, 1, 10) },
		.threads = {
			CPU(0, PIN(0, 1), UNPIN),
			CPU(1, UPDATE(0, 1, 11), UPDATE(0, 1, 12), UPDATE(0, 1, 13)),
		},
	},
	/* A pinned entry is replaced while its pin ends. */
	{
		.name = "unpin-update",
		.entries = 4,
		.before = { INSERT(0, 1, 10), PIN(0, 1) },
		.threads = {
			CPU(0, UNPIN),
			CPU(1, UPDATE(0, 1, 11)),
			CPU(2, LOOKUP(0, 1), DELETE(0, 1)),
		},
	},
	{
		.name = "unpin-delete",
		.entries = 4,
		.before = { INSERT(0, 1, 10), PIN(0, 1) },
		.threads = {
			CPU(0, UNPIN, INSERT(0, 1, 13)),
			CPU(1, DELETE(0, 1), INSERT(0, 9, 12)),
		},
	},
	{
		.name = "unpin-recycle-wide",
		.entries = 4,
		.value_size = 24,
		.before = { INSERT(0, 1, 10), PIN(0, 1) },
		.threads = {
			CPU(0, UNPIN),
			CPU(1, DELETE(0, 1), INSERT(0, 9, 12), UPDATE(0, 9, 13)),
		},
	},
	{
		.name = "pin-pin",
		.entries = 4,
		.before = { INSERT(0, 1, 10) },
		.threads = {
			CPU(0, PIN(0, 1), UNPIN),
			CPU(1, PIN(0, 1), UNPIN),
			CPU(2, DELETE(0, 1)),
		},
	},
	/* The eighth entry of a home lies in the next group. */
	{
		.name = "overflow",
		.entries = 12,
		.before = { FILL(0, 7) },
		.threads = {
			CPU(0, INSERT(0, 8, 11)),
			CPU(1, DELETE(0, 8)),
			CPU(2, LOOKUP(0, 8)),
		},
	},
	{
		.name = "overflow-delete",
		.entries = 12,
		.before = { FILL(0, 8) },
		.threads = {
			CPU(0, DELETE(0, 8)),
			CPU(1, DELETE(0, 1), INSERT(0, 9, 12)),
			CPU(2, LOOKUP(0, 9)),
		},
	},
	{
		.name = "overflow-update",
		.entries = 12,
		.before = { FILL(0, 8), PIN(0, 8) },
		.threads = {
			CPU(0, UNPIN),
			CPU(1, UPDATE(0, 8, 12)),
			CPU(2, DELETE(0, 1)),
		},
	},
	/* A home in which tags tell entries apart; the last slot is the only one with its tag. */
	{
		.name = "tags-lookup",
		.entries = 12,
		.tags = true,
		.preemptions = 2,
		.before = {
			INSERT(0, 2, 10), INSERT(0, 4, 20), INSERT(0, 6, 30),
			INSERT(0, 8, 40), INSERT(0, 10, 50), INSERT(0, 12, 60),
			INSERT(0, 1, 70),
		},
		.threads = {
			CPU(0, LOOKUP(0, 1), LOOKUP(0, 3)),
			CPU(1, UPDATE(0, 1, 71), DELETE(0, 6), INSERT(0, 3, 80)),
		},
	},
	/* Likewise, of which one is in the next group, where it alone has its tag. */
	{
		.name = "tags-overflow",
		.entries = 12,
		.tags = true,
		.preemptions = 2,
		.before = {
			INSERT(0, 2, 10), INSERT(0, 4, 20), INSERT(0, 6, 30),
			INSERT(0, 8, 40), INSERT(0, 10, 50), INSERT(0, 12, 60),
			INSERT(0, 14, 70), INSERT(1, 2, 80), INSERT(0, 1, 90),
		},
		.threads = {
			CPU(0, LOOKUP(0, 1), LOOKUP(0, 3), LOOKUP(1, 2)),
			CPU(1, UPDATE(0, 1, 91), DELETE(0, 6), INSERT(0, 3, 81)),
		},
	},
	/* The keys of a batch have hashes of their own. */
	{
		.name = "tags-batch",
		.entries = 4,
		.tags = true,
		.preemptions = 2,
		.before = { INSERT(0, 1, 10), INSERT(0, 2, 20) },
		.threads = {
			CPU(0, LOOKUP_BATCH(0, 2, 1), UPDATE_BATCH(0, 1, 2, 11)),
			CPU(1, LOOKUP_BATCH(0, 1, 2), DELETE_BATCH(0, 2, 1)),
		},
	},
	{
		.name = "tags-displace",
		.entries = 24,
		.tags = true,
		.preemptions = 2,
		.before = { FILL(0, 7), FILL(1, 7) },
		.threads = {
			CPU(0, INSERT(0, 8, 11), UPDATE(1, 2, 12)),
			CPU(1, LOOKUP(1, 1), LOOKUP(0, 8), LOOKUP(0, 9)),
		},
	},
	/* The last group has an entry, and what lies behind it looks like a reference. */
	{
		.name = "lookup-last-group",
		.entries = 6,
		.preemptions = 2,
		.before = {
			INSERT(0, 1, BIT_ULL(63)), INSERT(0, 2, 20), INSERT(0, 3, 30),
			INSERT(0, 4, 40), INSERT(0, 5, 50), INSERT(0, 6, 60), PIN(0, 1),
			DELETE(0, 1), INSERT(0, 7, 70), PIN(0, 2), DELETE(0, 2),
			INSERT(0, 8, 80),
		},
		.threads = {
			CPU(1, LOOKUP(0, 9), LOOKUP(0, 8)),
			CPU(2, UPDATE(0, 8, 81)),
		},
	},
	/* A lookup whose value changes each time that it has been copied ends with a pin. */
	{
		.name = "lookup-pinned",
		.entries = 4,
		.value_size = 24,
		.preemptions = 2,
		.before = { INSERT(0, 1, 10) },
		.threads = {
			CPU(0, UPDATE(0, 1, 11), UPDATE(0, 1, 12), UPDATE(0, 1, 13),
			    UPDATE(0, 1, 14)),
			CPU(1, UPDATE(0, 1, 15), UPDATE(0, 1, 16), UPDATE(0, 1, 17),
			    UPDATE(0, 1, 18)),
			CPU(2, LOOKUP(0, 1)),
			CPU(3, UPDATE(0, 1, 19), UPDATE(0, 1, 20), DELETE(0, 1)),
		},
		.guide = {
			UNTIL(2, COPIED, 1), UNTIL_RETURN(0), UNTIL(2, COPIED, 1),
			UNTIL_RETURN(0), UNTIL(2, COPIED, 1), UNTIL_RETURN(0),
			UNTIL(2, COPIED, 1), UNTIL_RETURN(0), UNTIL(2, COPIED, 1),
			UNTIL_RETURN(1), UNTIL(2, COPIED, 1), UNTIL_RETURN(1),
			UNTIL(2, COPIED, 1), UNTIL_RETURN(1), UNTIL(2, COPIED, 1),
			UNTIL_RETURN(1), UNTIL(2, MARKED, 1), UNTIL_POINT(2, 2),
			UNTIL_RETURN(3), UNTIL_RETURN(3),
		},
	},
	/* Key 8 of home 0 takes the slot of key 1 of home 1. */
	{
		.name = "displace-lookup",
		.entries = 24,
		.before = { FILL(0, 7), FILL(1, 7) },
		.threads = {
			CPU(0, INSERT(0, 8, 11)),
			CPU(1, LOOKUP(1, 1), LOOKUP(0, 8)),
		},
	},
	/* Likewise, after its group has been matched. */
	{
		.name = "batch-displace",
		.entries = 24,
		.before = { FILL(0, 7), FILL(1, 7) },
		.threads = {
			CPU(0, INSERT(0, 8, 11)),
			CPU(1, LOOKUP_BATCH(1, 2, 1)),
		},
	},
	/* Likewise, of homes that are not the first. */
	{
		.name = "displace-inner",
		.entries = 24,
		.preemptions = 2,
		.before = { FILL(1, 7), FILL(2, 7) },
		.threads = {
			CPU(0, INSERT(1, 8, 11)),
			CPU(1, LOOKUP(2, 1), LOOKUP(1, 8)),
		},
	},
	/* What displaces another one has passed two groups, and that one passes one more. */
	{
		.name = "displace-beyond",
		.entries = 24,
		.preemptions = 2,
		.before = { FILL(1, 14), FILL(3, 7) },
		.threads = {
			CPU(0, INSERT(1, 15, 11)),
			CPU(1, LOOKUP(3, 1), LOOKUP(1, 15)),
		},
	},
	/* The hole is two groups away, and nothing may pass what is nearer to its home. */
	{
		.name = "displace-order",
		.entries = 24,
		.preemptions = 2,
		.before = { FILL(0, 7), FILL(1, 7), FILL(2, 7) },
		.threads = {
			CPU(0, INSERT(0, 8, 11)),
			CPU(1, LOOKUP(1, 1), LOOKUP(2, 1)),
		},
	},
	{
		.name = "displace-update",
		.entries = 24,
		.before = { FILL(0, 7), FILL(1, 7) },
		.threads = {
			CPU(0, INSERT(0, 8, 11)),
			CPU(1, UPDATE(1, 1, 12), LOOKUP(1, 1)),
		},
	},
	{
		.name = "displace-delete",
		.entries = 24,
		.before = { FILL(0, 7), FILL(1, 7) },
		.threads = {
			CPU(0, INSERT(0, 8, 11)),
			CPU(1, DELETE(1, 1)),
			CPU(2, LOOKUP(1, 1)),
		},
	},
	/* A pinned entry stays where it is. */
	{
		.name = "displace-pin",
		.entries = 24,
		.before = { FILL(0, 7), FILL(1, 7) },
		.threads = {
			CPU(0, INSERT(0, 8, 11)),
			CPU(1, PIN(1, 1), UNPIN),
		},
	},
	{
		.name = "displace-displace",
		.entries = 24,
		.before = { FILL(0, 7), FILL(1, 7) },
		.threads = {
			CPU(0, INSERT(0, 8, 11)),
			CPU(1, INSERT(0, 9, 12)),
		},
	},
	/* The nearest hole is brought nearer first. */
	{
		.name = "displace-hole",
		.entries = 24,
		.before = { FILL(0, 7), FILL(1, 7), FILL(2, 7) },
		.threads = {
			CPU(0, INSERT(0, 8, 11)),
			CPU(1, DELETE(2, 1), LOOKUP(1, 1)),
		},
	},
	/* No entry of the group before the hole may move: it is far, but not too far. */
	{
		.name = "displace-far",
		.entries = 24,
		.before = {
			FILL(0, 7), FILL(1, 7), FILL(2, 7), PIN(2, 1), PIN(2, 2),
			PIN(2, 3), PIN(2, 4), PIN(2, 5), PIN(2, 6), PIN(2, 7),
		},
		.threads = {
			CPU(0, UNPIN, LOOKUP(1, 1)),
			CPU(1, INSERT(0, 8, 11)),
		},
	},
	/* A helper comes late, when the word holds the next RDCSS reference of that owner. */
	{
		.name = "help-planted",
		.entries = 4,
		.preemptions = 2,
		.before = { INSERT(0, 2, 20), DELETE(0, 2) },
		.threads = {
			CPU(0, INSERT(0, 1, 11), DELETE(0, 1), INSERT(0, 1, 12)),
			CPU(1, INSERT(0, 2, 13)),
			CPU(2, LOOKUP(0, 1)),
		},
		.guide = {
			UNTIL(0, PLANTED, 1), UNTIL(1, RESOLVING, 1), UNTIL_RETURN(0),
			UNTIL_RETURN(0), UNTIL(0, PLANTED, 1),
		},
	},
	/* A helper comes late, when the slot is empty again and the owner's next one is open. */
	{
		.name = "help-next",
		.entries = 4,
		.resized = true,
		.preemptions = 2,
		.threads = {
			CPU(0, INSERT(0, 1, 11), DELETE(0, 1), INSERT(0, 3, 12)),
			CPU(1, INSERT(0, 2, 13)),
			CPU(2, LOOKUP(0, 1)),
		},
		.guide = {
			UNTIL(0, INSTALLED, 1), UNTIL(1, ACQUIRING, 1), UNTIL_RETURN(0),
			UNTIL_RETURN(0), UNTIL(0, INSTALLED, 1),
		},
	},
	/* A helper comes late, when the words hold again what they held. */
	{
		.name = "help-late",
		.entries = 4,
		.threads = {
			CPU(0, INSERT(0, 1, 11), DELETE(0, 1), INSERT(0, 1, 13)),
			CPU(1, INSERT(0, 2, 12)),
		},
	},
	/* A helper reads a descriptor that is used again. */
	{
		.name = "help-reuse",
		.entries = 4,
		.before = { INSERT(0, 3, 10) },
		.threads = {
			CPU(0, INSERT(0, 1, 11), DELETE(0, 3)),
			CPU(1, DELETE(0, 3), INSERT(0, 2, 12)),
		},
	},
	/*
	 * A reader reads one, as the home's word is replaced: what it finds there next is
	 * another home's version, equal to the one that it began with.
	 */
	{
		.name = "read-other",
		.entries = 22,
		.resized = true,
		.before = {
			FILL(0, 7), FILL(1, 6), INSERT(0, 8, 10), DELETE(1, 1),
			INSERT(1, 1, 20), DELETE(1, 1), PIN(0, 8), DELETE(0, 1),
		},
		.threads = {
			CPU(0, UPDATE(0, 8, 11), INSERT(1, 1, 21)),
			CPU(1, LOOKUP(0, 8)),
		},
	},
	{
		.name = "help-three",
		.entries = 4,
		.threads = {
			CPU(0, INSERT(0, 1, 11)),
			CPU(1, INSERT(0, 2, 12)),
			CPU(2, INSERT(0, 3, 13)),
		},
	},
	{
		.name = "interrupt-insert",
		.entries = 4,
		.threads = {
			CPU(0, INSERT(0, 1, 11)),
			INTERRUPT(0, INSERT(0, 1, 12)),
			CPU(1, INSERT(0, 1, 13)),
		},
	},
	{
		.name = "interrupt-update",
		.entries = 4,
		.before = { INSERT(0, 1, 10) },
		.threads = {
			CPU(0, UPDATE(0, 1, 11)),
			INTERRUPT(0, UPDATE(0, 1, 12), UPDATE(0, 1, 13)),
			CPU(1, LOOKUP(0, 1)),
		},
	},
	{
		.name = "interrupt-recycle",
		.entries = 4,
		.before = { INSERT(0, 1, 10) },
		.threads = {
			CPU(0, LOOKUP(0, 1)),
			INTERRUPT(0, DELETE(0, 1), INSERT(0, 9, 12)),
			CPU(1, UPDATE(0, 1, 11)),
		},
	},
	{
		.name = "interrupt-unpin",
		.entries = 4,
		.before = { INSERT(0, 1, 10), PIN(0, 1) },
		.threads = {
			INTERRUPT(0, UNPIN),
			CPU(0, DELETE(0, 1), INSERT(0, 2, 11)),
			CPU(1, INSERT(0, 1, 12)),
		},
	},
	/* Pop, pop, push: the list's first block is the same, the next is not. */
	{
		.name = "list-pop",
		.entries = 6,
		.value_size = 56,
		.before = { FILL(0, 4) },
		.threads = {
			CPU(0, INSERT(0, 8, 11)),
			CPU(1, INSERT(0, 5, 12), INSERT(0, 6, 13), DELETE(0, 5)),
		},
	},
	/* Likewise, and only what was pushed before has given the list's head a version. */
	{
		.name = "list-pop-again",
		.entries = 6,
		.preemptions = 2,
		.value_size = 56,
		.before = { FILL(0, 5), DELETE(0, 5) },
		.threads = {
			CPU(0, INSERT(0, 8, 11)),
			CPU(1, INSERT(0, 5, 12), INSERT(0, 6, 13), DELETE(0, 5)),
		},
	},
	{
		.name = "list-push",
		.entries = 6,
		.value_size = 56,
		.before = { FILL(0, 6) },
		.threads = {
			CPU(0, DELETE(0, 5), INSERT(0, 7, 11)),
			CPU(1, DELETE(0, 6), INSERT(0, 8, 12)),
		},
	},
	/* Room for one. */
	{
		.name = "room-last",
		.entries = 1,
		.threads = {
			CPU(0, UPSERT(0, 1, 11)),
			CPU(1, UPSERT(0, 1, 12)),
			CPU(2, INSERT(0, 2, 13)),
		},
	},
	/* Room moves to a stripe that has been looked at. */
	{
		.name = "room-moves",
		.entries = 2,
		.cpus = 2,
		.before = { INSERT(0, 1, 10) },
		.threads = {
			CPU(2, INSERT(0, 2, 11)),
			CPU(0, DELETE(0, 1)),
			CPU(1, INSERT(0, 3, 13)),
		},
	},
	/* Likewise, of another home: the insert that is refused finds its own unchanged. */
	{
		.name = "room-homes",
		.entries = 8,
		.cpus = 2,
		.preemptions = 2,
		.before = { FILL(0, 6), INSERT(1, 1, 10) },
		.threads = {
			CPU(0, INSERT(0, 8, 11)),
			CPU(2, DELETE(0, 1)),
			CPU(1, INSERT(1, 2, 12)),
		},
	},
	{
		.name = "room-delete",
		.entries = 2,
		.cpus = 2,
		.before = { INSERT(0, 1, 10), INSERT(0, 2, 20) },
		.threads = {
			CPU(0, DELETE(0, 1), INSERT(0, 3, 11)),
			CPU(1, INSERT(0, 4, 12)),
		},
	},
	{
		.name = "room-multimap",
		.entries = 2,
		.multimap = true,
		.preemptions = 2,
		.before = { ADD(0, 1, 10), ADD(0, 1, 20) },
		.threads = {
			CPU(0, ADD(0, 2, 11)),
			CPU(1, DELETE(0, 1), ADD(0, 3, 12)),
		},
	},
	{
		.name = "modify-modify",
		.entries = 4,
		.before = { INSERT(0, 1, 10) },
		.threads = {
			CPU(0, MODIFY(0, 1, 1), MODIFY(0, 1, 2)),
			CPU(1, MODIFY(0, 1, 4)),
			CPU(2, LOOKUP(0, 1)),
		},
	},
	{
		.name = "modify-modify-wide",
		.entries = 4,
		.value_size = 24,
		.before = { INSERT(0, 1, 10) },
		.threads = {
			CPU(0, MODIFY(0, 1, 1)),
			CPU(1, MODIFY(0, 1, 2), MODIFY(0, 1, 4)),
		},
	},
	{
		.name = "modify-recycle",
		.entries = 4,
		.before = { INSERT(0, 1, 10) },
		.threads = {
			CPU(0, MODIFY(0, 1, 1)),
			CPU(1, DELETE(0, 1), INSERT(0, 9, 12)),
		},
	},
	/* The callback is never given a value that is part one, part another. */
	{
		.name = "modify-update-wide",
		.entries = 4,
		.value_size = 24,
		.before = { INSERT(0, 1, 10) },
		.threads = {
			CPU(0, MODIFY(0, 1, 1)),
			CPU(1, UPDATE(0, 1, 20), UPDATE(0, 1, 30)),
		},
	},
	{
		.name = "modify-or-insert",
		.entries = 4,
		.preemptions = 2,
		.threads = {
			CPU(0, MODIFY_OR_INSERT(0, 1, 10, 1)),
			CPU(1, MODIFY_OR_INSERT(0, 1, 20, 2), DELETE(0, 1)),
			CPU(2, MODIFY(0, 1, 4)),
		},
	},
	/* What others do to the other field is not lost. */
	{
		.name = "field-update",
		.entries = 4,
		.before = { INSERT(0, 1, 10) },
		.threads = {
			CPU(0, UPDATE_FIELD(0, 1, 0, 11)),
			CPU(1, UPDATE_FIELD(0, 1, 1, 21)),
			CPU(2, LOOKUP_FIELD(0, 1, 1), LOOKUP(0, 1)),
		},
	},
	{
		.name = "field-lookup-wide",
		.entries = 4,
		.value_size = 24,
		.before = { INSERT(0, 1, 10) },
		.threads = {
			CPU(0, LOOKUP_FIELD(0, 1, 0), LOOKUP_FIELD(0, 1, 0)),
			CPU(1, UPDATE_FIELD(0, 1, 0, 11), UPDATE(0, 1, 12)),
		},
	},
	{
		.name = "field-recycle",
		.entries = 4,
		.before = { INSERT(0, 1, 10) },
		.threads = {
			CPU(0, LOOKUP_FIELD(0, 1, 0), LOOKUP_FIELD(0, 9, 0)),
			CPU(1, DELETE(0, 1), INSERT(0, 9, 12)),
		},
	},
	{
		.name = "replace-update",
		.entries = 4,
		.before = { INSERT(0, 1, 10) },
		.threads = {
			CPU(0, REPLACE(0, 1, 10, 11)),
			CPU(1, UPDATE(0, 1, 12), UPDATE(0, 1, 10)),
		},
	},
	/* The value stays what it is, and the block in which it was compared does not. */
	{
		.name = "replace-recycle",
		.entries = 4,
		.before = { INSERT(0, 1, 10) },
		.threads = {
			CPU(0, REPLACE(0, 1, 10, 11)),
			CPU(1, UPDATE(0, 1, 10), INSERT(0, 9, 20)),
		},
	},
	/* One block of the home is free, now above and now below those that are preferred. */
	{
		.name = "update-around",
		.entries = 12,
		.tags = true,
		.preemptions = 2,
		.before = { FILL(0, 7) },
		.threads = {
			CPU(0, UPDATE(0, 2, 11), UPDATE(0, 1, 12), UPDATE(0, 4, 13),
			    UPDATE(0, 3, 14)),
			CPU(1, LOOKUP(0, 1), LOOKUP(0, 2)),
		},
	},
	/* The key is absent at times, and so has no value to compare. */
	{
		.name = "replace-delete",
		.entries = 4,
		.preemptions = 2,
		.before = { INSERT(0, 1, 10) },
		.threads = {
			CPU(0, REPLACE(0, 1, 10, 11)),
			CPU(1, DELETE(0, 1), INSERT(0, 1, 10)),
			CPU(2, DELETE_VALUE(0, 1, 10)),
		},
	},
	{
		.name = "multimap-add",
		.entries = 6,
		.multimap = true,
		.threads = {
			CPU(0, ADD(0, 1, 11)),
			CPU(1, ADD(0, 1, 12)),
			CPU(2, VALUES(0, 1)),
		},
	},
	/* Read one by one, the old value of one and the new of the other. */
	{
		.name = "multimap-values",
		.entries = 6,
		.multimap = true,
		.before = { ADD(0, 1, 10), ADD(0, 1, 20) },
		.threads = {
			CPU(0, REPLACE(0, 1, 10, 11), REPLACE(0, 1, 20, 21)),
			CPU(1, VALUES(0, 1)),
		},
	},
	{
		.name = "multimap-values-wide",
		.entries = 6,
		.multimap = true,
		.value_size = 24,
		.before = { ADD(0, 1, 10), ADD(0, 1, 20) },
		.threads = {
			CPU(0, REPLACE(0, 1, 10, 11), REPLACE(0, 1, 20, 21)),
			CPU(1, VALUES(0, 1)),
		},
	},
	{
		.name = "multimap-delete",
		.entries = 6,
		.multimap = true,
		.before = { ADD(0, 1, 10), ADD(0, 1, 20) },
		.threads = {
			CPU(0, DELETE(0, 1), ADD(0, 1, 30)),
			CPU(1, DELETE_VALUE(0, 1, 20)),
			CPU(2, LOOKUP(0, 1)),
		},
	},
	/* The one value goes before it is removed, but another one has come before that. */
	{
		.name = "multimap-delete-key",
		.entries = 6,
		.multimap = true,
		.preemptions = 2,
		.before = { ADD(0, 1, 10) },
		.threads = {
			CPU(0, DELETE_KEY(0, 1)),
			CPU(1, ADD(0, 1, 30), DELETE(0, 1)),
		},
	},
	/* All values go, one by one. */
	{
		.name = "multimap-delete-last",
		.entries = 6,
		.multimap = true,
		.preemptions = 2,
		.before = { ADD(0, 1, 10), ADD(0, 1, 20) },
		.threads = {
			CPU(0, DELETE_KEY(0, 1)),
			CPU(1, DELETE_VALUE(0, 1, 20), ADD(0, 1, 30), VALUES(0, 1)),
		},
	},
	{
		.name = "multimap-delete-both",
		.entries = 6,
		.multimap = true,
		.preemptions = 2,
		.before = { ADD(0, 1, 10), ADD(0, 1, 20) },
		.threads = {
			CPU(0, DELETE_KEY(0, 1)),
			CPU(1, DELETE_KEY(0, 1), ADD(0, 1, 30)),
			CPU(2, LOOKUP(0, 1)),
		},
	},
	{
		.name = "multimap-replace",
		.entries = 6,
		.multimap = true,
		.before = { ADD(0, 1, 10), ADD(0, 1, 10) },
		.threads = {
			CPU(0, REPLACE(0, 1, 10, 11)),
			CPU(1, REPLACE(0, 1, 10, 12), VALUES(0, 1)),
		},
	},
	{
		.name = "multimap-displace",
		.entries = 24,
		.multimap = true,
		.before = { FILL(0, 7), FILL(1, 6), ADD(1, 1, 20) },
		.threads = {
			CPU(0, ADD(0, 8, 11)),
			CPU(1, VALUES(1, 1)),
		},
	},
	/* The slots beside it have other tags, so none but its own is looked at. */
	{
		.name = "multimap-displace-alone",
		.entries = 24,
		.multimap = true,
		.home_bits = 3,
		.before = { FILL(0, 7), ADD(2, 1, 20), FILL(3, 6) },
		.threads = {
			CPU(0, ADD(0, 8, 11)),
			CPU(1, LOOKUP(2, 1)),
		},
	},
	{
		.name = "multimap-pin",
		.entries = 6,
		.multimap = true,
		.before = { ADD(0, 1, 10), ADD(0, 1, 20), PIN(0, 1) },
		.threads = {
			CPU(0, UNPIN),
			CPU(1, REPLACE(0, 1, 10, 11), VALUES(0, 1)),
		},
	},
	{
		.name = "multimap-iterate",
		.entries = 6,
		.multimap = true,
		.before = { ADD(0, 1, 10), ADD(0, 1, 20), ADD(0, 2, 30) },
		.threads = {
			CPU(0, ADD(0, 1, 11), DELETE(0, 1)),
			CPU(1, ITERATE),
		},
	},
	{
		.name = "iterate-displace",
		.entries = 24,
		.before = { FILL(0, 7), FILL(1, 7) },
		.threads = {
			CPU(0, INSERT(0, 8, 11)),
			CPU(1, ITERATE),
		},
	},
	/* An iteration meets the words of groups that are passed, while they change. */
	{
		.name = "iterate-overflow",
		.entries = 24,
		.preemptions = 2,
		.before = { FILL(0, 15) },
		.threads = {
			CPU(0, INSERT(0, 16, 11)),
			CPU(1, ITERATE),
		},
	},
	{
		.name = "iterate-update",
		.entries = 4,
		.before = { INSERT(0, 1, 10), INSERT(0, 9, 20) },
		.threads = {
			CPU(0, UPDATE(0, 1, 11), UPDATE(0, 9, 21)),
			CPU(1, ITERATE),
		},
	},
	{
		.name = "iterate-update-wide",
		.entries = 4,
		.value_size = 24,
		.before = { INSERT(0, 1, 10), INSERT(0, 9, 20) },
		.threads = {
			CPU(0, UPDATE(0, 1, 11), UPDATE(0, 1, 12), UPDATE(0, 9, 21)),
			CPU(1, ITERATE),
		},
	},
	/* The block of the entry that was returned last has another one's key for a while. */
	{
		.name = "iterate-recycle",
		.entries = 4,
		.before = { INSERT(0, 1, 10), INSERT(0, 9, 20) },
		.threads = {
			CPU(0, ITERATE),
			CPU(1, UPDATE(0, 1, 11), UPDATE(0, 9, 21), UPDATE(0, 9, 22),
			    UPDATE(0, 1, 12)),
		},
	},
	{
		.name = "iterate-delete",
		.entries = 4,
		.before = { INSERT(0, 1, 10), INSERT(0, 9, 20), INSERT(0, 3, 30) },
		.threads = {
			CPU(0, DELETE(0, 1), INSERT(0, 17, 11)),
			CPU(1, ITERATE),
		},
	},
	/* Two keys with one hash: nothing but the keys themselves tells them apart. */
	{
		.name = "twins-insert",
		.entries = 4,
		.preemptions = 2,
		.twins = true,
		.threads = {
			CPU(0, INSERT(0, 2, 11)),
			CPU(1, INSERT(0, 3, 12), LOOKUP(0, 2)),
			CPU(2, LOOKUP(0, 3)),
		},
	},
	{
		.name = "twins-lookup",
		.entries = 4,
		.twins = true,
		.before = { INSERT(0, 2, 10), INSERT(0, 3, 20) },
		.threads = {
			CPU(0, DELETE(0, 2), UPDATE(0, 3, 21)),
			CPU(1, LOOKUP(0, 2), LOOKUP(0, 3)),
		},
	},
	/* One comes in the block, and the slot, of the other. */
	{
		.name = "twins-recycle",
		.entries = 4,
		.preemptions = 2,
		.twins = true,
		.before = { INSERT(0, 2, 10) },
		.threads = {
			CPU(0, DELETE(0, 2), INSERT(0, 3, 11)),
			CPU(1, UPSERT(0, 2, 12)),
			CPU(2, LOOKUP(0, 3)),
		},
	},
	{
		.name = "twins-pin",
		.entries = 4,
		.twins = true,
		.before = { INSERT(0, 2, 10), INSERT(0, 3, 20) },
		.threads = {
			CPU(0, PIN(0, 3), UNPIN),
			CPU(1, DELETE(0, 2), UPDATE(0, 3, 21), INSERT(0, 2, 11)),
		},
	},
	{
		.name = "twins-modify",
		.entries = 4,
		.twins = true,
		.before = { INSERT(0, 2, 10) },
		.threads = {
			CPU(0, MODIFY(0, 2, 1), LOOKUP(0, 3)),
			CPU(1, DELETE(0, 2), INSERT(0, 3, 20)),
		},
	},
	{
		.name = "twins-batch",
		.entries = 4,
		.twins = true,
		.before = { INSERT(0, 2, 10), INSERT(0, 3, 20) },
		.threads = {
			CPU(0, LOOKUP_BATCH(0, 2, 3), LOOKUP_BATCH(0, 3, 2)),
			CPU(1, DELETE(0, 2), UPDATE(0, 3, 21), INSERT(0, 2, 11)),
		},
	},
	{
		.name = "twins-displace",
		.entries = 24,
		.twins = true,
		.before = { FILL(0, 7), FILL(1, 7) },
		.threads = {
			CPU(0, INSERT(0, 8, 11)),
			CPU(1, DELETE(1, 2), LOOKUP(1, 3)),
		},
	},
	{
		.name = "twins-values",
		.entries = 6,
		.multimap = true,
		.twins = true,
		.before = { ADD(0, 2, 10), ADD(0, 3, 20) },
		.threads = {
			CPU(0, ADD(0, 3, 21), REPLACE(0, 2, 10, 11)),
			CPU(1, VALUES(0, 3), VALUES(0, 2)),
		},
	},
	{
		.name = "twins-delete-key",
		.entries = 6,
		.multimap = true,
		.twins = true,
		.before = { ADD(0, 2, 10), ADD(0, 3, 20), ADD(0, 2, 30) },
		.threads = {
			CPU(0, DELETE_KEY(0, 2)),
			CPU(1, ADD(0, 3, 21), VALUES(0, 3)),
		},
	},
	/* Of two with one hash, one was the least so far, and its block has another key. */
	{
		.name = "twins-iterate",
		.entries = 4,
		.twins = true,
		.before = { INSERT(0, 2, 10), INSERT(0, 3, 20) },
		.threads = {
			CPU(0, UPDATE(0, 2, 11), INSERT(0, 18, 30)),
			CPU(1, ITERATE),
		},
	},
	{
		.name = "twins-iterate-delete",
		.entries = 4,
		.twins = true,
		.before = { INSERT(0, 5, 20), INSERT(0, 4, 10) },
		.threads = {
			CPU(0, DELETE(0, 4), UPDATE(0, 5, 21), INSERT(0, 4, 11)),
			CPU(1, ITERATE),
		},
	},
	{
		.name = "twins-multimap",
		.entries = 6,
		.multimap = true,
		.twins = true,
		.before = { ADD(0, 3, 30), ADD(0, 2, 10), ADD(0, 2, 20) },
		.threads = {
			CPU(0, DELETE_VALUE(0, 2, 10), ADD(0, 3, 31)),
			CPU(1, ITERATE),
		},
	},
	/* The patterns, for themselves. */
	{
		.name = "litmus-region",
		.entries = 4,
		.litmus = 1,
		.threads = {
			CPU(0, LITMUS(0)),
			CPU(1, LITMUS(1)),
		},
	},
	{
		.name = "litmus-block",
		.entries = 4,
		.litmus = 2,
		.threads = {
			CPU(0, LITMUS(0)),
			CPU(1, LITMUS(1)),
		},
	},
	{
		.name = "litmus-descriptor",
		.entries = 4,
		.litmus = 3,
		.threads = {
			CPU(0, LITMUS(0)),
			CPU(1, LITMUS(1)),
		},
	},
	{
		.name = "litmus-call",
		.entries = 4,
		.litmus = 4,
		.threads = {
			CPU(0, LITMUS(0)),
			CPU(1, LITMUS(1)),
		},
	},
	{
		.name = "litmus-help",
		.entries = 4,
		.litmus = 5,
		.threads = {
			CPU(0, LITMUS(0)),
			CPU(1, LITMUS(1)),
			CPU(2, LITMUS(2)),
		},
	},
	{
		.name = "litmus-depart",
		.entries = 4,
		.litmus = 6,
		.threads = {
			CPU(0, LITMUS(0)),
			CPU(1, LITMUS(1)),
		},
	},
	{}
};
