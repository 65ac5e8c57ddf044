/* SPDX-License-Identifier: (GPL-2.0 WITH Linux-syscall-note) OR MIT */
/*
 * flatmap: the ioctl interface of /dev/flatmap.
 *
 * FLATMAP_IOC_CREATE and FLATMAP_IOC_OPEN on /dev/flatmap return a file
 * descriptor that stands for one map; the other map calls go to that
 * descriptor. FLATMAP_IOC_DESTROY and FLATMAP_IOC_LIST go to /dev/flatmap.
 *
 * Every structure begins with its own size, which the caller sets, so that it
 * can grow: a kernel that knows less accepts a longer structure whose tail is
 * zero, a kernel that knows more takes missing fields as zero. Pointers travel
 * as __u64, so 32-bit callers need no translation.
 *
 * Errors that every call shares:
 *   EINVAL        @size is smaller than the first version of the structure,
 *                 an unknown flag is set, or a reserved field is not zero
 *   E2BIG         @size is larger than the kernel's and the tail is not zero,
 *                 or more than a page
 *   EFAULT        a pointer does not lead to memory of the caller
 *   ENOTTY        no such call on this kind of descriptor
 *   ENODEV        the descriptor's map has been destroyed
 *   ENOMEM        no memory for the call
 */
#ifndef _UAPI_LINUX_FLATMAP_H
#define _UAPI_LINUX_FLATMAP_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* Limits, in bytes; a name's is without its NUL, the others count from 1. */
#define FLATMAP_NAME_MAX	63
#define FLATMAP_KEY_MAX		1024
#define FLATMAP_VALUE_MAX	65536

/* The most entries one map can be created for. */
#define FLATMAP_ENTRIES_MAX	6422528

/**
 * enum flatmap_type - how tools print and parse a key or a value
 * @FLATMAP_TYPE_HEX: bytes, two hexadecimal digits each
 * @FLATMAP_TYPE_U64: an unsigned 64-bit integer in host byte order; 8 bytes
 * @FLATMAP_TYPE_STRING: text, padded with NULs to the size; no NUL inside
 *
 * The map itself does not look at types: keys are equal if their bytes are.
 */
enum flatmap_type {
	FLATMAP_TYPE_HEX	= 0,
	FLATMAP_TYPE_U64	= 1,
	FLATMAP_TYPE_STRING	= 2,
};

/**
 * enum flatmap_hash - which keyed hash a map uses
 * @FLATMAP_HASH_SIPHASH: SipHash-2-4 (Aumasson and Bernstein, 2012); keys that
 *	an adversary chooses cannot make it slow
 * @FLATMAP_HASH_FAST: multiply and fold; for keys that can be trusted
 */
enum flatmap_hash {
	FLATMAP_HASH_SIPHASH	= 0,
	FLATMAP_HASH_FAST	= 1,
};

/**
 * struct flatmap_ioc_create - make a named map (FLATMAP_IOC_CREATE)
 * @size: sizeof(struct flatmap_ioc_create)
 * @flags: none defined, 0
 * @name: address of the name: 1 to FLATMAP_NAME_MAX printable characters other
 *	than space and '/', then a NUL
 * @entries: how many distinct keys the map must be able to hold,
 *	1 to FLATMAP_ENTRIES_MAX
 * @key_size: bytes of a key, 1 to FLATMAP_KEY_MAX
 * @value_size: bytes of a value, 0 to FLATMAP_VALUE_MAX
 * @key_type: enum flatmap_type
 * @value_type: enum flatmap_type
 * @hash: enum flatmap_hash
 * @reserved: 0
 *
 * Return: a descriptor for the map. EINVAL (bad name, size 0, type or hash;
 * a u64 of other than 8 bytes), E2BIG (a size past its limit), ENAMETOOLONG,
 * EEXIST, ENOMEM.
 */
struct flatmap_ioc_create {
	__u32 size;
	__u32 flags;
	__u64 name;
	__u64 entries;
	__u32 key_size;
	__u32 value_size;
	__u32 key_type;
	__u32 value_type;
	__u32 hash;
	__u32 reserved;
};

/**
 * struct flatmap_ioc_name - name a map (FLATMAP_IOC_OPEN, FLATMAP_IOC_DESTROY)
 * @size: sizeof(struct flatmap_ioc_name)
 * @flags: none defined, 0
 * @name: address of the NUL-terminated name
 *
 * Opening returns a descriptor for the map. Destroying removes the name at
 * once, and every descriptor of the map answers ENODEV from then on; the
 * memory goes with the last of them. EINVAL (no name), ENAMETOOLONG, ENOENT.
 */
struct flatmap_ioc_name {
	__u32 size;
	__u32 flags;
	__u64 name;
};

/**
 * struct flatmap_ioc_list - the names of the maps, in byte order (FLATMAP_IOC_LIST)
 * @size: sizeof(struct flatmap_ioc_list)
 * @flags: none defined, 0
 * @after: address of a name (which need not exist): only names that sort after
 *	it are returned; 0 to begin with the first
 * @names: address of the buffer to fill with names, each with its NUL
 * @bytes: in: size of that buffer; out: how much of it was filled
 * @count: out: how many names were written; 0 at the end
 *
 * ENOSPC if there is a name to return and the buffer cannot hold it.
 */
struct flatmap_ioc_list {
	__u32 size;
	__u32 flags;
	__u64 after;
	__u64 names;
	__u64 bytes;
	__u64 count;
};

/**
 * struct flatmap_ioc_info - what a map was created with (FLATMAP_IOC_INFO)
 * @size: sizeof(struct flatmap_ioc_info)
 * @flags: none defined, 0
 * @entries: out: as in &struct flatmap_ioc_create
 * @key_size: out: bytes of a key
 * @value_size: out: bytes of a value
 * @key_type: out: enum flatmap_type
 * @value_type: out: enum flatmap_type
 * @hash: out: enum flatmap_hash
 * @reserved: 0
 * @name: out: the name and a NUL
 */
