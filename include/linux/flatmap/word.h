/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Words: the 64-bit units that every protocol of the map is made of.
 *
 * Who may change which word, and how, stands here; nothing outside this file
 * shifts or masks one.
 *
 *   bits        63..61   60..32      31..24      23..0
 *   slot        kind     tag:29      readers:8   index:24
 *
 *   bits        63..61   60..24      23..21      20..13  12..2        1..0
 *   group       0        version:37  reserved:3  used:8  overflow:11  state:2
 *
 *   bits        63..61   60..16      15..3       2..0
 *   reference   kind     sequence:45 cpu:13      level:3
 *
 *   bits        63..61   60..24      23..0
 *   EMPTY       0        stamp:37    0             (a slot without an entry)
 *
 *   bits        63..61   60..24      23..0
 *   head        0        version:37  index:24      (of a block list)
 *
 *   bits        63..61   60..32      31..0
 *   room        0        version:29  count:32      (entries that may still come)
 *
 *   bits        63..32      31..0
 *   mark        sequence    hash                  (first word of a block)
 *
 * tag	      the top 29 bits of the hash, so a tag also tells the home group
 * readers    pins that have not been undone
 * index      the block with the key and the value
 * version    counts every arrival of an entry at this home, in a multimap every
 *	      change of one, see below
 * reserved   the slot, from 1, that an insert may still fill on account of this version;
 *	      or 0. See reserve.c
 * used       which of the blocks beside this group are taken
 * overflow   entries that lie in a later group although their home is this
 *	      group or one before it: zero ends a search
 * state      of the home: OPEN, CLOSED, DONE, see below
 * sequence   (mark) odd while the block is being written
 * stamp      the version of the slot's group when the slot was vacated
 *
 * A slot word goes through these states. All zero memory is an empty table.
 *
 *   EMPTY    -> LIVE     insert; the arrival of a displaced entry; an update
 *			  that found its block pinned
 *   LIVE     -> LIVE     update: another block; robin hood: another entry;
 *			  pin, unpin: another reader count
 *   LIVE     -> EMPTY    delete, or displaced to another slot: no readers
 *   LIVE     -> DELETED  delete, or updated elsewhere: with readers
 *   LIVE     -> EMPTY    moved to the next region: no readers
 *   LIVE     -> DELETED  likewise, with readers
 *   DELETED  -> DELETED  unpin
 *   DELETED  -> EMPTY    the last unpin
 *   EMPTY    -> EMPTY    a reservation is cancelled: another stamp
 *
 * The stamp of an EMPTY word is the version that its group has while a reference holds the
 * slot, which is how a slot is vacated. So once that version has gone up, no EMPTY word that
 * was in the slot before comes back to it.
 *
 * A map that is being resized has several regions, one after the other, and an
 * entry is in one of them. It only ever goes forward. Each home of a region that
 * has a next one goes through these states, and never back:
 *
 *   OPEN     -> CLOSED   by a plain cmpxchg. From then on no entry arrives at this
 *			  home, and none of its entries is displaced
 *   CLOSED   -> DONE     by a plain cmpxchg, when a pass over all groups, begun
 *			  after it was CLOSED, has left none of its entries
 *
 * A new entry goes to the last region when the homes before are CLOSED, whether or not
 * they are DONE: its key is in none of them then, for good. Who adds one moves one of
 * their homes on.
 *
 * A move is one MCAS over both regions: the old slot, guarded by the old block's
 * mark, and in a multimap the old home's version; and all that an arrival takes in the
 * last region, or the slot that was reserved there. The entry's homes in regions between
 * are closed on the way, as no region with a next one takes arrivals. The old region's
 * overflow counts stay as they are: that only makes searches there longer, and cannot add
 * up, since nothing arrives.
 *
 * Pins, unpins but the last, used bits, states and the block list change by a plain cmpxchg,
 * and so do the version when it reserves a slot, that slot when it is filled or the
 * reservation cancelled, and overflow when it may fall; all the rest by mcas.c, which puts a
 * reference in the word meanwhile. Whoever wants to change a word that holds a reference
 * first helps (fm_settle()); readers take the logical value from the descriptor (fm_read())
 * and never help.
 *
 * The steps that make this right. Each has a name, by which a test build leaves
 * it out (fm_step() in step.h) and is expected to fail:
 *
 *   RESERVE	 Whoever changes the version or the state of a group word first settles
 *		 what is reserved in it: the slot has been filled, or never will be on
 *		 that account. Likewise a search that an insert relies on.
 *   STAMP	 The stamp of an EMPTY word, by which an insert whose reservation is
 *		 cancelled finds another word in the slot.
 *   VERSION	 An arrival bumps the version of the entry's home, in the same
 *		 MCAS, or when it reserves its slot. A search that ends without
 *		 the key counts only if the home's version is what it was before:
 *		 entries of that home have then not moved. Two inserts of one key
 *		 expect the same version of the same home, so one of them fails
 *		 and searches again.
 *   SET	 In a multimap every change of an entry bumps that version: what a
 *		 search has seen of a key's values was their set at one moment, if
 *		 it finds the versions of all homes unchanged after the last. A
 *		 change that depends on the set expects all of them.
 *   RECHECK	 That comparison of versions, on the reader's side.
 *   REFERENCE	 A slot that holds a reference may hold any entry, so a search
 *		 looks at it.
 *   OVERFLOW	 An entry counts in every group it passed, from the very MCAS
 *		 that places it until it is removed, or a moment longer.
 *   GUARD	 A change that relied on a block's content also checks the
 *		 block's mark after all words are acquired: the slot word alone
 *		 can come back identical with another entry in the block.
 *   SLOT	 After reading a block, the slot word must be unchanged: only
 *		 then was what was read ever published.
 *   MARK	 After that, the block's mark must be unchanged: only then was
 *		 what was read one entry, and the one in the slot.
 *   MISMATCH	 Both hold for a key that differs too: an entry that is being
 *		 replaced under a reader is no proof of absence.
 *   CLEANUP	 Before its descriptor is used again, an owner sees to it that
 *		 no word holds a reference to it, nor an RDCSS reference that
 *		 could still turn into one.
 *   CONTROL	 A helper acquires a word only while the outcome is open, as one
 *		 atomic step (RDCSS): words recur, and a late helper would bring
 *		 back a finished operation.
 *   LAST	 A block with readers is freed by the last of them, not by the
 *		 delete or update that unpublished it.
 *   STILL	 A word with readers is not displaced: unpin needs no search.
 *   POP	 The version in a list head: pop, pop, push restores the index.
 *   CLOSED	 An entry arrives only at a home that is OPEN, by the very MCAS or
 *		 cmpxchg that bumps its version:
 *		 behind a search that has gone on to the next region, nothing
 *		 comes.
 *   FORWARD	 A search that ends without the key at a home that is not OPEN
 *		 goes on in the next region, which it looks for after that; at one
 *		 that is OPEN it ends, for no later region has an entry of that
 *		 home.
 *   DRAIN	 A home is DONE only after such a pass: then nobody needs its
 *		 region any more.
 *   PUBLISH	 A region follows another one by a cmpxchg of its predecessor's
 *		 next: of several that are made to do that one does, and entries
 *		 go to no other.
 *   RETIRE	 A region that has left the chain is given up after a grace period:
 *		 until then, who has found it there may pin values in it.
 *   RELEASE	 It is freed a grace period after its last pin has gone: until then,
 *		 helpers of an operation that it was part of may have its address.
 */
