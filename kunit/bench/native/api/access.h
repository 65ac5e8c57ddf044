/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Shared memory: asm/barrier.h, asm-generic/rwonce.h, asm/cmpxchg.h. x86 orders all but a
 * store and a later load, so only smp_mb() is an instruction; what exchanges is locked.
 */
#ifndef BENCH_NATIVE_ACCESS_H
#define BENCH_NATIVE_ACCESS_H

#define barrier()		__asm__ __volatile__("" : : : "memory")
#define smp_mb()		__asm__ __volatile__("lock; addl $0,-4(%%rsp)" : : : "memory", "cc")
#define smp_rmb()		barrier()
#define smp_wmb()		barrier()
#define cpu_relax()		__asm__ __volatile__("rep; nop" : : : "memory")

#define READ_ONCE(x)		(*(const volatile typeof(x) *)&(x))
#define WRITE_ONCE(x, value)	(*(volatile typeof(x) *)&(x) = (value))

#define smp_load_acquire(pointer) ({					\
	typeof(*(pointer)) loaded = READ_ONCE(*(pointer));		\
									\
	barrier();							\
	loaded;								\
})
#define smp_store_release(pointer, value) do {				\
	barrier();							\
	WRITE_ONCE(*(pointer), value);					\
} while (0)

#define xchg(pointer, new)	__atomic_exchange_n(pointer, new, __ATOMIC_SEQ_CST)
#define try_cmpxchg(pointer, old, new) \
	__atomic_compare_exchange_n(pointer, old, new, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)
#define cmpxchg(pointer, old, new) ({					\
	typeof(*(pointer)) expected = (old);				\
									\
	try_cmpxchg(pointer, &expected, new);				\
	expected;							\
})

#endif /* BENCH_NATIVE_ACCESS_H */
