/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the shipped sources take from the kernel's headers, for userspace. It is
 * included before every file; the headers they name are empty here.
 *
 * Accesses to shared memory and barriers go to the explorer.
 */
#ifndef _EXPLORE_KERNEL_H
#define _EXPLORE_KERNEL_H

#define _GNU_SOURCE
#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "access.h"

#define CONFIG_64BIT				1
#define CONFIG_ARCH_HAVE_NMI_SAFE_CMPXCHG	1
#define CONFIG_NR_CPUS				EX_CPUS
#define IS_ENABLED(CONFIG_option)		__is_defined(CONFIG_option)

/* linux/compiler.h, linux/kconfig.h, linux/build_bug.h */
#define likely(x)		__builtin_expect(!!(x), 1)
#define unlikely(x)		__builtin_expect(!!(x), 0)
#define barrier()		__atomic_signal_fence(__ATOMIC_SEQ_CST)
#define __percpu
#define __bitwise
#define __aligned(n)		ATTRIBUTE(aligned(n))
#define notrace
#define noinline_for_stack
#define BUILD_BUG_ON(x)		static_assert(!(x), #x)

#define __ARG_PLACEHOLDER_1			0,
#define __take_second_arg(ignored, value, ...)	value
#define ____is_defined(junk)			__take_second_arg(junk 1, 0)
#define ___is_defined(value)			____is_defined(__ARG_PLACEHOLDER_##value)
#define __is_defined(name)			___is_defined(name)

#define container_of(pointer, type, member) \
	((type *)((char *)(pointer) - offsetof(type, member)))

/* Shared memory: asm/barrier.h, linux/compiler.h, linux/atomic.h */
#define ex_at(pointer, kind, what, old, new) ({				\
	typeof(pointer) ex_word = (pointer);				\
	EX_SITE(what, __builtin_classify_type(*ex_word) ==		\
		      __builtin_classify_type((void *)0));		\
									\
	static_assert(sizeof(*ex_word) == 1 || sizeof(*ex_word) == 4 ||	\
		      sizeof(*ex_word) == 8, "a word or part of one");	\
	(typeof(*ex_word))(unsigned long)ex_access(&here, ex_word,	\
		sizeof(*ex_word), kind, (unsigned long)(old),		\
		(unsigned long)(new));					\
})

#define READ_ONCE(x)		ex_at(&(x), EX_READ, EX_RELAXED, 0, 0)
#define WRITE_ONCE(x, value) \
	((void)ex_at(&(x), EX_WRITE, EX_RELAXED, 0, (typeof(x))(value)))
#define smp_load_acquire(pointer)	ex_at(pointer, EX_READ, EX_ACQUIRE, 0, 0) /* views.c */
#define smp_store_release(pointer, value) ({	/* views.c */		\
	typeof(pointer) releases = (pointer);				\
									\
	(void)ex_at(releases, EX_WRITE, EX_RELEASE, 0,			\
		    (typeof(*releases))(value));			\
})
#define cmpxchg(pointer, old, new)	ex_at(pointer, EX_CMPXCHG, EX_FULL, old, new)
#define xchg(pointer, new)		ex_at(pointer, EX_XCHG, EX_FULL, 0, new)
#define try_cmpxchg(pointer, old, new) ({				\
	typeof(old) expected = (old);					\
	typeof(*expected) wanted = *expected;				\
									\
	*expected = cmpxchg(pointer, wanted, new);			\
	*expected == wanted;						\
})
#define ex_barrier(what) ({						\
	EX_SITE(what, false);						\
									\
	ex_fence(&here);						\
})
#define smp_mb()			ex_barrier(EX_MB)	/* views.c */
#define smp_rmb()			ex_barrier(EX_RMB)	/* views.c */
#define smp_wmb()			ex_barrier(EX_WMB)	/* views.c */

/*
 * Counters: whoever adds to one goes on with what it does, so threads do not switch
 * there. They come to the same whatever the order.
 */
