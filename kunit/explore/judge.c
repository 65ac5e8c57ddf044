// SPDX-License-Identifier: GPL-2.0
/*
 * Was what a schedule did right? There must be an order of its operations, one at
 * a time, that respects which ended before which began, in which a map that does
 * one thing at a time returns the same results and ends with the same entries
 * (Herlihy and Wing, "Linearizability", TOPLAS 1990). There are few operations, so
 * all orders are tried. And the map must pass its own audit.
 *
 * Where memory is weak, an operation comes before another one only if the thread of the
 * other one has learned of it; and what threads see of different keys need not agree, so
 * there must be such an order for each key alone.
 *
 * An iteration is many reads and has no one moment. It must return in order, once
 * each, all entries that are there throughout, and nothing that never was. A batch that
 * changes something, and the removal of all values of a key, have several moments, and
 * other operations come between.
 */
#include <errno.h>
#include <string.h>

#include "explore.h"

/* @ordinal: one more than the greatest that the key's values had when it was added. */
struct entry {
	u64 key;
	u64 value;
	u64 ordinal;
};

/**
 * struct progress - how far an operation has come that is done at several moments
 * @moments: those that have been; 0 when it has ended
 * @left: of a key with several values, how many are to be removed yet
 * @until: the greatest ordinal of those
 * @removed: has one been?
 */
struct progress {
	u32 moments;
	u32 left;
	u64 until;
	bool removed;
};

/* A map, by its entries, in the order in which they were added; and who is at work on it. */
struct model {
	u32 capacity;
	bool crowded;
	bool multimap;
	bool halves;
	bool tight;
	u64 only;
	u32 count;
	struct entry entries[EX_RESULTS];
	struct progress progress[EX_THREADS];
};

/* The first entry from @from on with this key, and this value if it is not NULL. */
static struct entry *ex_model_find(struct model *model, struct entry *from, u64 key,
				   const u64 *value)
{
	for (; from < model->entries + model->count; from++) {
		if (from->key == key && (!value || from->value == *value))
			return from;
	}
	return NULL;
}

static u32 ex_model_values(struct model *model, u64 key)
{
	u32 count = 0;

	for (u32 i = 0; i < model->count; i++)
		count += model->entries[i].key == key;
	return count;
}

static u64 ex_model_last(const struct model *model, u64 key)
{
	u64 last = 0;

	for (u32 i = 0; i < model->count; i++) {
		if (model->entries[i].key == key && model->entries[i].ordinal > last)
			last = model->entries[i].ordinal;
	}
	return last;
}

static int ex_model_add(struct model *model, u64 key, u64 value)
{
	u64 ordinal = ex_model_last(model, key) + 1;

	if (model->count == model->capacity)
		return -ENOSPC;
	model->entries[model->count++] = (struct entry){ key, value, ordinal };
	return 0;
}

static int ex_model_remove(struct model *model, struct entry *entry)
{
	struct entry *end = model->entries + model->count--;

	memmove(entry, entry + 1, (end - entry - 1) * sizeof(*entry));
	return 0;
}

static bool ex_returned(const struct ex_result *result, int err, u64 value)
{
	return result->err == err && (err || result->values[0] == value);
}

/* Are these the values of the key, in order? */
static bool ex_model_set(struct model *model, u64 key,
			 const struct ex_result *result)
{
	struct entry *entry = model->entries;

	if (result->total != ex_model_values(model, key) ||
	    result->err != (result->total ? 0 : -ENOENT) ||
	    result->count != result->total)
		return false;
	for (u32 i = 0; i < result->count; i++, entry++) {
		entry = ex_model_find(model, entry, key, NULL);
		if (entry->value != result->values[i])
			return false;
	}
	return true;
}

/* May the operation fail so, and change nothing, where there is no room? */
static bool ex_may_fail(const struct ex_operation *operation, int err)
{
	switch (operation->what) {
	case EX_INSERT:
	case EX_UPDATE:
	case EX_UPSERT:
	case EX_UPDATE_FIELD:
	case EX_MODIFY:
	case EX_MODIFY_OR_INSERT:
	case EX_REPLACE:
	case EX_ADD:
		return err == -EAGAIN;
	case EX_MOVE:
	case EX_DRAIN:
		return err == -ENOSPC;
	default:
		return false;
	}
}

