// SPDX-License-Identifier: GPL-2.0
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/sched.h>

#include "fixture.h"

#define FX_STOPS	4

/* A thread that is parked longer than this goes on, and the case fails. */
#define FX_PARKED_MS	8000

/*
 * What is armed. A task looks at its own stops alone: those of others may go, and
 * be something else, any time.
 */
static struct fx_armed {
	struct fx_stop *stop;
	struct task_struct *task;
} fx_stops[FX_STOPS];

static void fx_pass_hook(enum fm_hook hook)
{
	u32 i;

	if (!in_task())
		return;
	for (i = 0; i < FX_STOPS; i++) {
		struct fx_stop *stop;

		if (smp_load_acquire(&fx_stops[i].task) != current) /* fx_arm() */
			continue;
		stop = READ_ONCE(fx_stops[i].stop);
		if (stop->hook != hook && stop->hook != FX_ANY_HOOK)
			continue;
		if (stop->after) {
			stop->after--;
			continue;
		}
		fx_disarm(stop);
		WRITE_ONCE(stop->reached, true);
		stop->action(stop->arg);
		return;
	}
}

void fx_arm(struct kunit *test, struct fx_stop *stop)
{
	u32 i;

	if (!stop->task)
		stop->task = current;
	stop->reached = false;
	for (i = 0; i < FX_STOPS; i++) {
		if (!cmpxchg(&fx_stops[i].stop, NULL, stop)) {
			/* Pairs with fx_pass_hook(). */
			smp_store_release(&fx_stops[i].task, stop->task);
			return;
		}
	}
	KUNIT_FAIL(test, "more than %u stops", FX_STOPS);
}

void fx_disarm(struct fx_stop *stop)
{
	u32 i;

	for (i = 0; i < FX_STOPS; i++) {
		if (READ_ONCE(fx_stops[i].stop) != stop)
			continue;
		WRITE_ONCE(fx_stops[i].task, NULL);
		/* Pairs with the cmpxchg in fx_arm(). */
		smp_store_release(&fx_stops[i].stop, NULL);
	}
}

struct fx_held {
	struct kunit *test;
	struct flatmap_params params;
	struct flatmap *map;
};

static int fx_map_init(struct kunit_resource *resource, void *context)
{
	struct fx_held *held = context;

	resource->data = held;
	held->map = flatmap_create(&held->params);
	return PTR_ERR_OR_ZERO(held->map);
}

static void fx_map_free(struct kunit_resource *resource)
{
	struct fx_held *held = resource->data;

	fx_check(held->test, held->map);
	flatmap_destroy(held->map);
}

struct flatmap *fx_map_with(struct kunit *test, const struct flatmap_params *params)
{
	struct fx_held *held = kunit_kzalloc(test, sizeof(*held), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, held);
	held->test = test;
	held->params = *params;
	KUNIT_ASSERT_NOT_NULL(test, kunit_alloc_resource(test, fx_map_init,
							 fx_map_free, GFP_KERNEL,
							 held));
	return held->map;
}

struct flatmap *fx_map(struct kunit *test, u64 entries, u32 key_size,
		       u32 value_size, u32 hash)
{
	const struct flatmap_params params = {
		.entries	= entries,
		.key_size	= key_size,
		.value_size	= value_size,
		.hash		= hash,
		.flags		= FLATMAP_FIXED,
	};

	return fx_map_with(test, &params);
}

struct flatmap *fx_map64(struct kunit *test, u64 entries)
{
	return fx_map(test, entries, sizeof(u64), sizeof(u64), FM_HASH_IDENTITY);
}

struct flatmap *fx_multimap64(struct kunit *test, u64 entries)
{
	const struct flatmap_params params = {
		.entries	= entries,
		.key_size	= sizeof(u64),
		.value_size	= sizeof(u64),
		.hash		= FM_HASH_IDENTITY,
		.flags		= FLATMAP_MULTIMAP | FLATMAP_FIXED,
	};

	return fx_map_with(test, &params);
}

struct flatmap *fx_growing64(struct kunit *test, u64 entries, u32 flags)
{
	const struct flatmap_params params = {
		.entries	= entries,
		.key_size	= sizeof(u64),
		.value_size	= sizeof(u64),
		.hash		= FM_HASH_IDENTITY,
		.flags		= flags,
	};

	return fx_map_with(test, &params);
}

void fx_limit(struct kunit *test, const char *name, u64 bytes)
{
	const struct kernel_param *param = THIS_MODULE->kp;
	const struct kernel_param *end = param + THIS_MODULE->num_kp;
	char value[32];

	while (param < end && strcmp(param->name, name))
		param++;
	KUNIT_ASSERT_TRUE(test, param < end);
	snprintf(value, sizeof(value), "%llu", bytes);
	kernel_param_lock(THIS_MODULE);
	KUNIT_EXPECT_EQ(test, param->ops->set(value, param), 0);
	kernel_param_unlock(THIS_MODULE);
}