#ifndef _LINUX_FLATMAP_WORD_H
#define _LINUX_FLATMAP_WORD_H

#include <linux/bitfield.h>
#include <linux/bits.h>
#include <linux/types.h>

#define FM_GROUP_SLOTS		7
#define FM_GROUP_WORDS		8	/* the group word, then the slots */

#define FM_TAG_BITS		29
#define FM_INDEX_BITS		24
#define FM_READERS_MAX		255

/* Kinds. A group word's kind is FM_EMPTY; a reference has the top bit set. */
#define FM_EMPTY		0ULL
#define FM_LIVE			1ULL
#define FM_DELETED		2ULL
#define FM_VACATED		3ULL	/* in an MCAS: EMPTY, with the stamp of that moment */
#define FM_MCAS			4ULL
#define FM_RDCSS		5ULL

#define FM_KIND			GENMASK_ULL(63, 61)

#define FM_TAG			GENMASK_ULL(60, 32)
#define FM_READERS		GENMASK_ULL(31, 24)
#define FM_READER		BIT_ULL(24)
#define FM_INDEX		GENMASK_ULL(23, 0)

#define FM_VERSION		GENMASK_ULL(60, 24)
#define FM_VERSION_ONE		BIT_ULL(24)
#define FM_RESERVED		GENMASK_ULL(23, 21)
#define FM_USED			GENMASK_ULL(20, 13)
#define FM_USED_SHIFT		13
#define FM_OVERFLOW		GENMASK_ULL(12, 2)
#define FM_OVERFLOW_ONE		BIT_ULL(2)
#define FM_STATE		GENMASK_ULL(1, 0)
#define FM_HOME_OPEN		0
#define FM_HOME_CLOSED		1
#define FM_HOME_DONE		2

