/* SPDX-License-Identifier: GPL-2.0 */
/*
 * linux/spinlock.h, linux/mutex.h. A lock that nobody has is taken by one compare-and-swap
 * and released by a store of one byte, as the kernel's queued lock is. Who waits here has
 * no place in a queue, which would be seen where many threads wait; two do not.
 */
#ifndef BENCH_NATIVE_LOCKS_H
#define BENCH_NATIVE_LOCKS_H

typedef struct {
	union {
		u32 word;
		u8 locked;
	};
} spinlock_t;

void native_spin(spinlock_t *lock);

#define spin_lock_init(lock)		((void)((lock)->word = 0))

static __always_inline void spin_lock(spinlock_t *lock)
{
	u32 free = 0;

	native_enter();
	if (unlikely(!try_cmpxchg(&lock->word, &free, 1)))
		native_spin(lock);
}

static __always_inline void spin_unlock(spinlock_t *lock)
{
	smp_store_release(&lock->locked, 0);
	native_leave();
}

/* 0: nobody has it, 1: somebody, 2: and somebody may wait. */
struct mutex { u32 word; };
struct lock_class_key { };

void mutex_lock(struct mutex *mutex);
void mutex_unlock(struct mutex *mutex);

#define mutex_init_with_key(mutex, key)	((void)(key), (void)((mutex)->word = 0))

/* There is no lockdep. */
struct lockdep_map { };

#define lockdep_is_held(lock)				((void)(lock), 1)
#define lockdep_init_map(map, name, key, subclass)	((void)(key))
#define lock_map_acquire(map)				((void)(map))
#define lock_map_release(map)				((void)(map))
#define lock_acquire_exclusive(map, subclass, try, nest, ip)	((void)(map))
#define SINGLE_DEPTH_NESTING				1

#endif /* BENCH_NATIVE_LOCKS_H */