void fx_check(struct kunit *test, struct flatmap *map)
{
	KUNIT_EXPECT_EQ(test, flatmap_check(map), 0);
}

u64 fx_key(struct flatmap *map, u32 home, u64 n)
{
	u32 bits = map->region->bits;

	return (bits ? (u64)home << (64 - bits) : 0) | n;
}

u64 fx_slot_word(struct flatmap *map, u64 key, u32 *group)
{
	struct fm_region *region = map->region;
	struct fm_found found;
	int is;

	rcu_read_lock();
	is = fm_find(region, &key, fm_hash(region, &key), NULL, FM_UNLIMITED,
		     &found);
	rcu_read_unlock();
	if (is <= 0)
		return 0;
	if (group)
		*group = fm_group_of(region, found.slot);
	return found.word;
}

u64 fx_entries(struct flatmap *map)
{
	struct flatmap_stats stats;

	flatmap_stats(map, &stats);
	return stats.entries;
}

static int fx_thread_main(void *arg)
{
	struct fx_thread *thread = arg;

	thread->result = thread->action(thread->arg);
	complete(&thread->done);
	return 0;
}

/* Called at the hook, possibly with preemption off: waits without sleeping. */
static void fx_stay(void *arg)
{
	ktime_t end = ktime_add_ms(ktime_get(), FX_PARKED_MS);
	struct fx_thread *thread = arg;

	smp_store_release(&thread->parked, true); /* pairs with fx_park() */
	while (!smp_load_acquire(&thread->released)) { /* with fx_release() */
		if (ktime_after(ktime_get(), end)) {
			WRITE_ONCE(thread->timed_out, true);
			return;
		}
		cpu_relax();
	}
}

static void fx_create(struct kunit *test, struct fx_thread *thread, u32 cpu,
		      int (*action)(void *arg), void *arg)
{
	*thread = (struct fx_thread) {
		.test = test,
		.action = action,
		.arg = arg,
	};
	init_completion(&thread->done);
	KUNIT_ASSERT_TRUE(test, cpu_online(cpu));
	thread->task = kthread_create(fx_thread_main, thread, "fx/%u", cpu);
	KUNIT_ASSERT_FALSE(test, IS_ERR(thread->task));
	kthread_bind(thread->task, cpu);
}

void fx_start(struct kunit *test, struct fx_thread *thread, u32 cpu,
	      int (*action)(void *arg), void *arg)
{
	fx_create(test, thread, cpu, action, arg);
	wake_up_process(thread->task);
}

bool fx_park(struct kunit *test, struct fx_thread *thread, u32 cpu,
	     int (*action)(void *arg), void *arg, enum fm_hook hook, u32 after)
{
	fx_create(test, thread, cpu, action, arg);
	thread->stop = (struct fx_stop) {
		.hook = hook,
		.after = after,
		.task = thread->task,
		.action = fx_stay,
		.arg = thread,
	};
	fx_arm(test, &thread->stop);
	wake_up_process(thread->task);
	while (!smp_load_acquire(&thread->parked)) { /* pairs with fx_stay() */
		if (completion_done(&thread->done)) {
			fx_disarm(&thread->stop);
			return READ_ONCE(thread->parked);
		}
		cond_resched();
	}
	return true;
}

void fx_release(struct fx_thread *thread)
{
	smp_store_release(&thread->released, true); /* pairs with fx_stay() */
}

int fx_join(struct fx_thread *thread)
{
	fx_release(thread);
	wait_for_completion(&thread->done);
	fx_disarm(&thread->stop);
	KUNIT_EXPECT_FALSE(thread->test, thread->timed_out);
	return thread->result;
}

int fx_suite_init(struct kunit_suite *suite)
{
	int err = fm_core_init();

	if (!err)
		WRITE_ONCE(fm_hook_function, fx_pass_hook);
	return err;
}

void fx_suite_exit(struct kunit_suite *suite)
{
	WRITE_ONCE(fm_hook_function, NULL);
	fm_core_exit();
}

MODULE_DESCRIPTION("KUnit suites of flatmap");
MODULE_LICENSE("GPL");

int fx_next(struct flatmap *map, u64 *position, const void *last, void *key,
	    void *value)
{
	u8 kept[256] = {};
	struct flatmap_cursor cursor = { .position = *position, .last = kept };
	int err;

	if (WARN_ON(map->region->shape.key_size > sizeof(kept)))
		return -E2BIG;
	if (*position)
		memcpy(kept, last, map->region->shape.key_size);
	err = flatmap_next(map, &cursor, key, value);
	*position = cursor.position;
	return err;
}