#define FM_REF_SEQUENCE		GENMASK_ULL(60, 16)
#define FM_REF_CPU		GENMASK_ULL(15, 3)
#define FM_REF_LEVEL		GENMASK_ULL(2, 0)

#define FM_HEAD_VERSION		GENMASK_ULL(60, 24)
#define FM_HEAD_VERSION_ONE	BIT_ULL(24)

#define FM_ROOM			GENMASK_ULL(31, 0)
#define FM_ROOM_VERSION		GENMASK_ULL(60, 32)
#define FM_ROOM_VERSION_ONE	BIT_ULL(32)

#define FM_MARK_SEQUENCE	GENMASK_ULL(63, 32)
#define FM_MARK_SEQUENCE_ONE	BIT_ULL(32)
#define FM_MARK_HASH		GENMASK_ULL(31, 0)

/* Which half of a word in memory has the kind and the tag. */
#ifdef CONFIG_CPU_BIG_ENDIAN
#define FM_HIGH_HALF		0
#else
#define FM_HIGH_HALF		1
#endif

static inline u64 fm_kind(u64 word)
{
	return FIELD_GET(FM_KIND, word);
}

static inline bool fm_is_ref(u64 word)
{
	return (s64)word < 0;
}

/* The slot word of an entry without readers. */
static inline u64 fm_live_word(u64 hash, u32 index)
{
	return FIELD_PREP(FM_KIND, FM_LIVE) |
	       FIELD_PREP(FM_TAG, hash >> (64 - FM_TAG_BITS)) |
	       FIELD_PREP(FM_INDEX, index);
}

static inline bool fm_is_live(u64 slot)
{
	return fm_kind(slot) == FM_LIVE;
}

static inline bool fm_is_empty(u64 slot)
{
	return fm_kind(slot) == FM_EMPTY;
}

/* Does this slot word hold an entry whose hash has the tag of @like? */
static inline bool fm_same_tag(u64 slot, u64 like)
{
	return !((slot ^ like) & (FM_KIND | FM_TAG));
}

/* The same entry, whatever its reader count. */
static inline bool fm_same_entry(u64 slot, u64 like)
{
	return !((slot ^ like) & ~FM_READERS);
}

/* The hash of an entry, by its slot word and its block's mark; bits 34..32 are 0. */
static inline u64 fm_hash_of(u64 slot, u64 mark)
{
	return FIELD_GET(FM_TAG, slot) << (64 - FM_TAG_BITS) |
	       FIELD_GET(FM_MARK_HASH, mark);
}

static inline u32 fm_tag(u64 slot)
{
	return FIELD_GET(FM_TAG, slot);
}

/* Of a slot that is not EMPTY. */
static inline u32 fm_readers(u64 slot)
{
	return FIELD_GET(FM_READERS, slot);
}

