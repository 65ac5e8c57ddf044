/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A map that does one thing at a time.
 */
#ifndef _EXPLORE_MODEL_H
#define _EXPLORE_MODEL_H

#include "explore.h"

/**
 * struct ex_entry - an entry
 * @key: its key
 * @value: its value
 * @ordinal: one more than the greatest that the key's values had when it was added
 */
struct ex_entry {
	u64 key;
	u64 value;
	u64 ordinal;
};

/**
 * struct ex_progress - how far an operation has come that is done at several moments
 * @moments: those that have been; 0 when it has ended
 * @left: of a key with several values, how many are to be removed yet
 * @until: the greatest ordinal of those
 * @removed: has one been?
 */
struct ex_progress {
	u32 moments;
	u32 left;
	u64 until;
	bool removed;
};

/**
 * struct ex_model - a map, and who is at work on it
 * @capacity: the most entries it may have
 * @crowded: may there be no room in the last region?
 * @multimap: is it a multimap?
 * @halves: is a field half of a value, and not all of it?
 * @tight: may whoever adds an entry find the capacity used up, where memory is weak?
 * @only: the key that it is about, or 0
 * @count: how many entries
 * @entries: in the order in which they were added
 * @progress: of each thread's operation
 */
struct ex_model {
	u32 capacity;
	bool crowded;
	bool multimap;
	bool halves;
	bool tight;
	u64 only;
	u32 count;
	struct ex_entry entries[EX_RESULTS];
	struct ex_progress progress[EX_THREADS];
};

void ex_model_begin(struct ex_model *model, const struct ex_scenario *scenario);
struct ex_entry *ex_model_find(struct ex_model *model, struct ex_entry *from, u64 key,
			       const u64 *value);
bool ex_model_do(struct ex_model *model, const struct ex_operation *operation,
		 const struct ex_result *result);
bool ex_model_step(struct ex_model *model, struct ex_progress *progress,
		   const struct ex_operation *operation,
		   const struct ex_result *result);
bool ex_model_is(struct ex_model *model, const struct ex_result *at_end);
bool ex_returned(const struct ex_result *result, int err, u64 value);
bool ex_is_change_batch(const struct ex_operation *operation);
struct ex_operation ex_item(const struct ex_operation *batch, u32 item);

#endif /* _EXPLORE_MODEL_H */
