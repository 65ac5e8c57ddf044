// SPDX-License-Identifier: GPL-2.0
/*
 * The calls that scenarios make.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "subject.h"

static void ex_fill(u32 home, u32 n)
{
	for (u32 i = 1; i <= n; i++) {
		struct ex_result result;

		ex_operate(&(struct ex_operation){ EX_INSERT, home, i, i }, 0,
			   &result);
		if (result.err) {
			fprintf(stderr, "explore: no room to begin with\n");
			exit(2);
		}
	}
}

static void ex_iterate(struct ex_result *result)
{
	u64 words[VALUE_WORDS];
	u64 last[KEY_WORDS], key[KEY_WORDS] = {};
	struct flatmap_cursor cursor = { .last = last };

	flatmap_for_each(ex_map, &cursor, key, words) {
		if (result->count == EX_RESULTS) {
			result->err = -E2BIG;
			return;
		}
		result->keys[result->count] = ex_get_key(key);
		result->err = ex_value(words, &result->values[result->count++]);
		if (result->err)
			return;
	}
}

/* All values of @key, in order. */
static void ex_values(u64 key, struct ex_result *result)
{
	u64 words[EX_RESULTS * VALUE_WORDS], bytes[KEY_WORDS];
	struct flatmap_result found;
	int err = 0;

	ex_put_key(key, bytes);
	result->err = flatmap_values(ex_map, bytes, words, EX_RESULTS, &found);
	result->total = found.values;
	if (result->err)
		return;
	for (; !err && result->count < found.values; result->count++) {
		result->keys[result->count] = key;
		err = ex_value(words + result->count * ex_value_words(),
			       &result->values[result->count]);
	}
	result->err = err;
}

static int ex_batch_of(enum ex_what what, struct flatmap_batch *batch)
{
	switch (what) {
	case EX_INSERT_BATCH:
		return flatmap_insert_batch(ex_map, batch);
	case EX_UPDATE_BATCH:
		return flatmap_update_batch(ex_map, batch);
	case EX_UPSERT_BATCH:
		return flatmap_upsert_batch(ex_map, batch);
	case EX_ADD_BATCH:
		return flatmap_add_batch(ex_map, batch);
	case EX_DELETE_BATCH:
		return flatmap_delete_batch(ex_map, batch);
	case EX_DELETE_VALUE_BATCH:
		return flatmap_delete_value_batch(ex_map, batch);
	default:
		return flatmap_lookup_batch(ex_map, batch);
	}
}

/* Do @operation to two keys in a batch; -EBADMSG if that is not done. */
static int ex_batch(const struct ex_operation *operation, u64 *values, int *results)
{
	u32 size = ex_map->whole->params.key_size;
	u64 first[KEY_WORDS], second[KEY_WORDS];
	char bytes[2 * sizeof(first)];
	struct flatmap_batch batch = {
		.keys = bytes,
		.values = values,
		.results = results,
		.count = 2,
		.gfp = GFP_ATOMIC,
	};

	ex_put_key(ex_key(operation->home, operation->old), first);
	ex_put_key(ex_key(operation->home, operation->n), second);
	memcpy(bytes, first, size);
	memcpy(bytes + size, second, size);
	for (u32 i = 0; i < 2 * ex_value_words(); i++)
		values[i] = operation->value + i / ex_value_words();

	return ex_batch_of(operation->what, &batch) || batch.done != 2 ? -EBADMSG : 0;
}

/* Look two keys up in a batch; of the second one, what is found, as of a lookup. */
static int ex_lookup_batch(const struct ex_operation *operation, u64 *words,
			   struct flatmap_result *found)
{
	u64 values[2 * VALUE_WORDS], first;
	int results[2];

	if (ex_batch(operation, values, results) ||
	    (results[0] >= 0 && ex_value(values, &first)))
		return -EBADMSG;
	memcpy(words, values + ex_value_words(), ex_value_words() * sizeof(u64));
	found->values = max(results[1], 0);
	return min(results[1], 0);
}

/* Change two keys in a batch: what came of each, and their values. */
static void ex_change_batch(const struct ex_operation *operation,
			    struct ex_result *result)
{
	u64 values[2 * VALUE_WORDS];
	int results[2];

	result->err = ex_batch(operation, values, results);
	for (u32 i = 0; !result->err && i < 2; i++, result->count++) {
		result->keys[i] = results[i];
		result->values[i] = 0;
		if (!results[i])
			result->err = ex_value(values + i * ex_value_words(),
					       &result->values[i]);
	}
}

/* Read the value of a pin where it lies, while others run. */
static void ex_read_pinned(const struct flatmap_pin *pin, u64 *words)
{
	const u64 *value = pin->value;

	ex_hold_regions(true);
	for (u32 i = 0; i < ex_value_words(); i++)
		words[i] = READ_ONCE(value[i]);
	ex_hold_regions(false);
}

/* What is added to the value of a key, and where to note what that was. */
struct increase {
	u64 key;
	u64 by;
	u64 *was;
};

/*
 * Add to all words of a value, which must be one that the key has had. The callback's
 * accesses are plain in the kernel; here they are part of what is explored.
 */
