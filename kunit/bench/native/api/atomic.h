/* SPDX-License-Identifier: GPL-2.0 */
/* linux/atomic.h: every change is a locked instruction. */
#ifndef BENCH_NATIVE_ATOMIC_H
#define BENCH_NATIVE_ATOMIC_H

typedef struct { int counter; } atomic_t;
typedef struct { s64 counter; } atomic64_t;
typedef struct { long counter; } atomic_long_t;

#define ATOMIC_INIT(n)			{ n }
#define ATOMIC64_INIT(n)		{ n }

#define native_add(n, v)		__atomic_add_fetch(&(v)->counter, n, __ATOMIC_SEQ_CST)
#define native_fetch(what, n, v)	__atomic_fetch_##what(&(v)->counter, n, __ATOMIC_SEQ_CST)

#define atomic_read(v)			READ_ONCE((v)->counter)
#define atomic_read_acquire(v)		smp_load_acquire(&(v)->counter)
#define atomic_set(v, n)		WRITE_ONCE((v)->counter, n)
#define atomic_inc(v)			((void)native_add(1, v))
#define atomic_dec(v)			((void)native_add(-1, v))
#define atomic_dec_return_release(v)	native_add(-1, v)
#define atomic_dec_and_test(v)		(!native_add(-1, v))
#define atomic_fetch_inc_release(v)	native_fetch(add, 1, v)
#define atomic_fetch_or(bits, v)	native_fetch(or, bits, v)
#define atomic_fetch_andnot(bits, v)	native_fetch(and, ~(bits), v)

#define atomic64_read(v)		READ_ONCE((v)->counter)
#define atomic64_set(v, n)		WRITE_ONCE((v)->counter, n)
#define atomic64_inc(v)			((void)native_add(1, v))
#define atomic64_dec(v)			((void)native_add(-1, v))
#define atomic64_add(n, v)		((void)native_add(n, v))
#define atomic64_sub(n, v)		((void)native_add(-(n), v))
#define atomic64_inc_return(v)		native_add(1, v)
#define atomic_inc_return(v)		native_add(1, v)
#define atomic64_add_return(n, v)	native_add(n, v)
#define atomic64_try_cmpxchg(v, old, new)	try_cmpxchg(&(v)->counter, old, new)

/* asm/local64.h: what only one CPU changes, as an unlocked instruction. */
typedef struct { s64 counter; } local64_t;

static inline s64 local64_add_return(s64 n, local64_t *v)
{
	s64 was = n;

	asm("xaddq %0, %1" : "+r" (was), "+m" (v->counter) : : "memory", "cc");
	return was + n;
}

#define atomic_long_read(v)		READ_ONCE((v)->counter)

#endif /* BENCH_NATIVE_ATOMIC_H */