typedef struct { int counter; } atomic_t;
typedef struct { s64 counter; } atomic64_t;
#define ATOMIC_INIT(n)			{ n }
#define ATOMIC64_INIT(n)		{ n }
#define ex_add(n, v) ({				\
	typeof(v) adds_to = (v);		\
						\
	ex_touch(adds_to);			\
	adds_to->counter += (n);		\
})
#define atomic_read(v) ({						\
	typeof(v) reads = (v);						\
									\
	ex_calling ? READ_ONCE(reads->counter) : reads->counter;	\
})
#define atomic_set(v, n)		((void)((v)->counter = (n)))
#define atomic_read_acquire(v) ({					\
	typeof(v) reads = (v);						\
									\
	/* views.c */							\
	ex_calling ? smp_load_acquire(&reads->counter) : reads->counter; \
})
#define atomic_inc(v)			((void)ex_add(1, v))
#define atomic_inc_return(v)		ex_add(1, v)
#define atomic_dec_return_release(v)	(ex_change(v, was - 1, EX_RELEASE) - 1)
#define atomic_fetch_inc_release(v)	ex_change(v, was + 1, EX_RELEASE)
#define atomic_dec_and_test(v)		(!ex_add(-1, v))
#define atomic64_read(v)		((v)->counter)
#define atomic64_set(v, n)		((void)((v)->counter = (n)))
#define atomic64_add_return(n, v)	ex_add(n, v)
#define atomic64_add(n, v)		((void)ex_add(n, v))
typedef struct { s64 counter; } local64_t;
#define local64_add_return(n, v)	ex_add(n, v)
#define atomic64_sub(n, v)		((void)ex_add(-(n), v))
#define atomic64_inc(v)			((void)ex_add(1, v))
#define atomic64_inc_return(v)		ex_add(1, v)
#define atomic64_try_cmpxchg(v, old, new) \
	((void)ex_add((new) - *(old), v), true)	/* read just before */
#define atomic64_dec(v)			((void)ex_add(-1, v))

/* Those that call workers are words like others in scenarios about that; @to is of @was. */
#define ex_change(v, to, order) ({					\
	typeof(v) changes = (v);					\
	int was, becomes;						\
									\
	ex_touch(changes);						\
	do {								\
		was = changes->counter;					\
		becomes = (to);						\
	} while (ex_calling &&						\
		 ex_at(&changes->counter, EX_CMPXCHG, order, was,	\
		       becomes) != was);				\
	if (!ex_calling)						\
		changes->counter = becomes;				\
	was;								\
})
#define atomic_fetch_or(bits, v)	ex_change(v, was | (int)(bits), EX_FULL)
#define atomic_fetch_andnot(bits, v)	ex_change(v, was & ~(int)(bits), EX_FULL)

/* linux/bits.h, linux/bitfield.h, linux/bitops.h, linux/bitmap.h */
#define BIT(n)			(1UL << (n))
#define BIT_ULL(n)		(1ULL << (n))
#define GENMASK_ULL(high, low)	((~0ULL << (low)) & (~0ULL >> (63 - (high))))
#define FIELD_GET(mask, word)	(((word) & (mask)) >> __builtin_ctzll(mask))
#define FIELD_PREP(mask, value)	(((u64)(value) << __builtin_ctzll(mask)) & (mask))
#define FIELD_MAX(mask)		((mask) >> __builtin_ctzll(mask))
#define FIELD_FIT(mask, value)	(!((u64)(value) & ~FIELD_MAX(mask)))
#define __ffs(word)		((u32)__builtin_ctzl(word))
#define __fls(word)		((u32)(63 - __builtin_clzl(word)))
#define BITS_PER_LONG		64
#define BITS_TO_LONGS(n)	DIV_ROUND_UP(n, BITS_PER_LONG)

static inline u64 rol64(u64 word, u32 n)
{
	return word << n | word >> (-n & 63);
}