/* Do @operation to the model; does it return what it returned to the thread? */
static bool ex_model_do(struct model *model, const struct ex_operation *operation,
			const struct ex_result *result)
{
	u64 key = ex_key(operation->home, operation->n);
	const u64 *equal = operation->what == EX_REPLACE ? &operation->old :
			   operation->what == EX_DELETE_VALUE ? &operation->value :
			   NULL;
	struct entry *entry = ex_model_find(model, model->entries, key, equal);
	u32 total = ex_model_values(model, key);
	u64 was = entry ? entry->value : 0;
	u32 shift = model->halves ? 32 * operation->old : 0;
	u64 field = model->halves ? (u64)(u32)-1 : -1ULL;

	if (model->crowded && ex_may_fail(operation, result->err))
		return true;
	if (model->tight && result->err == -ENOSPC)
		return true;
	switch (operation->what) {
	case EX_INSERT:
		return result->err == (entry ? -EEXIST :
				       ex_model_add(model, key, operation->value));
	case EX_ADD:
		return result->err == ex_model_add(model, key, operation->value);
	case EX_UPDATE:
	case EX_REPLACE:
		if (entry)
			entry->value = operation->value;
		return result->err == (entry ? 0 : -ENOENT);
	case EX_MODIFY:
		if (entry)
			entry->value += operation->value;
		return ex_returned(result, entry ? 0 : -ENOENT, was);
	case EX_MODIFY_OR_INSERT:
		if (!entry && !ex_model_add(model, key, operation->old + operation->value))
			return ex_returned(result, 0, operation->old);
		if (entry)
			entry->value += operation->value;
		return entry ? result->err == 1 && result->values[0] == was :
			       result->err == -ENOSPC;
	case EX_UPDATE_FIELD:
		if (entry)
			entry->value = (was & ~(field << shift)) |
				       operation->value << shift;
		return result->err == (entry ? 0 : -ENOENT);
	case EX_LOOKUP_FIELD:
		return ex_returned(result, entry ? 0 : -ENOENT, was >> shift & field);
	case EX_UPSERT:
		if (!entry)
			return result->err ==
			       ex_model_add(model, key, operation->value);
		entry->value = operation->value;
		return result->err == 1;
	case EX_DELETE:
		return ex_returned(result, entry ? ex_model_remove(model, entry) :
				   -ENOENT, was);
	case EX_DELETE_KEY:
	case EX_DELETE_VALUE:
		return result->err == (entry ? ex_model_remove(model, entry) :
				       -ENOENT);
	case EX_LOOKUP:
	case EX_LOOKUP_BATCH:
	case EX_PIN:
		return ex_returned(result, entry ? 0 : -ENOENT, was) &&
		       result->total == total;
	case EX_VALUES:
		return ex_model_set(model, key, result);
	case EX_EXTEND:
	case EX_MOVE:
	case EX_DRAIN:
	case EX_KEEP:
	case EX_PUBLISH:
		return !result->err;
	default:
		return true;
	}
}

/* What a batch does to each key, if it changes something; else EX_NOTHING. */
static enum ex_what ex_batch_does(const struct ex_operation *operation)
{
	switch (operation->what) {
	case EX_INSERT_BATCH:
		return EX_INSERT;
	case EX_UPDATE_BATCH:
		return EX_UPDATE;
	case EX_UPSERT_BATCH:
		return EX_UPSERT;
	case EX_ADD_BATCH:
		return EX_ADD;
	case EX_DELETE_BATCH:
		return EX_DELETE;
	case EX_DELETE_VALUE_BATCH:
		return EX_DELETE_VALUE;
	default:
		return EX_NOTHING;
	}
}

static bool ex_is_change_batch(const struct ex_operation *operation)
{
	return ex_batch_does(operation) != EX_NOTHING;
}

