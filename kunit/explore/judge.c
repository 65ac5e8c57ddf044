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
 * each, all entries that are there throughout, and nothing that never was.
 */
#include <string.h>

#include "model.h"

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
static bool ex_order(const struct ex_scenario *scenario, struct ex_model *model,
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
		struct ex_model after = *model;
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
static void ex_only(u64 key, struct ex_model *model, struct ex_result *at_end)
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
static bool ex_order_of(const struct ex_scenario *scenario, const struct ex_model *model,
			u64 key, const struct ex_result *at_end)
{
	struct ex_model of_key = *model;
	struct ex_result end_of_key = *at_end;
	u32 next[EX_THREADS] = {};

	ex_only(key, &of_key, &end_of_key);
	of_key.only = key;
	return ex_order(scenario, &of_key, next, key, &end_of_key);
}

/* Is there one for each key, and has all else succeeded? */
static bool ex_order_each(const struct ex_scenario *scenario, const struct ex_model *model,
			  const struct ex_result *at_end)
{
	for (u32 i = 0; i < ex_threads_count() * EX_OPERATIONS; i++) {
		u32 thread = i / EX_OPERATIONS, n = i % EX_OPERATIONS;
		const struct ex_operation *operation =
			&scenario->threads[thread].operations[n];
		struct ex_model any = *model;

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

/*
 * The value of a pin is the same when it ends. The pin that the first thread has
 * from the beginning is of the value that @before has, or of one that is deleted: then the
 * thread does not end it.
 */
static bool ex_pins_held(const struct ex_scenario *scenario, struct ex_model *before,
			 u32 thread)
{
	const struct ex_operation *operations = scenario->threads[thread].operations;
	const struct ex_result *results = ex_threads_results(thread);
	u64 pinned = 0;

	for (u32 i = 0; i < EX_BEFORE; i++) {
		const struct ex_operation *operation = &scenario->before[i];
		struct ex_entry *entry = NULL;

		if (operation->what == EX_PIN)
			entry = ex_model_find(before, before->entries,
					      ex_key(operation->home, operation->n),
					      NULL);
		if (entry)
			pinned = entry->value;
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
static bool ex_is_ever(const struct ex_scenario *scenario, struct ex_model *before, u64 key,
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
static bool ex_iterated(const struct ex_scenario *scenario, struct ex_model *before,
			const struct ex_result *result)
{
	u32 stay = 0, seen = 0;

	for (u32 i = 0; i < before->count; i++)
		stay += !ex_is_removed(scenario, before->entries[i].key);
	for (u32 i = 0; i < result->count; i++) {
		u64 key = result->keys[i], value = result->values[i];
		struct ex_entry *entry;

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
	struct ex_model model;

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
	struct ex_model model;

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
