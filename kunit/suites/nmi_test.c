// SPDX-License-Identifier: GPL-2.0
/*
 * Operations in NMIs that come from outside, at any instruction of two tasks'
 * operations on the same few keys, each task on a CPU of its own. (At each hook in
 * turn: the suite "contexts".) All results are recorded, and must be linearizable.
 *
 * The case asks for NMIs in the kernel log, where whoever runs the machine is
 * looking (boot --inject-nmi in kunit/guest), and is skipped if none come.
 */
#include "words.h"

#ifdef CONFIG_X86_LOCAL_APIC

#include <linux/atomic.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/prandom.h>
#include <linux/sched.h>
#include <asm/nmi.h>

#include "../torture/wgl.h"
#include "model.h"

#define NMI_KEYS	3
#define NMI_CPUS	2
/* How many NMIs have to hit operations of each task, and how long that may take. */
#define NMI_HITS	200
#define NMI_MS		20000

/* How long to wait for the first NMI, and to be sure of the last. */
#define NMI_FIRST_MS	2000
#define NMI_QUIET_MS	200

/* Operations that an actor can record. */
#define NMI_LOG		300000

/* Of a history that cannot be explained, how many events are shown. */
#define NMI_SHOWN	30

/**
 * struct nmi_op - an operation as it happened
 * @op: the operation
 * @invoked: when it began
 * @responded: when it had ended
 */
struct nmi_op {
	struct model_op op;
	u64 invoked, responded;
};

/**
 * struct nmi_actor - a task, or the NMIs on its CPU
 * @random: what it does next
 * @number: which actor it is
 * @log: what it has done
 * @logged: how much of that
 * @pin: a pin that it keeps for a while
 * @pinned: the value that was pinned
 * @changed: how often that had changed
 */
struct nmi_actor {
	struct rnd_state random;
	u32 number;
	struct nmi_op *log;
	u32 logged;
	struct flatmap_pin pin;
	u64 pinned;
	u32 changed;
};

/**
 * struct nmi_cpu - a CPU with a task that NMIs hit
 * @current_task: the task
 * @task: what the task does
 * @nmi: what the NMIs do
 * @came: NMIs so far
 * @inside: has the task passed a hook of the operation it is in?
 * @since: NMIs since then; whether they hit the operation turns out at the next one
 * @hits: NMIs between two hooks of one operation
 */
struct nmi_cpu {
	struct task_struct *current_task;
	struct nmi_actor task, nmi;
	u32 came;
	bool inside;
	u32 since, hits;
};

/**
 * struct nmi - tasks and NMIs
 * @map: the map
 * @clock: the time: counts beginnings and ends of operations
 * @running: are NMIs to operate?
 * @end: when that ends in any case
 * @cpu: who operates on which CPU
 */
static struct nmi {
	struct flatmap *map;
	atomic64_t clock;
	bool running;
	ktime_t end;
	struct nmi_cpu cpu[NMI_CPUS];
} nmi;

/* An actor keeps a pin until its next one, whatever happens to the key. */
static int nmi_pin(struct nmi_actor *actor, struct model_op *op)
{
	int err;

	if (actor->pin.region) {
		actor->changed += *(const u64 *)actor->pin.value != actor->pinned;
		flatmap_unpin(&actor->pin);
		actor->pin.region = NULL;
	}
	err = flatmap_pin(nmi.map, &op->key, &actor->pin);
	if (!err) {
		actor->pinned = *(const u64 *)actor->pin.value;
		op->got = actor->pinned;
	}
	return err;
}

/* Some operation on some key. False if there is no room to record it. */
static bool nmi_operate(struct nmi_actor *actor)
{
	u32 random = prandom_u32_state(&actor->random);
	struct nmi_op *op = &actor->log[actor->logged];

	if (actor->logged == NMI_LOG)
		return false;
	op->op = (struct model_op) {
		.map = nmi.map,
		.key = random % NMI_KEYS,
		.kind = (random >> 8) % MODEL_KINDS,
		.value = 1 + actor->number + (u64)actor->logged * 2 * NMI_CPUS,
	};
	op->invoked = atomic64_inc_return(&nmi.clock);
	if (op->op.kind == MODEL_PIN)
		op->op.result = nmi_pin(actor, &op->op);
	else
		model_do(&op->op);
	op->responded = atomic64_inc_return(&nmi.clock);
	actor->logged++;
	return true;
}

