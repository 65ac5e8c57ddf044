// SPDX-License-Identifier: GPL-2.0
#include <linux/atomic.h>
#include <linux/cpumask.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sort.h>
#include <linux/string.h>

#include "bench.h"
#include "interrupts.h"
#include "meter.h"
#include "team.h"

/* The most operations of one thread in a cell: all entries, or a few rounds of reads. */
#define TEAM_LEAST	SZ_256K

static struct bench_hand team_hands[TEAM_HANDS];
static u32 *team_ps;
static atomic_t team_ready;

/**
 * team_init() - have what the threads need
 * @keys: the keys of all cells
 *
 * Return: 0 or -ENOMEM; team_exit() is due in both cases.
 */
int team_init(const struct bench_keys *keys)
{
	u32 slices = 2 * max(keys->entries, TEAM_LEAST) / TEAM_SLICE + 1;
	struct bench_hand *hand = team_hands;
	u32 i;

	team_ps = kvmalloc_array(TEAM_HANDS * slices, sizeof(u32), GFP_KERNEL);
	if (!team_ps)
		return -ENOMEM;
	for (i = 0; i < TEAM_HANDS; i++, hand++) {
		hand->keys = keys;
		hand->ps = team_ps + i * slices;
		hand->slice = kvmalloc(sizeof(*hand->slice), GFP_KERNEL);
		if (!hand->slice)
			return -ENOMEM;
		init_completion(&hand->done);
	}
	return 0;
}

void team_exit(void)
{
	u32 i;

	for (i = 0; i < TEAM_HANDS; i++)
		kvfree(team_hands[i].slice);
	kvfree(team_ps);
}

/* ---- One thread ----------------------------------------------------- */

/**
 * hand_note() - add to what the clock said
 * @hand: who worked
 * @ns: how long
 * @ops: on how many operations
 */
void hand_note(struct bench_hand *hand, u64 ns, u32 ops)
{
	hand->ns += ns;
	hand->ops += ops;
	hand->ps[hand->slices++] = min_t(u64, div_u64(ns * 1000, ops), U32_MAX);
}

/* A wrong or lost value: say where. */
int hand_wrong(const struct bench_hand *hand, u64 got, u64 want)
{
	const struct bench_cell *cell = hand->cell;

	pr_err("%s, %u entries: %s of %s gave %llu instead of %llu\n",
	       bench_shape, hand->keys->entries, cell->work, cell->lane->name, got, want);
	return -EIO;
}

/* How often a slice is worked on between two looks at the clock. */
static u32 hand_turns(const struct bench_cell *cell)
{
	return cell->order == BENCH_HOT ? TEAM_HOT_TURNS : 1;
}

/**
 * hand_slice() - work on @hand->slice
 * @hand: who works
 * @op: what to do
 * @want: what must come of it, unless the lane is a limit
 * @timed: by the clock?
 *
 * Return: 0, or -EIO if something else came of it.
 */
int hand_slice(struct bench_hand *hand, enum bench_op op, u64 want, bool timed)
{
	const struct bench_cell *cell = hand->cell;
	u32 turns = hand_turns(cell);
	u64 ipis, ns, got, sum = 0;
	u32 i;

	ipis = interrupts_count();
	if (timed)
		meter_begin();
	ns = ktime_get_ns();
	for (i = 0; i < turns; i++) {
		got = cell->lane->run[op](cell->table, hand->slice);
		sum += got;
	}
	ns = ktime_get_ns() - ns;
	if (timed) {
		meter_end(hand->slice->count * turns);
		hand_note(hand, ns, hand->slice->count * turns);
		hand->ipis += interrupts_count() - ipis;
	}
	cond_resched();
	if (sum == want * turns || cell->lane->kind == BENCH_LIMIT)
		return 0;
	return hand_wrong(hand, got, want);
}

/* What each slice must return. */
static u64 hand_want(const struct bench_slice *slice, enum bench_op op)
{
	switch (op) {
	case BENCH_HIT:
	case BENCH_VALUES:
		return slice->sum;
	case BENCH_CHAIN:
		return slice->end;
	case BENCH_MISS:
		return 0;
	default:
		return slice->count;
	}
}

/* Of changes, which take longer, fewer are a slice where there are few. */
static u32 hand_slice_count(enum bench_op op, u32 count)
{
	return op >= BENCH_INSERT && count <= TEAM_FEW ? TEAM_SLICE / 4 : TEAM_SLICE;
}

/**
 * hand_pass() - work through part of the keys, slice by slice
 * @hand: who works
 * @op: what to do
 * @order: in which order
 * @first: from where on in that
 * @count: with how many keys
 * @how: HAND_TIMED, HAND_OTHERS
 *
 * Return: 0, or -EIO if something came out wrong.
 */
