/* SPDX-License-Identifier: GPL-2.0 */
/*
 * linux/preempt.h, linux/percpu.h, linux/cpumask.h, linux/smp.h, linux/irqflags.h,
 * linux/kthread.h, linux/sched.h
 *
 * A thread of userspace can be preempted anywhere, so none owns its processor's data. Here
 * each thread is a processor of its own: those that are timed are the first ones, and each
 * runs where its number says. preempt_disable() counts, as it does in the kernel, and in
 * the same word rcu_read_lock() does (grace.h).
 */
#ifndef BENCH_NATIVE_THREADS_H
#define BENCH_NATIVE_THREADS_H

/* Threads that are timed, the one that tells them to, and helpers: workers, grace periods. */
#define NATIVE_TIMED		2
#define NATIVE_THREADS		16
#define CONFIG_NR_CPUS		NATIVE_THREADS

/**
 * struct native_thread - a thread, as others see it
 * @nesting: of sections that grace periods wait for
 * @passes: how often it was seen to be in none
 * @irqs_off: in place of the processor's flag
 * @number: of the processor that it is
 * @offset: from the data of processor 0 to its own
 */
struct native_thread {
	u32 nesting;
	u32 passes;
	unsigned long irqs_off;
	u32 number;
	unsigned long offset;
} __aligned(64);

extern __thread struct native_thread native_self __attribute__((tls_model("local-exec")));

/* All threads that there are, NULL for those that are not. */
extern struct native_thread *native_threads[NATIVE_THREADS];

/* Be processor @number, or one of the helpers. */
void native_be(u32 number);
void native_be_helper(void);

static __always_inline void native_enter(void)
{
	native_self.nesting++;
	barrier();
}

static __always_inline void native_leave(void)
{
	barrier();
	native_self.nesting--;
}

/* Outside of all sections: a grace period need not wait for this thread. */
static inline void native_pass(void)
{
	if (!native_self.nesting)
		WRITE_ONCE(native_self.passes, native_self.passes + 1);
}

#define preempt_disable()		native_enter()
#define preempt_enable()		native_leave()
#define preempt_disable_notrace()	native_enter()
#define preempt_enable_notrace()	native_leave()
#define preemptible()			(!native_self.nesting)
#define in_nmi()			false
#define in_hardirq()			false
#define cond_resched()			native_pass()

#define local_irq_save(flags) do {					\
	(flags) = native_self.irqs_off;					\
	WRITE_ONCE(native_self.irqs_off, 1);				\
	barrier();							\
} while (0)
#define local_irq_restore(flags) do {					\
	barrier();							\
	WRITE_ONCE(native_self.irqs_off, flags);			\
} while (0)

/* Room for the data of each processor, one after the other. */
#define NATIVE_PERCPU_ROOM	SZ_256K

void *native_percpu_alloc(size_t size);

#define alloc_percpu(type)		((type *)native_percpu_alloc(sizeof(type)))
#define free_percpu(pointer)		((void)(pointer))
#define per_cpu_ptr(pointer, cpu) \
	((typeof(pointer))((char *)(pointer) + (size_t)(cpu) * NATIVE_PERCPU_ROOM))
#define this_cpu_ptr(pointer) \
	((typeof(pointer))((char *)(pointer) + native_self.offset))
#define for_each_possible_cpu(cpu)	for ((cpu) = 0; (cpu) < NATIVE_THREADS; (cpu)++)
#define smp_processor_id()		((int)native_self.number)

/* What is sized by the number of processors is sized by those of the machine. */
unsigned int num_online_cpus(void);

#define num_possible_cpus()		num_online_cpus()
#define nr_cpu_ids			((int)num_online_cpus())
#define cpu_online_mask			NULL
#define HK_TYPE_DOMAIN			0
#define housekeeping_cpumask(what)	((void)(what), NULL)
#define cpumask_first(mask)		((void)(mask), 0)
#define cpumask_next(cpu, mask)		((void)(mask), (cpu) + 1)
#define cpumask_next_and(cpu, a, b)	((void)(a), (void)(b), (cpu) + 1)
#define cpumask_first_and(a, b)		((void)(a), (void)(b), 0)

/* Threads that are timed stay; a task is something that one of them runs. */
struct task_struct;

struct task_struct *kthread_create_on_cpu(int (*run)(void *data), void *data, u32 cpu,
					  const char *name);
int wake_up_process(struct task_struct *task);
int kthread_stop_put(struct task_struct *task);

#define get_task_struct(task)		((void)(task))
#define current				NULL
#define signal_pending(task)		((void)(task), false)
#define fatal_signal_pending(task)	((void)(task), false)
void schedule_timeout_idle(long ticks);

#define msleep(ms)			schedule_timeout_idle(ms)

#endif /* BENCH_NATIVE_THREADS_H */