static int nmi_handle(unsigned int type, struct pt_regs *regs)
{
	struct nmi_cpu *cpu = &nmi.cpu[smp_processor_id()];

	WRITE_ONCE(cpu->came, cpu->came + 1);
	if (READ_ONCE(nmi.running)) {
		WRITE_ONCE(cpu->since, cpu->since + READ_ONCE(cpu->inside));
		nmi_operate(&cpu->nmi);
	}
	return NMI_HANDLED;
}

static void nmi_hook(enum fm_hook hook)
{
	struct nmi_cpu *cpu = &nmi.cpu[raw_smp_processor_id()];

	if (!in_task() || READ_ONCE(cpu->current_task) != current)
		return;
	WRITE_ONCE(cpu->hits, cpu->hits + READ_ONCE(cpu->since));
	WRITE_ONCE(cpu->since, 0);
	WRITE_ONCE(cpu->inside, true);
}

static bool nmi_enough(void)
{
	u32 i;

	for (i = 0; i < NMI_CPUS; i++) {
		if (READ_ONCE(nmi.cpu[i].hits) < NMI_HITS)
			return ktime_after(ktime_get(), nmi.end);
	}
	return true;
}

/* A task: operates until the NMIs have hit enough, or its log is full. */
static int nmi_run_task(void *arg)
{
	struct nmi_cpu *cpu = arg;

	WRITE_ONCE(cpu->current_task, current);
	while (READ_ONCE(nmi.running) && nmi_operate(&cpu->task) && !nmi_enough()) {
		WRITE_ONCE(cpu->inside, false);
		WRITE_ONCE(cpu->since, 0);
		cond_resched();
	}
	WRITE_ONCE(nmi.running, false);
	WRITE_ONCE(cpu->current_task, NULL);
	return 0;
}

static void nmi_actor_init(struct kunit *test, struct nmi_actor *actor, u32 number)
{
	prandom_seed_state(&actor->random, 1 + number);
	actor->number = number;
	actor->log = kvcalloc(NMI_LOG, sizeof(*actor->log), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, actor->log);
}

static void nmi_actor_end(struct kunit *test, struct nmi_actor *actor)
{
	if (actor->pin.region)
		flatmap_unpin(&actor->pin);
	KUNIT_EXPECT_EQ(test, actor->changed, 0);
}

/* Have NMIs come, on CPU 0, that long? */
static bool nmi_comes_within(u32 ms)
{
	ktime_t end = ktime_add_ms(ktime_get(), ms);
	u32 came = READ_ONCE(nmi.cpu[0].came);

	while (READ_ONCE(nmi.cpu[0].came) == came) {
		if (ktime_after(ktime_get(), end))
			return false;
		cpu_relax();
	}
	return true;
}

/* The case in between has to see to it that no NMI finds nobody to handle it. */
static void nmi_call_off(struct kunit *test)
{
	ktime_t end = ktime_add_ms(ktime_get(), NMI_MS);

	kunit_info(test, "inject-nmi off\n");
	while (nmi_comes_within(NMI_QUIET_MS) && ktime_before(ktime_get(), end))
		cond_resched();
	unregister_nmi_handler(NMI_LOCAL, "flatmap_nmi");
}

/**
 * struct nmi_event - an operation begins or ends
 * @op: the operation
 * @actor: whose
 */
struct nmi_event {
	const struct nmi_op *op;
	u32 actor;
};

static void nmi_gather(struct nmi_event *event, const struct nmi_actor *actor)
{
	u32 i;

	for (i = 0; i < actor->logged; i++) {
		const struct nmi_op *op = &actor->log[i];

		event[op->invoked] = (struct nmi_event){ op, actor->number };
		event[op->responded] = (struct nmi_event){ op, actor->number };
	}
}

static bool nmi_model(const void *op, u64 *state)
{
	return model_step(&((const struct nmi_op *)op)->op, state);
}

/* What happened to the key up to the response that cannot be explained. */
static void nmi_show(struct kunit *test, const struct nmi_event *event, u64 wrong, u64 key)
{
	u64 at = wrong, left = NMI_SHOWN;

	while (at > 1 && left)
		left -= event[--at].op->op.key == key;
	for (; at <= wrong; at++) {
		const struct model_op *op = &event[at].op->op;

		if (op->key != key)
			continue;
		kunit_err(test, "%s %u %s: kind %d, value %llu: %d, got %llu\n",
			  event[at].actor & 1 ? "NMI on" : "task on", event[at].actor / 2,
			  at == event[at].op->invoked ? "begins" : "ends", op->kind,
			  op->value, op->result, op->got);
	}
}