static int ex_increase(void *value, void *arg)
{
	const struct increase *increase = arg;
	u64 *words = value;
	u64 was;

	for (u32 i = 0; i < ex_value_words(); i++)
		increase->was[i] = READ_ONCE(words[i]);
	if (ex_value(increase->was, &was) ||
	    !ex_is_possible(ex_explored, increase->key, was))
		return -EBADMSG;
	for (u32 i = 0; i < ex_value_words(); i++)
		WRITE_ONCE(words[i], was + increase->by);
	return 0;
}

/* Do @operation as @thread. */
void ex_operate(const struct ex_operation *operation, u32 thread,
		struct ex_result *result)
{
	u64 key = ex_key(operation->home, operation->n);
	struct flatmap_pin *pin = &ex_pins[thread];
	struct flatmap_result found = {};
	u64 words[VALUE_WORDS], old[VALUE_WORDS], bytes[KEY_WORDS];
	struct increase increase = { key, operation->value, words };
	bool returns = false;

	ex_put_key(key, bytes);
	for (u32 i = 0; i < ex_value_words(); i++) {
		words[i] = operation->value;
		old[i] = operation->old;
	}
	result->err = 0;
	result->count = 0;
	result->kept = 0;

	switch (operation->what) {
	case EX_INSERT:
		result->err = flatmap_insert(ex_map, bytes, words, GFP_ATOMIC);
		break;
	case EX_UPDATE:
		result->err = flatmap_update(ex_map, bytes, words, GFP_ATOMIC);
		break;
	case EX_UPSERT:
		result->err = flatmap_upsert(ex_map, bytes, words, GFP_ATOMIC);
		break;
	case EX_DELETE:
		result->err = flatmap_delete_return(ex_map, bytes, words);
		returns = true;
		break;
	case EX_DELETE_KEY:
		result->err = flatmap_delete(ex_map, bytes);
		break;
	case EX_LOOKUP:
		result->err = flatmap_lookup(ex_map, bytes, words, &found);
		returns = true;
		break;
	case EX_LOOKUP_BATCH:
		result->err = ex_lookup_batch(operation, words, &found);
		returns = true;
		break;
	case EX_LOOKUP_FIELD:
		result->err = flatmap_lookup_field(ex_map, bytes, operation->old, words);
		if (ex_map->whole->params.fields_count > 1)
			words[0] = (u32)words[0];
		returns = true;
		break;
	case EX_UPDATE_FIELD:
		result->err = flatmap_update_field(ex_map, bytes, operation->old, words,
						   GFP_ATOMIC);
		break;
	case EX_INSERT_BATCH:
	case EX_UPDATE_BATCH:
	case EX_UPSERT_BATCH:
	case EX_ADD_BATCH:
	case EX_DELETE_BATCH:
	case EX_DELETE_VALUE_BATCH:
		ex_change_batch(operation, result);
		break;
	case EX_PIN:
		ex_touch(pin);
		memset(pin, 0, sizeof(*pin));
		result->err = flatmap_pin(ex_map, bytes, pin);
		returns = !result->err;
		if (!returns)
			break;
		ex_read_pinned(pin, words);
		found = pin->result;
		result->kept = (u64)pin->slot;
		break;
	case EX_UNPIN:
		if (!pin->region)
			break;
		returns = true;
		ex_read_pinned(pin, words);
		flatmap_unpin(pin);
		ex_touch(pin);
		pin->region = NULL;
		break;
	case EX_MODIFY:
		result->err = flatmap_modify(ex_map, bytes, ex_increase, &increase,
					     GFP_ATOMIC);
		returns = true;
		break;
	case EX_MODIFY_OR_INSERT:
		result->err = flatmap_modify_or_insert(ex_map, bytes, old, ex_increase,
						       &increase, GFP_ATOMIC);
		returns = true;
		break;
	case EX_REPLACE:
		result->err = flatmap_replace(ex_map, bytes, old, words, GFP_ATOMIC);
		break;
	case EX_ADD:
		result->err = flatmap_add(ex_map, bytes, words, GFP_ATOMIC);
		break;
	case EX_DELETE_VALUE:
		result->err = flatmap_delete_value(ex_map, bytes, words);
		break;
	case EX_VALUES:
		ex_values(key, result);
		return;
	case EX_ITERATE:
		ex_iterate(result);
		break;
	case EX_EXTEND:
		result->err = ex_extend(operation->n);
		break;
	case EX_MOVE:
		result->err = ex_move(operation->home);
		break;
	case EX_DRAIN:
		result->err = ex_drain();
		break;
	case EX_KEEP:
		result->err = ex_keep(operation->n);
		break;
	case EX_PUBLISH:
		result->err = ex_publish();
		break;
	case EX_SUPERSEDE:
		ex_supersede();
		break;
	case EX_REAP:
		ex_reap();
		break;
	case EX_FILL:
		ex_fill(operation->home, operation->n);
		break;
	case EX_ASK:
		ex_ask(operation->n ? GFP_KERNEL : GFP_ATOMIC);
		break;
	case EX_WORK:
		ex_work(operation->n ? &ex_map->resize_elsewhere : &ex_map->resize.work);
		break;
	case EX_LITMUS:
		ex_litmus(ex_explored->litmus, operation->n, result->values);
		result->count = EX_LITMUS_SEEN;
		return;
	case EX_NOTHING:
		break;
	}
	result->total = found.values;
	if (returns && result->err >= 0) {
		result->keys[0] = key;
		result->count = 1;
		if (ex_value(words, &result->values[0]))
			result->err = -EBADMSG;
	}
}
