// SPDX-License-Identifier: GPL-2.0
/*
 * A map that does one thing at a time, and what operations return if they are done to it
 * in some order.
 *
 * A batch that changes something, and the removal of all values of a key, have several
 * moments, and other operations come between: they are done step by step.
 */
#include <errno.h>
#include <string.h>

#include "model.h"

/* The first entry from @from on with this key, and this value if it is not NULL. */
struct ex_entry *ex_model_find(struct ex_model *model, struct ex_entry *from, u64 key,
			       const u64 *value)
{
	for (; from < model->entries + model->count; from++) {
		if (from->key == key && (!value || from->value == *value))
			return from;
	}
	return NULL;
}

static u32 ex_model_values(struct ex_model *model, u64 key)
{
	u32 count = 0;

	for (u32 i = 0; i < model->count; i++)
		count += model->entries[i].key == key;
	return count;
}

static u64 ex_model_last(const struct ex_model *model, u64 key)
{
	u64 last = 0;

	for (u32 i = 0; i < model->count; i++) {
		if (model->entries[i].key == key && model->entries[i].ordinal > last)
			last = model->entries[i].ordinal;
	}
	return last;
}

static int ex_model_add(struct ex_model *model, u64 key, u64 value)
{
	u64 ordinal = ex_model_last(model, key) + 1;

	if (model->count == model->capacity)
		return -ENOSPC;
	model->entries[model->count++] = (struct ex_entry){ key, value, ordinal };
	return 0;
}

static int ex_model_remove(struct ex_model *model, struct ex_entry *entry)
{
	struct ex_entry *end = model->entries + model->count--;

	memmove(entry, entry + 1, (end - entry - 1) * sizeof(*entry));
	return 0;
}

bool ex_returned(const struct ex_result *result, int err, u64 value)
{
	return result->err == err && (err || result->values[0] == value);
}

/* Are these the values of the key, in order? */
static bool ex_model_set(struct ex_model *model, u64 key,
			 const struct ex_result *result)
{
	struct ex_entry *entry = model->entries;

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
bool ex_model_do(struct ex_model *model, const struct ex_operation *operation,
		 const struct ex_result *result)
{
	u64 key = ex_key(operation->home, operation->n);
	const u64 *equal = operation->what == EX_REPLACE ? &operation->old :
			   operation->what == EX_DELETE_VALUE ? &operation->value :
			   NULL;
	struct ex_entry *entry = ex_model_find(model, model->entries, key, equal);
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

bool ex_is_change_batch(const struct ex_operation *operation)
{
	return ex_batch_does(operation) != EX_NOTHING;
}

/* Which of two keys a batch comes to first, and then, as an operation of its own. */
struct ex_operation ex_item(const struct ex_operation *batch, u32 item)
{
	return (struct ex_operation){
		.what = ex_batch_does(batch),
		.home = batch->home,
		.n = item ? batch->n : batch->old,
		.value = batch->value + item,
	};
}

/* The next of two keys, one after the other. */
static bool ex_batch_step(struct ex_model *model, struct ex_progress *progress,
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
static bool ex_delete_step(struct ex_model *model, struct ex_progress *progress, u64 key,
			   const struct ex_result *result)
{
	struct ex_entry *entry = ex_model_find(model, model->entries, key, NULL);

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
bool ex_model_step(struct ex_model *model, struct ex_progress *progress,
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
bool ex_model_is(struct ex_model *model, const struct ex_result *at_end)
{
	struct ex_entry *entry = NULL;

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
void ex_model_begin(struct ex_model *model, const struct ex_scenario *scenario)
{
	*model = (struct ex_model){
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