/* Is there an order of the operations on the key that explains all results? */
static void nmi_check(struct kunit *test, const struct nmi_event *event, u64 key)
{
	enum wgl_verdict verdict = WGL_FINE;
	u64 at, end = atomic64_read(&nmi.clock);
	struct wgl wgl;

	KUNIT_ASSERT_EQ(test, wgl_init(&wgl, nmi_model, MODEL_ABSENT), 0);
	for (at = 1; at <= end && verdict == WGL_FINE; at++) {
		if (event[at].op->op.key != key)
			continue;
		if (event[at].op->invoked == at)
			wgl_invoke(&wgl, event[at].actor, event[at].op);
		else
			verdict = wgl_respond(&wgl, event[at].actor);
	}
	wgl_free(&wgl);
	KUNIT_EXPECT_EQ_MSG(test, verdict, WGL_FINE, "key %llu", key);
	if (verdict != WGL_FINE)
		nmi_show(test, event, at - 1, key);
	cond_resched();
}

static void nmi_check_all(struct kunit *test)
{
	struct nmi_event *event = kvcalloc(atomic64_read(&nmi.clock) + 1, sizeof(*event),
					   GFP_KERNEL);
	u64 key;
	u32 i;

	KUNIT_ASSERT_NOT_NULL(test, event);
	for (i = 0; i < NMI_CPUS; i++) {
		nmi_gather(event, &nmi.cpu[i].task);
		nmi_gather(event, &nmi.cpu[i].nmi);
	}
	for (key = 0; key < NMI_KEYS; key++)
		nmi_check(test, event, key);
	kvfree(event);
}

static void nmi_hits_tasks(struct kunit *test)
{
	struct fx_thread thread;
	u32 i;

	memset(&nmi, 0, sizeof(nmi));
	nmi.map = fx_map64(test, NMI_KEYS);
	for (i = 0; i < NMI_CPUS; i++) {
		nmi_actor_init(test, &nmi.cpu[i].task, 2 * i);
		nmi_actor_init(test, &nmi.cpu[i].nmi, 2 * i + 1);
	}
	KUNIT_ASSERT_EQ(test, register_nmi_handler(NMI_LOCAL, nmi_handle, 0, "flatmap_nmi"),
			0);
	kunit_info(test, "inject-nmi on\n");
	if (!nmi_comes_within(NMI_FIRST_MS)) {
		nmi_call_off(test);
		kunit_skip(test, "nobody sends NMIs here");
	}

	WRITE_ONCE(fm_hook_function, nmi_hook);
	nmi.end = ktime_add_ms(ktime_get(), NMI_MS);
	WRITE_ONCE(nmi.running, true);
	fx_start(test, &thread, 1, nmi_run_task, &nmi.cpu[1]);
	nmi_run_task(&nmi.cpu[0]);
	fx_join(&thread);
	nmi_call_off(test);
	WRITE_ONCE(fm_hook_function, NULL);

	for (i = 0; i < NMI_CPUS; i++) {
		struct nmi_cpu *cpu = &nmi.cpu[i];

		kunit_info(test, "CPU %u: %u operations, %u more in NMIs, %u hits\n", i,
			   cpu->task.logged, cpu->nmi.logged, cpu->hits);
		KUNIT_EXPECT_GE(test, cpu->hits, NMI_HITS);
		nmi_actor_end(test, &cpu->task);
		nmi_actor_end(test, &cpu->nmi);
	}
	nmi_check_all(test);
}

static void nmi_exit(struct kunit *test)
{
	u32 i;

	for (i = 0; i < NMI_CPUS; i++) {
		kvfree(nmi.cpu[i].task.log);
		kvfree(nmi.cpu[i].nmi.log);
	}
}

#else

static void nmi_hits_tasks(struct kunit *test)
{
	kunit_skip(test, "no NMIs on this machine");
}

static void nmi_exit(struct kunit *test)
{
}

#endif

static struct kunit_case nmi_cases[] = {
	KUNIT_CASE(nmi_hits_tasks),
	{}
};

static struct kunit_suite nmi_suite = {
	.name = "nmi",
	.suite_init = fx_suite_init,
	.suite_exit = fx_suite_exit,
	.init = words_case_init,
	.exit = nmi_exit,
	.test_cases = nmi_cases,
};

kunit_test_suite(nmi_suite);
