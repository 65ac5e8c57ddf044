/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Accesses: the seam between the shipped sources and the explorer. Whatever the
 * kernel's macros for shared memory do goes through ex_access().
 */
#ifndef _EXPLORE_ACCESS_H
#define _EXPLORE_ACCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <asm/types.h>

#define ATTRIBUTE(what)		__attribute__((what))

typedef __u64 u64;
typedef __s64 s64;
typedef __u32 u32;
typedef __s32 s32;
typedef __u16 u16;
typedef __u8 u8;

/**
 * enum ex_kind - what an access does
 * @EX_READ: returns what the word holds
 * @EX_WRITE: stores the new value
 * @EX_CMPXCHG: stores the new value if the word holds the old one
 * @EX_XCHG: stores the new value, and returns what the word held
 */
enum ex_kind {
	EX_READ,
	EX_WRITE,
	EX_CMPXCHG,
	EX_XCHG,
};

/**
 * enum ex_order - what an access or a barrier orders, in weak memory
 * @EX_RELAXED: nothing
 * @EX_ACQUIRE: it before all that follows
 * @EX_RELEASE: all before it
 * @EX_RMB: reads before it and reads after it
 * @EX_WMB: writes before it and writes after it
 * @EX_MB: all before it and all after it
 * @EX_FULL: of an access that reads and writes: as if between two EX_MB
 */
enum ex_order {
	EX_RELAXED,
	EX_ACQUIRE,
	EX_RELEASE,
	EX_RMB,
	EX_WMB,
	EX_MB,
	EX_FULL,
};

/**
 * struct ex_site - a place in the sources that accesses shared memory, or orders that
 * @file: its file
 * @function: its function
 * @line: its line
 * @order: what it orders
 * @pointer: it accesses a pointer
 */
struct ex_site {
	const char *file;
	const char *function;
	u32 line;
	enum ex_order order;
	bool pointer;
};

/* All sites: the linker defines where they begin and end. */
extern struct ex_site __start_ex_sites[], __stop_ex_sites[];

/* Sites stand in a section of their own, so that all of them can be listed. */
#define EX_SITE(what, is_pointer)						\
	static struct ex_site here ATTRIBUTE(section("ex_sites")) = {	\
		.file = __FILE__, .function = __func__, .line = __LINE__,	\
		.order = what, .pointer = is_pointer,				\
	}

/* Access @size bytes; returns what was there. Other threads may run just before. */
u64 ex_access(const struct ex_site *site, const void *address, u32 size,
	      enum ex_kind kind, u64 old, u64 new);

/* What a barrier orders. */
void ex_fence(const struct ex_site *site);

/* The CPU that the running thread is on. */
u32 ex_cpu(void);

/* Zeroed memory that is put back as it was before every schedule, or taken back. */
void *ex_alloc(size_t size, size_t align);

/*
 * Likewise, for a region: its groups, blocks and lists are for those in a read-side section
 * and for pins. Its header, which does not change, may be read by others.
 */
void *ex_alloc_region(size_t size, size_t align);

/* Free what comes from ex_alloc(), and is not to be used any more, or from malloc(). */
void ex_free(void *pointer);

/* What @pointer points to, or what is close behind, is being written without ex_access(). */
#define ex_touch(pointer) ({					\
	typeof(pointer) touches = (pointer);			\
								\
	ex_touched(touches, sizeof(*touches));			\
})
void ex_touched(const void *address, size_t size);

/* Something is wrong: end the schedule. */
void ATTRIBUTE(noreturn) ex_violate(const char *what);

/* Is it explored how workers are called? */
extern bool ex_calling;

/* What the audit says. */
void ATTRIBUTE(format(printf, 1, 2)) ex_complain(const char *format, ...);

/* CPUs as the map that is being created sees them, and those that there are. */
#define EX_CPUS		4
extern u32 ex_possible_cpus;

#endif /* _EXPLORE_ACCESS_H */
