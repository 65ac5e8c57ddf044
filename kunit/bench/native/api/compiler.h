/* SPDX-License-Identifier: GPL-2.0 */
/*
 * linux/types.h, linux/compiler.h, linux/kconfig.h, linux/build_bug.h, linux/const.h,
 * linux/err.h, linux/kcsan-checks.h
 */
#ifndef BENCH_NATIVE_COMPILER_H
#define BENCH_NATIVE_COMPILER_H

#include <asm/errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef signed char s8;
typedef short s16;
typedef int s32;
typedef long long s64;
typedef u8 __u8;
typedef u16 __u16;
typedef u32 __u32;
typedef u64 __u64;
typedef s32 __s32;
typedef s64 __s64;
typedef u16 __le16;
typedef u32 __le32;
typedef u64 __le64;
typedef unsigned int uint;
typedef unsigned long uintptr_t;
typedef long ssize_t;

struct list_head { struct list_head *next, *prev; };
struct hlist_head { struct hlist_node *first; };
struct hlist_node { struct hlist_node *next, **pprev; };

#define likely(x)		__builtin_expect(!!(x), 1)
#define unlikely(x)		__builtin_expect(!!(x), 0)
#undef __always_inline
#define __always_inline		inline __attribute__((__always_inline__))
#define noinline		__attribute__((__noinline__))
#define noinline_for_stack	noinline
#define __aligned(n)		__attribute__((__aligned__(n)))
#define __packed		__attribute__((__packed__))
#define __printf(a, b)		__attribute__((__format__(printf, a, b)))
#define fallthrough		__attribute__((__fallthrough__))
#define ____cacheline_aligned_in_smp	__aligned(64)
#define __init
#define __exit
#define __percpu
#define __rcu
#define __user
#define __force
#define __acquires(...)
#define __acquires_shared(...)
#define __cond_acquires(...)
#define __releases(...)
#define __releases_shared(...)
#define __must_hold(...)
#define __must_hold_shared(...)
#define __acquire(lock)		((void)0)
#define __release(lock)		((void)0)
#define context_lock_struct(name)	struct name
#define __context_unsafe(why)

#define __stringify_1(...)	#__VA_ARGS__
#define __stringify(...)	__stringify_1(__VA_ARGS__)
#define static_assert(x, ...)	_Static_assert(x, #x)
#define native_bug_2(x, line) do {						\
	extern void native_bug_##line(void) __attribute__((__error__(#x)));	\
										\
	if (x)									\
		native_bug_##line();						\
} while (0)
#define native_bug_1(x, line)	native_bug_2(x, line)
#define BUILD_BUG_ON(x)		native_bug_1(x, __COUNTER__)
#define BUG_ON(x)		do { if (unlikely(x)) __builtin_trap(); } while (0)
#define ASSERT_EXCLUSIVE_ACCESS(x)	((void)0)
#define kcsan_nestable_atomic_begin()	((void)0)
#define kcsan_nestable_atomic_end()	((void)0)
#define _AC_1(number, suffix)	number##suffix
#define _AC(number, suffix)	_AC_1(number, suffix)
#define UL(number)		_AC(number, UL)

#define __ARG_PLACEHOLDER_1			0,
#define __take_second_arg(ignored, value, ...)	value
#define ____is_defined(junk)			__take_second_arg(junk 1, 0)
#define ___is_defined(value)			____is_defined(__ARG_PLACEHOLDER_##value)
#define __is_defined(name)			___is_defined(name)
#define IS_ENABLED(option)			__is_defined(option)

#define container_of(pointer, type, member) \
	((type *)((char *)(pointer) - offsetof(type, member)))
#define struct_size(pointer, member, count) \
	(sizeof(*(pointer)) + sizeof(*(pointer)->member) * (size_t)(count))
#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))
#define swap(a, b)		do { typeof(a) was = (a); (a) = (b); (b) = was; } while (0)
#define _THIS_IP_		0

#define MAX_ERRNO		4095
#define ERESTARTSYS		512
#define ERR_PTR(error)		((void *)(long)(error))
#define PTR_ERR(pointer)	((long)(pointer))
#define IS_ERR_VALUE(x)		unlikely((unsigned long)(x) >= (unsigned long)-MAX_ERRNO)
#define IS_ERR_OR_NULL(pointer)	(!(pointer) || IS_ERR(pointer))
#define PTR_ERR_OR_ZERO(pointer)	(IS_ERR(pointer) ? PTR_ERR(pointer) : 0)
#define IS_ERR(pointer)		IS_ERR_VALUE(pointer)
#define ERR_CAST(pointer)	((void *)(pointer))

#endif /* BENCH_NATIVE_COMPILER_H */