/* Which of two keys a batch comes to first, and then, as an operation of its own. */
static struct ex_operation ex_item(const struct ex_operation *batch, u32 item)
{
	return (struct ex_operation){
		.what = ex_batch_does(batch),
		.home = batch->home,
		.n = item ? batch->n : batch->old,
		.value = batch->value + item,
	};
}

/* The next of two keys, one after the other. */
static bool ex_batch_step(struct model *model, struct progress *progress,
			  const struct ex_operation *operation,
			  const struct ex_result *result)
{
	u32 item = progress->moments;
	struct ex_operation one = ex_item(operation, item);
	const struct ex_result its = {
		.err = (int)result->keys[item],
		.values = { result->values[item] },
	};

	progress->moments = !item;
	if (model->only && ex_key(one.home, one.n) != model->only)
		return !result->err;
	return !result->err && ex_model_do(model, &one, &its);
}

/*
 * The values that a key has at the first moment go one by one, the oldest first, or those
 * that come in their place. If others were faster with all of them, it begins again.
 */
static bool ex_delete_step(struct model *model, struct progress *progress, u64 key,
			   const struct ex_result *result)
{
	struct entry *entry = ex_model_find(model, model->entries, key, NULL);

	if (!progress->moments++) {
		progress->left = ex_model_values(model, key);
		progress->until = ex_model_last(model, key);
		progress->removed = false;
		if (entry)
			return true;
	} else if (entry && entry->ordinal <= progress->until) {
		ex_model_remove(model, entry);
		progress->removed = true;
		if (--progress->left)
			return true;
	} else if (!progress->removed) {
		progress->moments = 0;
		return ex_delete_step(model, progress, key, result);
	}
	progress->moments = 0;
	return result->err == (progress->removed ? 0 : -ENOENT);
}

/* Do @operation of a thread to the model, or what it does at its next moment. */
static bool ex_model_step(struct model *model, struct progress *progress,
			  const struct ex_operation *operation,
			  const struct ex_result *result)
{
	if (ex_is_change_batch(operation))
		return ex_batch_step(model, progress, operation, result);
	if (operation->what == EX_DELETE_KEY && model->multimap)
		return ex_delete_step(model, progress,
				      ex_key(operation->home, operation->n), result);
	return ex_model_do(model, operation, result);
}

/*
 * The map's entries at the end are the model's; the values of one key come in
 * order.
 */
static bool ex_model_is(struct model *model, const struct ex_result *at_end)
{
	struct entry *entry = NULL;

	if (at_end->count != model->count)
		return false;
	for (u32 i = 0; i < at_end->count; i++) {
		bool first = !i || at_end->keys[i] != at_end->keys[i - 1];

		entry = ex_model_find(model, first ? model->entries : entry + 1,
				      at_end->keys[i], NULL);
		if (!entry || entry->value != at_end->values[i])
			return false;
	}
	return true;
}

/* Is the operation one on a key? */
static bool ex_has_key(const struct ex_operation *operation)
{
	switch (operation->what) {
	case EX_NOTHING:
	case EX_UNPIN:
	case EX_ITERATE:
	case EX_EXTEND:
	case EX_MOVE:
	case EX_DRAIN:
	case EX_KEEP:
	case EX_PUBLISH:
	case EX_SUPERSEDE:
	case EX_REAP:
	case EX_ASK:
	case EX_WORK:
	case EX_LITMUS:
		return false;
	default:
		return true;
	}
}

/* Is this operation one of those that an order is wanted for? @key is all of them if 0. */
static bool ex_counts(const struct ex_operation *operation, u64 key)
{
	if (!key)
		return operation->what;
	if (ex_is_change_batch(operation) && ex_key(operation->home, operation->old) == key)
		return true;
	return ex_has_key(operation) && ex_key(operation->home, operation->n) == key;
}

/* The next operation of a thread from @next on that has the key. */
static u32 ex_next(const struct ex_scenario *scenario, u32 thread, u32 next, u64 key)
{
	while (next < EX_OPERATIONS &&
	       !ex_counts(&scenario->threads[thread].operations[next], key))
		next++;
	return next;
}

