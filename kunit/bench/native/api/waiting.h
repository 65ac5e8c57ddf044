/* SPDX-License-Identifier: GPL-2.0 */
/* linux/wait.h, linux/completion.h, linux/jiffies.h, linux/ktime.h */
#ifndef BENCH_NATIVE_WAITING_H
#define BENCH_NATIVE_WAITING_H

typedef s64 ktime_t;

#define HZ			1000
#define NSEC_PER_MSEC		1000000UL
#define jiffies			(ktime_get_ns() / NSEC_PER_MSEC)
#define time_before(a, b)	((long)((a) - (b)) < 0)
#define ktime_get()		((ktime_t)ktime_get_ns())
#define ktime_sub(a, b)		((a) - (b))
#define ktime_to_ns(time)	(time)

unsigned long ktime_get_ns(void);

/* Who waits sleeps until @events is another number than it was before it looked. */
typedef struct wait_queue_head {
	u32 events;
	u32 waiters;
} wait_queue_head_t;

#define DECLARE_WAIT_QUEUE_HEAD(name)	wait_queue_head_t name
#define init_waitqueue_head(queue)	((void)(*(queue) = (wait_queue_head_t){ 0 }))

/* Waits for so many ticks at most, 0 for as long as it takes. */
u32 native_wait_begin(wait_queue_head_t *queue);
void native_wait_sleep(wait_queue_head_t *queue, u32 events, unsigned long ticks);
void native_wait_end(wait_queue_head_t *queue);
void wake_up_all(wait_queue_head_t *queue);

#define wake_up(queue)			wake_up_all(queue)

#define native_wait(queue, condition, ticks) ({				\
	wait_queue_head_t *waits = &(queue);				\
	unsigned long waited_from = jiffies, most = (ticks);		\
	bool came;							\
									\
	while (!(came = (condition)) &&					\
	       (!most || jiffies - waited_from < most)) {		\
		u32 before = native_wait_begin(waits);			\
									\
		if (!(condition))					\
			native_wait_sleep(waits, before, most);		\
		native_wait_end(waits);					\
	}								\
	came;								\
})
#define wait_event(queue, condition)			((void)native_wait(queue, condition, 0))
#define wait_event_killable(queue, condition)		(native_wait(queue, condition, 0), 0)
#define wait_event_timeout(queue, condition, ticks)	native_wait(queue, condition, ticks)
#define wait_event_killable_timeout(queue, condition, ticks) \
	((void)native_wait(queue, condition, ticks))

struct completion {
	u32 done;
	wait_queue_head_t wait;
};

#define init_completion(x)		((void)(*(x) = (struct completion){ 0 }))
#define reinit_completion(x)		((void)((x)->done = 0))
#define wait_for_completion(x)		wait_event((x)->wait, smp_load_acquire(&(x)->done))
#define complete(x) do {						\
	smp_store_release(&(x)->done, 1);				\
	wake_up_all(&(x)->wait);					\
} while (0)

#endif /* BENCH_NATIVE_WAITING_H */
