/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Steps, hooks and failures: where the tests reach into the protocols. In the shipped
 * module a step is a constant true, a hook is nothing and no failure comes from here.
 */
#ifndef _LINUX_FLATMAP_STEP_H
#define _LINUX_FLATMAP_STEP_H

#include <linux/kconfig.h>

/* A protocol step of word.h; compiled with FLATMAP_WITHOUT_@name it is missing. */
#define fm_step(name)	(!__is_defined(FLATMAP_WITHOUT_##name))

/**
 * enum fm_hook - moments at which another operation must be able to come between
 * @FM_HOOK_SEARCHED: a writer knows whether its key is there
 * @FM_HOOK_INSTALLED: an owner has put a reference in its first word
 * @FM_HOOK_PLANTED: an RDCSS reference stands in a word
 * @FM_HOOK_RESOLVING: whoever completes an RDCSS has read the operation's status
 * @FM_HOOK_ACQUIRING: owner or helper has read an entry of a descriptor and
 *	verified it, and is about to acquire the word
 * @FM_HOOK_ACQUIRED: all words are acquired
 * @FM_HOOK_GUARDED: the guard has been read
 * @FM_HOOK_DECIDED: the outcome is decided, no word is replaced yet
 * @FM_HOOK_REPLACED: one word is replaced
 * @FM_HOOK_CLEANED: an owner has cleaned up, the descriptor can be used again
 * @FM_HOOK_SEEN: a reader has read a slot, not yet the block's mark
 * @FM_HOOK_MARKED: a reader has read a block's mark, not yet the block
 * @FM_HOOK_COPIED: a reader has compared or copied, and verified nothing yet
 * @FM_HOOK_VERIFIED: a reader has found the slot word unchanged
 * @FM_HOOK_MISSED: a search has seen all groups without the key
 * @FM_HOOK_TAKEN: a block is taken and not yet written
 * @FM_HOOK_WRITING: a block's mark is odd
 * @FM_HOOK_POPPING: the successor of the block list's first block has been read
 * @FM_HOOK_DISPLACING: an insert is about to take a richer entry's slot, which has
 *	another one to go to
 * @FM_HOOK_PINNING: a pin has found its key and is about to count itself
 * @FM_HOOK_UNPINNED: the last reader is out, the block not yet freed
 * @FM_HOOK_FORWARD: a search has not found its key at a home that is not OPEN, and
 *	is about to go on in the next region
 * @FM_HOOK_CLOSED: a home has been closed
 * @FM_HOOK_MOVING: an entry has been copied to the next region, and is about to
 *	move there
 * @FM_HOOK_DRAINED: a pass has left no entry of a home, which is not DONE yet
 * @FM_HOOK_RESERVED: an insert has reserved a slot, and its block is not yet written
 * @FM_HOOK_FILLING: the block is written, and the slot is about to be filled
 * @FM_HOOK_CANCELLING: another operation is about to cancel a reservation
 * @FM_HOOKS: how many there are
 */
enum fm_hook {
	FM_HOOK_SEARCHED,
	FM_HOOK_INSTALLED,
	FM_HOOK_PLANTED,
	FM_HOOK_RESOLVING,
	FM_HOOK_ACQUIRING,
	FM_HOOK_ACQUIRED,
	FM_HOOK_GUARDED,
	FM_HOOK_DECIDED,
	FM_HOOK_REPLACED,
	FM_HOOK_CLEANED,
	FM_HOOK_SEEN,
	FM_HOOK_MARKED,
	FM_HOOK_COPIED,
	FM_HOOK_VERIFIED,
	FM_HOOK_MISSED,
	FM_HOOK_TAKEN,
	FM_HOOK_WRITING,
	FM_HOOK_POPPING,
	FM_HOOK_DISPLACING,
	FM_HOOK_PINNING,
	FM_HOOK_UNPINNED,
	FM_HOOK_FORWARD,
	FM_HOOK_CLOSED,
	FM_HOOK_MOVING,
	FM_HOOK_DRAINED,
	FM_HOOK_RESERVED,
	FM_HOOK_FILLING,
	FM_HOOK_CANCELLING,
	FM_HOOKS,
};

#ifdef FLATMAP_KUNIT

#include <linux/compiler.h>

extern void (*fm_hook_function)(enum fm_hook hook);

static inline void fm_hook(enum fm_hook hook)
{
	void (*function)(enum fm_hook hook) = READ_ONCE(fm_hook_function);

	if (function)
		function(hook);
}

extern bool (*fm_failure_function)(void);

/* Is the memory of a region not to be had? */
static inline bool fm_failure(void)
{
	typeof(fm_failure_function) function = READ_ONCE(fm_failure_function);

	return function && function();
}

#else

#define fm_hook(hook)	do { } while (0)
#define fm_failure()	false

#endif

#endif /* _LINUX_FLATMAP_STEP_H */
