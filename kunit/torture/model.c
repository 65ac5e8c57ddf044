// SPDX-License-Identifier: GPL-2.0
/*
 * What operations on one key mean, one after the other. Also compiled for userspace,
 * with wgl.c.
 *
 * Whether the map is full, or grows just now, depends on other keys: -ENOSPC, -ENOMEM and
 * -EAGAIN are right wherever an operation needs room, and change nothing.
 */
#ifdef __KERNEL__
#include <linux/errno.h>
#else
#include <errno.h>
#endif

#include "model.h"

static bool model_refused(const struct torture_op *op)
{
	return op->result == -ENOSPC || op->result == -ENOMEM || op->result == -EAGAIN;
}

/* The key becomes @wrote, if the operation returned @result. */
static bool model_set(const struct torture_op *op, int result, __u64 wrote, __u64 *state)
{
	if (model_refused(op))
		return true;
	*state = wrote;
	return op->result == result;
}

/**
 * torture_model_map() - a key of a map
 * @op: &struct torture_op
 * @state: in and out: the stamp of its value, or %TORTURE_ABSENT
 *
 * Return: can @op have returned that?
 */
bool torture_model_map(const void *op, __u64 *state)
{
	const struct torture_op *done = op;
	__u64 had = *state;

	switch (done->kind) {
	case TORTURE_INSERT:
		return had ? done->result == -EEXIST :
			     model_set(done, 0, done->wrote, state);
	case TORTURE_UPDATE:
		return had ? model_set(done, 0, done->wrote, state) :
			     done->result == -ENOENT;
	case TORTURE_UPSERT:
		return model_set(done, !!had, done->wrote, state);
	case TORTURE_REPLACE:
		return had == done->old ? model_set(done, 0, done->wrote, state) :
					  done->result == -ENOENT;
	case TORTURE_MODIFY:
		if (!had)
			return done->result == -ENOENT;
		return model_set(done, 0, done->wrote, state) &&
		       (done->result || done->got == had);
	case TORTURE_PUT:
		return model_set(done, !!had, done->wrote, state) &&
		       (done->result < 0 || done->got == had);
	case TORTURE_DELETE_VALUE:
		if (had != done->old)
			return done->result == -ENOENT;
		*state = TORTURE_ABSENT;
		return !done->result;
	case TORTURE_DELETE:
		*state = TORTURE_ABSENT;
		break;
	}
	return had ? !done->result && done->got == had : done->result == -ENOENT;
}

static unsigned int model_shift(unsigned int place)
{
	return place * TORTURE_LETTER_BITS;
}

static __u64 model_letter(__u64 state, unsigned int place)
{
	return place < TORTURE_VALUES_MAX ?
	       state >> model_shift(place) & TORTURE_LETTERS : 0;
}

/* Where the first @letter is in @state; 0 looks for the end. */
static unsigned int model_find(__u64 state, __u64 letter)
{
	unsigned int place = 0;

	while (model_letter(state, place) && model_letter(state, place) != letter)
		place++;
	return place;
}

static __u64 model_remove(__u64 state, unsigned int place)
{
	__u64 below = (1ULL << model_shift(place)) - 1;

	return (state & below) | (state >> TORTURE_LETTER_BITS & ~below);
}

/**
 * torture_model_multimap() - a key of a multimap of up to %TORTURE_VALUES_MAX entries
 * @op: &struct torture_op
 * @state: in and out: the letters of its values
 *
 * Return: can @op have returned that?
 */
bool torture_model_multimap(const void *op, __u64 *state)
{
	const struct torture_op *done = op;
	__u64 had = *state;
	unsigned int count = model_find(had, 0);
	unsigned int place = model_find(had, done->old);
	bool has = done->old && model_letter(had, place);

	switch (done->kind) {
	case TORTURE_INSERT:
		return had ? done->result == -EEXIST :
			     model_set(done, 0, done->wrote, state);
	case TORTURE_ADD:
		if (count == TORTURE_VALUES_MAX)
			return model_refused(done);
		return model_set(done, 0, had | done->wrote << model_shift(count), state);
	case TORTURE_REPLACE:
		return has ? model_set(done, 0, had ^ (done->old ^ done->wrote)
						      << model_shift(place), state) :
			     done->result == -ENOENT;
	case TORTURE_DELETE_VALUE:
		*state = has ? model_remove(had, place) : had;
		return done->result == (has ? 0 : -ENOENT);
	case TORTURE_DELETE:
		*state = had >> TORTURE_LETTER_BITS;
		return had ? !done->result && done->got == model_letter(had, 0) :
			     done->result == -ENOENT;
	case TORTURE_VALUES:
		return had ? !done->result && done->got == had : done->result == -ENOENT;
	case TORTURE_HAS:
		return model_letter(had, model_find(had, done->got));
	}
	return had ? !done->result &&
		     done->got == TORTURE_FIRST_OF(count, model_letter(had, 0)) :
		     done->result == -ENOENT;
}
