/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pins (module/pin.c) beside updates, deletes and displacements (fm_replace(),
 * fm_remove() and fm_retire() in module/table.c, fm_displace() in module/place.c).
 *
 * Checked. A pinned block holds the key that was sought, is neither written nor
 * free, and its slot counts the pin until it is undone. A block is freed once, by
 * the writer or by the last reader out, and in the end none is lost. A change that
 * relied on what a block holds is made only if it still holds that.
 *
 * Bounds. Two slots, three blocks, two keys with the same tag, two readers at most
 * on a word; one pin and two writers with 2 and 1 operations, or two pins and two
 * writers with one each. Memory is sequentially consistent. A search is one step
 * (copyout.pml, insert.pml), and so is what changes words (mcas.pml; when the guard
 * is read, modify.pml).
 *
 * Runs: -DFIRST=2 -DSECOND=1 -DPINS=1; -DFIRST=1 -DSECOND=1 -DPINS=2
 * Mutants: LAST MARK STILL GUARD
 */
#include "step.pml"

#define SLOTS		2
#define BLOCKS		3
#define READERS_MAX	2

#define KEY		1		/* the one that is pinned */
#define OTHER		2
#define GARBAGE		3		/* while a block is being written */

/* Slot words: kind, block, readers. */
#define EMPTY		0
#define LIVE		1
#define DELETED		2
#define LIVE_WORD(block)	(LIVE * 16 + (block))
#define kind_of(word)		((word) / 16)
#define readers_of(word)	(((word) / 4) % 4)
#define block_of(word)		((word) % 4)
#define READER			4
/* fm_left_word(), fm_unpin() */
#define left_word(word)		(readers_of(word) > 0 -> (word) + 16 : 0)
#define unpinned_word(word) \
	(kind_of(word) == DELETED && readers_of(word) == 1 -> 0 : (word) - READER)

byte slot[SLOTS];

/* Blocks. */
byte mark[BLOCKS];
byte key[BLOCKS];
bool used[BLOCKS];

byte running = 4;

#define holds(s, k)	(kind_of(slot[s]) == LIVE && key[block_of(slot[s])] == k)

/* The search for key @k: slot @at, or SLOTS; what the slot and the mark were. */
inline find(k)
{
	at = (holds(0, k) -> 0 : (holds(1, k) -> 1 : SLOTS));
	if
	:: at < SLOTS ->
		word = slot[at];
		seen = mark[block_of(word)]
	:: else
	fi
}

/* fm_block_give() */
inline give(b)
{
	assert(used[b]);
	used[b] = false
}

proctype pinner()
{
	bool done;
	byte at, word, seen, block;

again:	atomic {
		at = 0; word = 0; seen = 0; block = 0;
		if
		:: done -> goto end
		:: else
		fi;
		find(KEY);
		if
		:: at == SLOTS || readers_of(word) == READERS_MAX -> goto end
		:: else
		fi
	}
	atomic {
		if
		:: slot[at] != word -> goto again
		:: else -> slot[at] = word + READER
		fi
	}
	block = block_of(word);
	if
	:: mark[block] != seen && step(MARK) -> goto unpin
	:: else
	fi;
	/* In use. */
	assert(used[block] && key[block] == KEY);
	assert(used[block] && key[block] == KEY);
	done = true;

unpin:	skip;
	atomic {
		word = slot[at];
		assert(readers_of(word) > 0 && block_of(word) == block);
		slot[at] = unpinned_word(word)
	}
	if
	:: unpinned_word(word) == EMPTY && step(LAST) ->
		give(block);
		occurs(done)
	:: else
	fi;
	goto again;

end:	running--
}

proctype writer(byte operations)
{
	byte at, word, seen, to, k;
	byte new = BLOCKS;		/* a block of its own */

again:	atomic {
		at = 0; word = 0; seen = 0; to = 0;
		if
		:: operations == 0 -> k = 0; goto end
		:: operations > 0 -> k = KEY
		:: operations > 0 -> k = OTHER
		fi;
		operations--;
		if
		:: goto write
		:: goto remove
		:: goto displace
		fi
	}

write:	/* fm_write(): a block of its own, then the search and the change. */
	atomic {
		if
		:: new == BLOCKS && !used[0] -> new = 0
		:: new == BLOCKS && !used[1] -> new = 1
		:: new == BLOCKS && !used[2] -> new = 2
		:: new < BLOCKS
		:: else -> goto again
		fi;
		used[new] = true;
		mark[new]++;
		key[new] = GARBAGE
	}
	atomic {
		key[new] = k;
		mark[new]++;
		find(k)
	}
	atomic {
		to = (slot[0] == EMPTY -> 0 : (slot[1] == EMPTY -> 1 : SLOTS));
		if
		:: at == SLOTS && to < SLOTS && !holds(0, k) && !holds(1, k) ->
			slot[to] = LIVE_WORD(new);
			new = BLOCKS;
			goto again
		:: at < SLOTS && slot[at] == word &&
		   (mark[block_of(word)] == seen || !step(GUARD)) &&
		   (readers_of(word) == 0 || to < SLOTS) ->
			assert(key[block_of(word)] == k);
			to = (readers_of(word) == 0 -> at : to);
			slot[at] = left_word(word);
			slot[to] = LIVE_WORD(new);
			new = BLOCKS
		:: else -> goto again	/* the block is kept */
		fi
	}
	goto retire;

remove:	/* fm_remove() */
	atomic {
		find(k);
		if
		:: at == SLOTS -> goto again
		:: else
		fi
	}
	atomic {
		if
		:: slot[at] == word &&
		   (mark[block_of(word)] == seen || !step(GUARD)) ->
			assert(key[block_of(word)] == k);
			slot[at] = left_word(word)
		:: else -> goto again
		fi
	}

retire:	/* fm_retire() */
	if
	:: readers_of(word) == 0 || !step(LAST) -> give(block_of(word))
	:: else
	fi;
	goto again;

displace: /* fm_displace(): the slot may be anybody's. */
	atomic {
		if
		:: at = 0
		:: at = 1
		fi;
		word = slot[at]
	}
	atomic {
		if
		:: kind_of(word) == LIVE && (readers_of(word) == 0 || !step(STILL)) &&
		   slot[at] == word && slot[1 - at] == EMPTY ->
			slot[1 - at] = word;
			slot[at] = EMPTY
		:: else
		fi;
		goto again
	}

end:	if
	:: new < BLOCKS -> give(new)
	:: else
	fi;
	running--
}

init {
	atomic {
		slot[0] = LIVE_WORD(0);
		key[0] = KEY;
		used[0] = true;
		run pinner();
		if
		:: PINS == 2 -> run pinner()
		:: PINS == 1 -> running--
		fi;
		run writer(FIRST);
		run writer(SECOND)
	}
	running == 0;
	assert(slot[0] == EMPTY || readers_of(slot[0]) == 0);
	assert(slot[1] == EMPTY || readers_of(slot[1]) == 0);
	assert(used[0] + used[1] + used[2] ==
	       (slot[0] != EMPTY) + (slot[1] != EMPTY))
}