static inline bool test_bit(u32 bit, const unsigned long *map)
{
	return map[bit / BITS_PER_LONG] >> bit % BITS_PER_LONG & 1;
}

static inline void __set_bit(u32 bit, unsigned long *map)
{
	map[bit / BITS_PER_LONG] |= 1UL << bit % BITS_PER_LONG;
}

static inline bool __test_and_set_bit(u32 bit, unsigned long *map)
{
	bool was = test_bit(bit, map);

	__set_bit(bit, map);
	return was;
}

static inline u32 find_first_zero_bit(const unsigned long *map, u32 bits)
{
	u32 bit = 0;

	while (bit < bits && test_bit(bit, map))
		bit++;
	return bit;
}

/* linux/minmax.h, linux/math64.h, linux/log2.h, linux/limits.h, linux/sort.h, linux/string.h */
#define min(x, y) ({				\
	typeof(x) first = (x);			\
	typeof(y) second = (y);			\
						\
	first < second ? first : second;	\
})
#define max(x, y) ({				\
	typeof(x) first = (x);			\
	typeof(y) second = (y);			\
						\
	first > second ? first : second;	\
})
#define min_t(type, x, y)	min((type)(x), (type)(y))
#define max_t(type, x, y)	max((type)(x), (type)(y))
#define DIV_ROUND_UP(n, by) ({ typeof(by) unit = (by); ((n) + unit - 1) / unit; })
#define DIV_ROUND_UP_ULL(n, by)	DIV_ROUND_UP((u64)(n), (u64)(by))
#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))
#define div_u64(n, by)		((u64)(n) / (u32)(by))
#define div64_u64(n, by)	((u64)(n) / (u64)(by))
#define U64_MAX			(~0ULL)
#define ULONG_MAX		(~0UL)
#define UINT_MAX		(~0U)
#define SZ_8K			(8U << 10)
#define SZ_256K			(256U << 10)
#define SZ_1M			(1024U << 10)
#define SZ_512K			(512U << 10)
#define SZ_1G			(1024U << 20)
#define ilog2(n)		__fls(n)
#define mul_u64_u64_shr(a, b, shift) \
	((u64)((__uint128_t)(a) * (b) >> (shift)))

static inline u64 ALIGN(u64 n, u64 to)
{
	return (n + to - 1) & ~(to - 1);
}

static inline u32 order_base_2(u64 n)
{
	return n > 1 ? 64 - __builtin_clzll(n - 1) : 0;
}

#define sort_r(base, n, size, compare, swap, private) \
	((void)(swap), qsort_r(base, n, size, (__compar_d_fn_t)(compare), \
			       (void *)(private)))
#define roundup_pow_of_two(n)	(1UL << order_base_2(n))

static inline const void *memchr_inv(const void *start, int c, size_t bytes)
{
	const u8 *at = start;

	for (; bytes && *at == (u8)c; at++)
		bytes--;
	return bytes ? at : NULL;
}

/* linux/err.h, linux/printk.h, linux/sched.h, linux/kcsan-checks.h */
#define ERR_PTR(error)		((void *)(long)(error))
#define PTR_ERR(pointer)	((long)(pointer))
#define IS_ERR(pointer)		((unsigned long)(pointer) >= -4095UL)
#define ERR_CAST(pointer)	((void *)(pointer))
#define pr_err(...)		ex_complain(__VA_ARGS__)
#define cond_resched()		do { } while (0)
#define current			NULL
#define signal_pending(task)	((void)(task), false)
#define fatal_signal_pending(task)	signal_pending(task)
#define schedule_timeout_idle(time)	((void)(time))
#define kcsan_nestable_atomic_begin()	barrier()
#define kcsan_nestable_atomic_end()	barrier()