int hand_pass(struct bench_hand *hand, enum bench_op op, enum bench_order order,
	      u32 first, u32 count, u32 how)
{
	struct bench_pick pick = {
		.kind = hand->cell->lane->kind,
		.order = order,
		.values = op >= BENCH_INSERT,
		.others = how & HAND_OTHERS,
	};
	u32 done;
	int err;

	for (done = 0; done < count; done += pick.count) {
		pick.first = first + done;
		pick.count = min(count - done, hand_slice_count(op, count));
		keys_pick(hand->keys, &pick, hand->slice);
		err = hand_slice(hand, op, hand_want(hand->slice, op),
				 how & HAND_TIMED);
		if (err)
			return err;
	}
	return 0;
}

/**
 * hand_warm() - look keys up, out of the clock
 * @hand: who works
 *
 * A table that is small is then found in the cache, as its users find it, all of it; and
 * one that is large has as much of itself there as it ever has. Whether or not the lane
 * before has used the same table.
 *
 * Return: 0, or -EIO if something came out wrong.
 */
int hand_warm(struct bench_hand *hand)
{
	u32 entries = hand->keys->entries;
	u32 count = min(entries, TEAM_WARM);
	enum bench_op op = hand->cell->lane->kind == BENCH_MULTIMAP ? BENCH_VALUES : BENCH_HIT;

	return hand_pass(hand, op, BENCH_READ, hand->first + entries - count, count, 0);
}

/* ---- All of them ---------------------------------------------------- */

static int team_thread(void *data)
{
	struct bench_hand *hand = data;

	atomic_inc(&team_ready);
	while (atomic_read(&team_ready) < hand->cell->threads)
		cpu_relax();
	hand->err = hand->cell->run(hand);
	complete(&hand->done);
	return 0;
}

static int team_compare(const void *a, const void *b)
{
	return cmp_int(*(const u32 *)a, *(const u32 *)b);
}

/* What the threads found, as one. */
static int team_gather(struct bench_cell *cell)
{
	u32 *ps = team_ps;
	u32 slices, i;
	int err = 0;

	for (i = 0; i < cell->threads; i++) {
		const struct bench_hand *hand = &team_hands[i];

		err = err ?: hand->err;
		cell->ops += hand->ops;
		cell->ns = max(cell->ns, hand->ns);
		cell->ipis += hand->ipis;
		memmove(ps, hand->ps, hand->slices * sizeof(u32));
		ps += hand->slices;
	}
	slices = ps - team_ps;
	if (slices) {
		sort(team_ps, slices, sizeof(u32), team_compare, NULL);
		cell->ps = ((u64)team_ps[(slices - 1) / 2] + team_ps[slices / 2]) / 2;
	}
	return err;
}

/**
 * team_run() - have the threads of a cell do their work
 * @cell: the cell
 *
 * They start together, on the same CPUs in each cell. (Those that are to wait for each
 * other are all there before one of them runs.)
 *
 * Return: 0, or a negative errno, by a thread that found something wrong.
 */
int team_run(struct bench_cell *cell)
{
	struct task_struct *tasks[TEAM_HANDS];
	u32 i, cpu = cpumask_first(cpu_online_mask);
	struct bench_hand *hand;

	cell->ops = 0;
	cell->ns = 0;
	cell->ps = 0;
	cell->ipis = 0;
	atomic_set(&team_ready, 0);
	for (i = 0; i < cell->threads; i++) {
		hand = &team_hands[i];
		hand->cell = cell;
		hand->first = cell->first + i * (hand->keys->entries / TEAM_HANDS);
		hand->ops = 0;
		hand->ns = 0;
		hand->ipis = 0;
		hand->slices = 0;
		reinit_completion(&hand->done);
		tasks[i] = kthread_create_on_cpu(team_thread, hand, cpu, "flatmap_bench/%u");
		if (IS_ERR(tasks[i]))
			break;
		get_task_struct(tasks[i]);
		cpu = cpumask_next(cpu, cpu_online_mask);
	}
	if (i < cell->threads) {
		while (i--)
			kthread_stop_put(tasks[i]);
		return -ENOMEM;
	}
	while (i--)
		wake_up_process(tasks[i]);
	for (i = 0; i < cell->threads; i++) {
		wait_for_completion(&team_hands[i].done);
		kthread_stop_put(tasks[i]);
	}
	return team_gather(cell);
}

/**
 * team_tell() - tell how long a cell took
 * @cell: the cell
 */
void team_tell(const struct bench_cell *cell)
{
	bench_tell("time %s %u %s %s %u %llu %llu %u\n", bench_shape,
		   team_hands->keys->entries, cell->work, cell->lane->name,
		   cell->threads, cell->ops, cell->ns, cell->ps);
	meter_tell(cell);
}