/* May the operation @next[@thread] be the first of those that are left? */
static bool ex_may_be_first(u32 thread, const u32 *next)
{
	const u32 *after = ex_threads_results(thread)[next[thread]].after;

	for (u32 i = 0; i < ex_threads_count(); i++) {
		if (next[i] < after[i])
			return false;
	}
	return true;
}

/*
 * Is there an order for the operations that are left, of this key or of all: those from
 * @next[] on of each thread?
 */
static bool ex_order(const struct ex_scenario *scenario, struct model *model,
		     const u32 *next, u64 key, const struct ex_result *at_end)
{
	u32 threads = ex_threads_count();
	bool left = false;
	u32 from[EX_THREADS];

	for (u32 i = 0; i < threads; i++) {
		from[i] = ex_next(scenario, i, next[i], key);
		left |= from[i] < EX_OPERATIONS;
	}
	if (!left)
		return ex_model_is(model, at_end);

	for (u32 i = 0; i < threads; i++) {
		struct model after = *model;
		u32 then[EX_THREADS];

		if (from[i] == EX_OPERATIONS || !ex_may_be_first(i, from) ||
		    !ex_model_step(&after, &after.progress[i],
				   &scenario->threads[i].operations[from[i]],
				   &ex_threads_results(i)[from[i]]))
			continue;
		memcpy(then, from, sizeof(then));
		then[i] += !after.progress[i].moments;
		if (ex_order(scenario, &after, then, key, at_end))
			return true;
	}
	return false;
}

/* What @model and @at_end have of one key. */
static void ex_only(u64 key, struct model *model, struct ex_result *at_end)
{
	u32 count = 0;

	for (u32 i = 0; i < model->count; i++) {
		if (model->entries[i].key == key)
			model->entries[count++] = model->entries[i];
	}
	model->count = count;
	count = 0;
	for (u32 i = 0; i < at_end->count; i++) {
		if (at_end->keys[i] != key)
			continue;
		at_end->keys[count] = key;
		at_end->values[count++] = at_end->values[i];
	}
	at_end->count = count;
}

/* Is there an order for the operations on this key alone? */
static bool ex_order_of(const struct ex_scenario *scenario, const struct model *model,
			u64 key, const struct ex_result *at_end)
{
	struct model of_key = *model;
	struct ex_result end_of_key = *at_end;
	u32 next[EX_THREADS] = {};

	ex_only(key, &of_key, &end_of_key);
	of_key.only = key;
	return ex_order(scenario, &of_key, next, key, &end_of_key);
}

/* Is there one for each key, and has all else succeeded? */
static bool ex_order_each(const struct ex_scenario *scenario, const struct model *model,
			  const struct ex_result *at_end)
{
	for (u32 i = 0; i < ex_threads_count() * EX_OPERATIONS; i++) {
		u32 thread = i / EX_OPERATIONS, n = i % EX_OPERATIONS;
		const struct ex_operation *operation =
			&scenario->threads[thread].operations[n];
		struct model any = *model;

		if (!ex_has_key(operation)) {
			if (!ex_model_do(&any, operation,
					 &ex_threads_results(thread)[n]))
				return false;
		} else if (!ex_order_of(scenario, model,
					ex_key(operation->home, operation->n), at_end)) {
			return false;
		}
	}
	for (u32 i = 0; i < at_end->count; i++) {
		if (!ex_order_of(scenario, model, at_end->keys[i], at_end))
			return false;
	}
	for (u32 i = 0; i < model->count; i++) {
		if (!ex_order_of(scenario, model, model->entries[i].key, at_end))
			return false;
	}
	return true;
}

/* How many entries the threads may add. */
static u32 ex_adds(const struct ex_scenario *scenario)
{
	u32 adds = 0;

	for (u32 i = 0; i < ex_threads_count() * EX_OPERATIONS; i++) {
		switch (scenario->threads[i / EX_OPERATIONS]
				.operations[i % EX_OPERATIONS].what) {
		case EX_INSERT:
		case EX_UPSERT:
		case EX_ADD:
		case EX_MODIFY_OR_INSERT:
			adds++;
			break;
		case EX_INSERT_BATCH:
		case EX_UPSERT_BATCH:
		case EX_ADD_BATCH:
			adds += 2;
			break;
		default:
			break;
		}
	}
	return adds;
}