/* Memory: linux/gfp.h, linux/slab.h, linux/vmalloc.h, linux/mm.h, linux/memcontrol.h */
typedef u32 __bitwise gfp_t;
#define GFP_KERNEL		1
#define GFP_ATOMIC		0	/* as for callers that may not allocate */
#define GFP_NOWAIT		0
#define GFP_KERNEL_ACCOUNT	GFP_KERNEL
#define __GFP_ACCOUNT		0
#define __GFP_KSWAPD_RECLAIM	0
#define __GFP_NOMEMALLOC	0
#define __GFP_NORETRY		0
#define __GFP_ZERO		0
#define __GFP_NOWARN		0
#define __GFP_RETRY_MAYFAIL	0
#define MAX_PAGE_ORDER		10
#define PAGE_SHIFT		12
#define PAGE_SIZE		BIT(PAGE_SHIFT)
#define PMD_SIZE		BIT(21)
#define get_order(bytes)	((bytes) >> 23 ? MAX_PAGE_ORDER + 1 : 0)
#define gfpflags_allow_blocking(gfp)	((gfp) & GFP_KERNEL)
#define current_gfp_context(gfp)	(gfp)
#define kzalloc(size, gfp)		((void)(gfp), ex_alloc(size, 64))
#define kvzalloc(size, gfp)		ex_alloc(size, 64)
#define kmalloc(size, gfp)		malloc(size)
#define kmemdup(from, size, gfp) ({		\
	size_t bytes = (size);			\
						\
	memcpy(malloc(bytes + 1), from, bytes);	\
})
#define kvcalloc(n, size, gfp)		calloc(n, size)
#define kfree(pointer)			ex_free((void *)(pointer))
#define kvfree(pointer)			ex_free(pointer)
#define alloc_pages_exact(size, gfp)	((void)(gfp), ex_alloc_region(size, 64))
#define free_pages_exact(pointer, size)	((void)(size), ex_free(pointer))
#define is_vmalloc_addr(pointer)	((void)(pointer), false)
#define vmalloc_huge(size, gfp)		((void)(gfp), ex_alloc_region(size, 64))
#define __vmalloc(size, gfp)		vmalloc_huge(size, gfp)
#define vfree(pointer)			ex_free(pointer)
#define get_mem_cgroup_from_mm(mm)	((struct mem_cgroup *)NULL)
#define mem_cgroup_put(memcg)		((void)(memcg))
#define set_active_memcg(memcg)		((void)(memcg), (struct mem_cgroup *)NULL)
#define totalram_pages()		BIT(48)
#define si_mem_available()		(0L + (s64)BIT(48))
#define prefetch(pointer)		((void)(pointer))
#define prefetchw(pointer)		((void)(pointer))

/* CPUs: linux/percpu.h, linux/cpumask.h, linux/preempt.h */
#define alloc_percpu(type)		((type *)ex_alloc(sizeof(type) * EX_CPUS, 64))
#define free_percpu(pointer)	((void)(pointer))
#define per_cpu_ptr(pointer, cpu)	(&(pointer)[cpu])
#define this_cpu_ptr(pointer)		per_cpu_ptr(pointer, ex_cpu())
#define for_each_possible_cpu(cpu) \
	for (u32 *possible = ex_first_cpu(&(cpu)); *possible < EX_CPUS; ++*possible)
#define num_possible_cpus()		ex_possible_cpus
#define in_nmi()			false
#define preemptible()			false
#define smp_processor_id()		0
#define nr_cpu_ids			EX_CPUS
#define cpu_online_mask			NULL
#define HK_TYPE_DOMAIN			0
#define housekeeping_cpumask(what)	((void)(what), NULL)
#define cpumask_next_and(cpu, a, b)	((void)(a), (void)(b), (cpu) + 1)
#define cpumask_first_and(a, b)		((void)(a), (void)(b), 0)

static inline u32 *ex_first_cpu(u32 *cpu)
{
	*cpu = 0;
	return cpu;
}

/* The hash of the scenarios is the identity, so that keys collide as wished. */
#define get_random_bytes(to, size)	memset(to, 0, size)
#define siphash_key_t			struct { u64 key[2]; }
#define siphash_1u64(word, seed)	((void)(word), siphash(NULL, 0, seed))
#define siphash(key, size, seed) \
	((void)(seed), ex_violate("a region's hash is not the map's"), 0)