static inline u32 fm_index(u64 slot)
{
	return FIELD_GET(FM_INDEX, slot);
}

/* A slot that an MCAS vacates. */
static inline u64 fm_vacated_word(void)
{
	return FIELD_PREP(FM_KIND, FM_VACATED);
}

/* The EMPTY word of a slot that is vacated while its group word is @group. */
static inline u64 fm_empty_word(u64 group)
{
	return group & FM_VERSION;
}

/* What an MCAS makes of a slot when its entry leaves it: DELETED while it has readers. */
static inline u64 fm_left_word(u64 slot)
{
	if (!fm_readers(slot))
		return fm_vacated_word();
	return (slot & ~FM_KIND) | FIELD_PREP(FM_KIND, FM_DELETED);
}

/* Is the slot vacated when one reader goes? */
static inline bool fm_is_last_reader(u64 slot)
{
	return fm_kind(slot) == FM_DELETED && fm_readers(slot) == 1;
}

static inline bool fm_same_version(u64 group, u64 before)
{
	return !((group ^ before) & (FM_VERSION | FM_STATE));
}

/* The state of the home whose group word this is: FM_HOME_... */
static inline u32 fm_state(u64 group)
{
	return FIELD_GET(FM_STATE, group);
}

static inline u64 fm_with_state(u64 group, u32 state)
{
	return (group & ~FM_STATE) | FIELD_PREP(FM_STATE, state);
}

static inline u32 fm_overflow(u64 group)
{
	return FIELD_GET(FM_OVERFLOW, group);
}

static inline u32 fm_used(u64 group)
{
	return FIELD_GET(FM_USED, group);
}

static inline u64 fm_used_bit(u32 block)
{
	return BIT_ULL(FM_USED_SHIFT + block);
}

/*
 * The version wraps within its field; a carry must not reach the kind. What was reserved
 * in the version before is so no more.
 */
static inline u64 fm_next_version(u64 group)
{
	return (group & ~(FM_VERSION | FM_RESERVED)) |
	       ((group + FM_VERSION_ONE) & FM_VERSION);
}

/* The next version, in which the slot @slot, from 1, is reserved, and the block @block taken. */
static inline u64 fm_reserving(u64 group, u32 slot, u32 block)
{
	return fm_next_version(group) | FIELD_PREP(FM_RESERVED, slot) | fm_used_bit(block);
}

/* Which slot is reserved, from 1; or 0. */
static inline u32 fm_reserved(u64 group)
{
	return FIELD_GET(FM_RESERVED, group);
}

static inline u64 fm_reference(u64 kind, u64 sequence, u32 cpu, u32 level)
{
	return FIELD_PREP(FM_KIND, kind) |
	       ((sequence << 16) & FM_REF_SEQUENCE) |
	       FIELD_PREP(FM_REF_CPU, cpu) |
	       FIELD_PREP(FM_REF_LEVEL, level);
}

/* Does the reference @ref mean the descriptor's operation number @sequence? */
static inline bool fm_ref_is(u64 ref, u64 sequence)
{
	return !((ref ^ (sequence << 16)) & FM_REF_SEQUENCE);
}

static inline u32 fm_ref_cpu(u64 ref)
{
	return FIELD_GET(FM_REF_CPU, ref);
}

static inline u32 fm_ref_level(u64 ref)
{
	return FIELD_GET(FM_REF_LEVEL, ref);
}

/* The next head of a block list, with another first block. */
static inline u64 fm_next_head(u64 head, u32 index)
{
	return ((head + FM_HEAD_VERSION_ONE) & FM_HEAD_VERSION) | index;
}

static inline u32 fm_left(u64 room)
{
	return FIELD_GET(FM_ROOM, room);
}

/* A room word's next version, with another count. */
static inline u64 fm_next_room(u64 room, u32 left)
{
	return ((room + FM_ROOM_VERSION_ONE) & FM_ROOM_VERSION) | left;
}

#endif /* _LINUX_FLATMAP_WORD_H */