/* What is in the map before the threads begin. */
static void ex_model_begin(struct model *model, const struct ex_scenario *scenario)
{
	*model = (struct model){
		.capacity = !scenario->resized ? scenario->entries :
			    scenario->limit ?: EX_RESULTS,
		.crowded = scenario->crowded,
		.multimap = scenario->multimap,
		.halves = !scenario->value_size,
	};
	for (u32 i = 0; i < EX_BEFORE; i++) {
		const struct ex_operation *operation = &scenario->before[i];
		struct ex_result any = {};

		if (operation->what != EX_FILL)
			ex_model_do(model, operation, &any);
		for (u32 n = 1; operation->what == EX_FILL && n <= operation->n; n++)
			ex_model_add(model, ex_key(operation->home, n), n);
	}
	model->tight = ex_weak && model->count + ex_adds(scenario) > model->capacity;
}

/*
 * The value of a pin is the same when it ends. The pin that the first thread has
 * from the beginning is of the value that @before has.
 */
static bool ex_pins_held(const struct ex_scenario *scenario, struct model *before,
			 u32 thread)
{
	const struct ex_operation *operations = scenario->threads[thread].operations;
	const struct ex_result *results = ex_threads_results(thread);
	u64 pinned = 0;

	for (u32 i = 0; i < EX_BEFORE; i++) {
		const struct ex_operation *operation = &scenario->before[i];

		if (operation->what == EX_PIN)
			pinned = ex_model_find(before, before->entries,
					       ex_key(operation->home,
						      operation->n), NULL)->value;
	}
	for (u32 i = 0; i < EX_OPERATIONS; i++) {
		if (operations[i].what == EX_PIN)
			pinned = results[i].values[0];
		else if (operations[i].what == EX_UNPIN && results[i].count &&
			 !ex_returned(&results[i], 0, pinned))
			return false;
	}
	return true;
}

/* Does a thread remove the key, or one of its values? */
static bool ex_is_removed(const struct ex_scenario *scenario, u64 key)
{
	for (u32 i = 0; i < ex_threads_count(); i++) {
		for (u32 j = 0; j < EX_OPERATIONS; j++) {
			const struct ex_operation *operation =
				&scenario->threads[i].operations[j];
			bool batch = operation->what == EX_DELETE_BATCH ||
				     operation->what == EX_DELETE_VALUE_BATCH;
			bool removes = operation->what == EX_DELETE || batch ||
				       operation->what == EX_DELETE_KEY ||
				       operation->what == EX_DELETE_VALUE ||
				       (scenario->multimap &&
					operation->what == EX_REPLACE);

			if (removes && ex_key(operation->home, operation->n) == key)
				return true;
			if (batch && ex_key(operation->home, operation->old) == key)
				return true;
		}
	}
	return false;
}

/* Does the operation give the key this value? Not one that makes it of the present one. */
static bool ex_gives(const struct ex_operation *operation, u64 key, u64 value)
{
	bool its = ex_key(operation->home, operation->n) == key;
	struct ex_operation item;

	switch (operation->what) {
	case EX_INSERT:
	case EX_UPDATE:
	case EX_UPSERT:
	case EX_REPLACE:
	case EX_ADD:
		return its && operation->value == value;
	case EX_MODIFY_OR_INSERT:
		return its && operation->old == value;
	case EX_INSERT_BATCH:
	case EX_UPDATE_BATCH:
	case EX_UPSERT_BATCH:
	case EX_ADD_BATCH:
		for (u32 i = 0; i < 2; i++) {
			item = ex_item(operation, i);
			if (ex_gives(&item, key, value))
				return true;
		}
		return false;
	default:
		return false;
	}
}