struct flatmap_ioc_info {
	__u32 size;
	__u32 flags;
	__u64 entries;
	__u32 key_size;
	__u32 value_size;
	__u32 key_type;
	__u32 value_type;
	__u32 hash;
	__u32 reserved;
	char name[FLATMAP_NAME_MAX + 1];
};

/**
 * struct flatmap_ioc_stats - how full a map is (FLATMAP_IOC_STATS)
 * @size: sizeof(struct flatmap_ioc_stats)
 * @flags: none defined, 0
 * @entries: out: entries in the map
 * @capacity: out: entries it can hold
 * @bytes: out: memory of the map, everything included
 * @slots: out: slots of the table
 * @blocks: out: blocks for keys and values
 * @blocks_free: out: those not in use
 */
struct flatmap_ioc_stats {
	__u32 size;
	__u32 flags;
	__u64 entries;
	__u64 capacity;
	__u64 bytes;
	__u64 slots;
	__u64 blocks;
	__u64 blocks_free;
};

/**
 * struct flatmap_ioc_items - do the same to each of an array of items
 * @size: sizeof(struct flatmap_ioc_items)
 * @flags: none defined, 0
 * @keys: address of @count keys, one after the other without padding
 * @values: address of @count values, likewise: read by FLATMAP_IOC_INSERT,
 *	_UPDATE and _UPSERT, written by FLATMAP_IOC_LOOKUP; by FLATMAP_IOC_DELETE
 *	too if not 0 (the deleted values)
 * @found: address of @count __u64, or 0: how many values each key has
 *	(FLATMAP_IOC_LOOKUP; 1 for a map), 1 if upsert replaced a value and 0 if
 *	it added one (FLATMAP_IOC_UPSERT); must be 0 for other calls
 * @count: number of items; 0 is allowed
 * @done: out: items that were carried out, also when the call fails; what the
 *	arrays hold past them is unspecified
 *
 * Each item is atomic. The call stops at the first item that cannot be carried
 * out and fails with that item's error; @done tells which it was:
 * ENOENT (lookup, update, delete), EEXIST (insert), ENOSPC (insert, upsert: the
 * map is full; update: every spare block is pinned), EAGAIN, EFAULT. EOVERFLOW
 * if @count items are more bytes than an address can count. A signal ends the
 * call early but never before it did something: it succeeds, with @done less
 * than @count.
 */
struct flatmap_ioc_items {
	__u32 size;
	__u32 flags;
	__u64 keys;
	__u64 values;
	__u64 found;
	__u64 count;
	__u64 done;
};

/**
 * struct flatmap_ioc_page - read entries in hash order (FLATMAP_IOC_PAGE)
 * @size: sizeof(struct flatmap_ioc_page)
 * @flags: none defined, 0
 * @position: in and out: where to go on; 0 to begin
 * @last: address of as many bytes as a key has, which keep the last key returned
 *	between calls, together with @position; ignored on input if that is 0
 * @keys: address of room for @count keys
 * @values: address of room for @count values, or 0 for keys alone
 * @count: the most entries to return
 * @done: out: entries returned; 0 at the end of the map
 *
 * An entry that is there from the first call to the last is returned exactly
 * once. EOVERFLOW and signals are as in &struct flatmap_ioc_items.
 */
struct flatmap_ioc_page {
	__u32 size;
	__u32 flags;
	__u64 position;
	__u64 last;
	__u64 keys;
	__u64 values;
	__u64 count;
	__u64 done;
};

#define FLATMAP_IOC_MAGIC	0xF7

/* On /dev/flatmap. The kernel looks at the number and ignores the size bits. */
#define FLATMAP_IOC_CREATE	_IOW(FLATMAP_IOC_MAGIC, 0x00, struct flatmap_ioc_create)
#define FLATMAP_IOC_OPEN	_IOW(FLATMAP_IOC_MAGIC, 0x01, struct flatmap_ioc_name)
#define FLATMAP_IOC_DESTROY	_IOW(FLATMAP_IOC_MAGIC, 0x02, struct flatmap_ioc_name)
#define FLATMAP_IOC_LIST	_IOWR(FLATMAP_IOC_MAGIC, 0x03, struct flatmap_ioc_list)

/* On a map's descriptor. */
#define FLATMAP_IOC_INFO	_IOWR(FLATMAP_IOC_MAGIC, 0x10, struct flatmap_ioc_info)
#define FLATMAP_IOC_STATS	_IOWR(FLATMAP_IOC_MAGIC, 0x11, struct flatmap_ioc_stats)
#define FLATMAP_IOC_LOOKUP	_IOWR(FLATMAP_IOC_MAGIC, 0x12, struct flatmap_ioc_items)
#define FLATMAP_IOC_INSERT	_IOWR(FLATMAP_IOC_MAGIC, 0x13, struct flatmap_ioc_items)
#define FLATMAP_IOC_UPDATE	_IOWR(FLATMAP_IOC_MAGIC, 0x14, struct flatmap_ioc_items)
#define FLATMAP_IOC_UPSERT	_IOWR(FLATMAP_IOC_MAGIC, 0x15, struct flatmap_ioc_items)
#define FLATMAP_IOC_DELETE	_IOWR(FLATMAP_IOC_MAGIC, 0x16, struct flatmap_ioc_items)
#define FLATMAP_IOC_PAGE	_IOWR(FLATMAP_IOC_MAGIC, 0x17, struct flatmap_ioc_page)

#endif /* _UAPI_LINUX_FLATMAP_H */