/* linux/moduleparam.h, linux/sysfs.h, linux/tracepoint.h */
struct kernel_param { void *arg; };
struct kernel_param_ops {
	int (*set)(const char *value, const struct kernel_param *param);
	int (*get)(char *buffer, const struct kernel_param *param);
};

#define module_param_cb(name, ops, arg, mode) \
	static_assert(__builtin_types_compatible_p(typeof(*(ops)), \
						   const struct kernel_param_ops), #name)
#define sysfs_match_string(names, name)	((void)(names), (void)(name), -EINVAL)
#define sysfs_emit(buffer, ...)		sprintf(buffer, __VA_ARGS__)
#define kstrtoul(value, base, result)	((void)(value), *(result) = 0, 0)
#define param_get_ulong			NULL
#define MODULE_PARM_DESC(name, text)
#define TP_PROTO(...)			__VA_ARGS__
#define TRACE_EVENT(name, proto, ...)	static inline void trace_##name(proto) { }

/* Time does not pass: linux/jiffies.h, linux/ktime.h */
typedef s64 ktime_t;
#define HZ				250
#define jiffies				0UL
#define time_before(a, b)		((long)((a) - (b)) < 0)
#define ktime_get()			((ktime_t)0)
#define ktime_sub(a, b)			((a) - (b))
#define ktime_to_ns(time)		(time)

#include "grace.h"

/* The worker runs where a scenario says so: linux/workqueue.h, linux/wait.h */
struct cpumask;
struct workqueue_struct { int unused; };
struct wait_queue_head { int unused; };
#define wait_queue_head_t		struct wait_queue_head
#define LINUX_VERSION_CODE		KERNEL_VERSION(6, 1, 0)
#define KERNEL_VERSION(a, b, c)		(((a) << 16) + ((b) << 8) + (c))
#define WORK_CPU_UNBOUND		EX_CPUS
#define WQ_UNBOUND			0
#define WQ_CPU_INTENSIVE		0
#define WQ_HIGHPRI			0
#define WQ_MEM_RECLAIM			0
#define INIT_WORK(work, does)		((work)->function = (does))
#define queue_work_on(cpu, queue, work)	((void)(cpu), queue_work(queue, work))
#define queue_work(queue, work) ({					\
	struct work_struct *queued = (work);				\
									\
	(void)(queue);							\
	ex_touch(queued); /* what is beside it has been written, too */	\
	if (ex_calling)							\
		(void)xchg(&queued->pending, 1);			\
})
#define INIT_DELAYED_WORK(later, does)	INIT_WORK(&(later)->work, does)
#define to_delayed_work(of)		container_of(of, struct delayed_work, work)
#define queue_delayed_work(queue, later, time)	((void)(time), queue_work(queue, &(later)->work))
#define mod_delayed_work(queue, later, time)	queue_delayed_work(queue, later, time)
#define flush_delayed_work(later)	((void)(later), false)
#define cancel_delayed_work_sync(later)	((void)(later))
#define flush_work(work)		((void)(work), false)
#define cancel_work_sync(work)		((void)(work))
#define alloc_workqueue(name, flags, max)	((struct workqueue_struct *)calloc(1, 8))
#define destroy_workqueue(queue)	free(queue)
#define DECLARE_WAIT_QUEUE_HEAD(name)	wait_queue_head_t name
#define init_waitqueue_head(queue)	((void)(queue))
#define wait_event(queue, condition)	((void)(condition))
#define wait_event_timeout(queue, condition, time)	((void)(time), (condition))
#define wait_event_killable(queue, condition)	((void)(condition), 0)
#define wait_event_killable_timeout(queue, condition, time)	((void)(time), (void)(condition))
#define wake_up(queue)			((void)(queue))
#define wake_up_all(queue)		((void)(queue))

#endif /* _EXPLORE_KERNEL_H */