/* Does a thread? */
static bool ex_is_given(const struct ex_scenario *scenario, u64 key, u64 value)
{
	for (u32 i = 0; i < ex_threads_count(); i++) {
		for (u32 j = 0; j < EX_OPERATIONS; j++) {
			if (ex_gives(&scenario->threads[i].operations[j], key, value))
				return true;
		}
	}
	return false;
}

/*
 * Does the key ever have this value: before the threads begin, or when one gives it, and
 * after any of the modifications from the operation @from on?
 */
static bool ex_is_ever(const struct ex_scenario *scenario, struct model *before, u64 key,
		       u64 value, u32 from)
{
	if (ex_model_find(before, before->entries, key, &value) ||
	    ex_is_given(scenario, key, value))
		return true;
	for (; from < EX_THREADS * EX_OPERATIONS; from++) {
		const struct ex_script *thread =
			&scenario->threads[from / EX_OPERATIONS];
		const struct ex_operation *operation =
			&thread->operations[from % EX_OPERATIONS];

		if ((operation->what == EX_MODIFY ||
		     operation->what == EX_MODIFY_OR_INSERT) &&
		    ex_key(operation->home, operation->n) == key &&
		    ex_is_ever(scenario, before, key, value - operation->value,
			       from + 1))
			return true;
	}
	return false;
}

/*
 * Has the iteration returned all that was there throughout, and is its @i-th entry
 * one that ever was, and not a repetition? In a multimap, each value is an entry.
 */
static bool ex_iterated(const struct ex_scenario *scenario, struct model *before,
			const struct ex_result *result)
{
	u32 stay = 0, seen = 0;

	for (u32 i = 0; i < before->count; i++)
		stay += !ex_is_removed(scenario, before->entries[i].key);
	for (u32 i = 0; i < result->count; i++) {
		u64 key = result->keys[i], value = result->values[i];
		struct entry *entry;

		entry = ex_model_find(before, before->entries, key,
				      scenario->multimap ? &value : NULL);
		if (!ex_is_ever(scenario, before, key, value, 0))
			return false;
		if (i && key < result->keys[i - 1])
			return false;
		for (u32 j = 0; j < i; j++) {
			if (result->keys[j] == key &&
			    (!scenario->multimap || result->values[j] == value))
				return false;
		}
		seen += entry && !ex_is_removed(scenario, key);
	}
	return !result->err && seen == stay;
}

/* May a callback be given this value of the key? */
bool ex_is_possible(const struct ex_scenario *scenario, u64 key, u64 value)
{
	struct model model;

	ex_model_begin(&model, scenario);
	return ex_is_ever(scenario, &model, key, value, 0);
}

/**
 * ex_judge() - judge the schedule that has just run to its end
 * @scenario: what it was a schedule of
 *
 * Return: NULL, or what was wrong.
 */
const char *ex_judge(const struct ex_scenario *scenario)
{
	const struct ex_operation all = { EX_ITERATE };
	u32 next[EX_THREADS] = {};
	const char *damage = ex_is_reaped(scenario) ? ex_map_reaped() : NULL;
	struct ex_result at_end;
	struct model model;

	damage = damage ?: ex_map_check();
	if (damage)
		return damage;
	if (scenario->litmus && ex_litmus_is_forbidden(scenario->litmus))
		return "what the pattern forbids has been seen";
	if (ex_is_call_lost())
		return "nobody does what a worker was called for";
	ex_model_begin(&model, scenario);
	for (u32 i = 0; i < ex_threads_count(); i++) {
		if (!ex_pins_held(scenario, &model, i))
			return "a pinned value has changed";
		for (u32 j = 0; j < EX_OPERATIONS; j++) {
			if (scenario->threads[i].operations[j].what == EX_ITERATE &&
			    !ex_iterated(scenario, &model,
					 &ex_threads_results(i)[j]))
				return "an iteration missed or made up an entry";
		}
	}
	ex_operate(&all, 0, &at_end);
	if (at_end.err ||
	    !(ex_weak ? ex_order_each(scenario, &model, &at_end) :
			ex_order(scenario, &model, next, 0, &at_end)))
		return "no order of the operations explains the results";
	return ex_map_counts(at_end.count);
}
