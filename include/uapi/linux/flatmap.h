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

#define FLATMAP_FIELD_NAME_MAX	31

/*
 * The most entries that one region is made for, the most shards a map can have, and
 * the most entries it can be created for, which leaves the shards room to differ.
 */
#define FLATMAP_SHARD_ENTRIES	6422528
#define FLATMAP_SHARDS_MAX	64
#define FLATMAP_ENTRIES_MAX	400000000

/* The most values one key of a multimap can have, and fields a value can have. */
#define FLATMAP_VALUES_MAX	128
#define FLATMAP_FIELDS_MAX	64

/*
 * Flags of maps: a key may have several values, equal ones among them; all memory is
 * allocated at the beginning and the map never resized; it is made smaller when few
 * entries are left.
 */
#define FLATMAP_MULTIMAP	1
#define FLATMAP_FIXED		2
#define FLATMAP_SHRINK		4
#define FLATMAP_FLAGS		(FLATMAP_MULTIMAP | FLATMAP_FIXED | FLATMAP_SHRINK)

/**
 * enum flatmap_type - what the bytes of a key, a value or a field mean
 * @FLATMAP_TYPE_BYTES: bytes, printed as two hexadecimal digits each
 * @FLATMAP_TYPE_U8: an unsigned integer of 1 byte
 * @FLATMAP_TYPE_U16: an unsigned integer of 2 bytes in host byte order
 * @FLATMAP_TYPE_U32: likewise of 4 bytes
 * @FLATMAP_TYPE_U64: likewise of 8 bytes
 * @FLATMAP_TYPE_S8: a signed integer of 1 byte
 * @FLATMAP_TYPE_S16: a signed integer of 2 bytes in host byte order
 * @FLATMAP_TYPE_S32: likewise of 4 bytes
 * @FLATMAP_TYPE_S64: likewise of 8 bytes
 * @FLATMAP_TYPE_STRING: text, padded with NULs to the size; no NUL inside
 * @FLATMAP_TYPE_MAC: a hardware address of 6 bytes
 * @FLATMAP_TYPE_IPV4: an IPv4 address: 4 bytes in network byte order
 * @FLATMAP_TYPE_IPV6: an IPv6 address: 16 bytes in network byte order
 *
 * The map itself does not look at types: keys are equal if their bytes are.
 */
enum flatmap_type {
	FLATMAP_TYPE_BYTES	= 0,
	FLATMAP_TYPE_U8		= 1,
	FLATMAP_TYPE_U16	= 2,
	FLATMAP_TYPE_U32	= 3,
	FLATMAP_TYPE_U64	= 4,
	FLATMAP_TYPE_S8		= 5,
	FLATMAP_TYPE_S16	= 6,
	FLATMAP_TYPE_S32	= 7,
	FLATMAP_TYPE_S64	= 8,
	FLATMAP_TYPE_STRING	= 9,
	FLATMAP_TYPE_MAC	= 10,
	FLATMAP_TYPE_IPV4	= 11,
	FLATMAP_TYPE_IPV6	= 12,
};

/**
 * struct flatmap_field - one field of a map's values
 * @name: 1 to FLATMAP_FIELD_NAME_MAX letters, digits, '_' or '-', then NULs
 * @type: enum flatmap_type
 * @offset: where in the value it begins
 * @size: its bytes, at least 1; as its type says
 * @reserved: 0
 */
struct flatmap_field {
	char name[FLATMAP_FIELD_NAME_MAX + 1];
	__u32 type;
	__u32 offset;
	__u32 size;
	__u32 reserved;
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
 * enum flatmap_simd - the instructions that batches use
 * @FLATMAP_SIMD_SCALAR: none that handle several keys at once
 * @FLATMAP_SIMD_AVX2: AVX2: four
 * @FLATMAP_SIMD_AVX512: AVX-512F: eight
 */
enum flatmap_simd {
	FLATMAP_SIMD_SCALAR	= 0,
	FLATMAP_SIMD_AVX2	= 1,
	FLATMAP_SIMD_AVX512	= 2,
};

/**
 * struct flatmap_ioc_create - make a named map (FLATMAP_IOC_CREATE)
 * @size: sizeof(struct flatmap_ioc_create)
 * @flags: FLATMAP_MULTIMAP, FLATMAP_FIXED, FLATMAP_SHRINK; not both of the latter
 * @name: address of the name: 1 to FLATMAP_NAME_MAX printable characters other
 *	than space and '/', then a NUL
 * @entries: how many entries to begin with room for, 0 to FLATMAP_ENTRIES_MAX; in a
 *	multimap each value is an entry. With FLATMAP_FIXED, what the map must be
 *	able to hold, at least 1
 * @key_size: bytes of a key, 1 to FLATMAP_KEY_MAX
 * @value_size: bytes of a value, 0 to FLATMAP_VALUE_MAX
 * @key_type: enum flatmap_type
 * @value_type: enum flatmap_type
 * @hash: enum flatmap_hash
 * @fields_count: fields of a value, 0 to FLATMAP_FIELDS_MAX
 * @fields: address of that many &struct flatmap_field, by ascending offset and
 *	without overlap; each name occurs once. With fields, @value_type is
 *	FLATMAP_TYPE_BYTES. Without, a value is one field called "value", of
 *	@value_type
 * @max_entries: the most entries the map may have, at least @entries and up to
 *	FLATMAP_ENTRIES_MAX; 0 for no limit but that of memory and of
 *	FLATMAP_SHARD_ENTRIES for each shard. With FLATMAP_FIXED 0 or @entries
 * @max_bytes: the most memory it may take; 0 for no limit but the module's
 *
 * Return: a descriptor for the map. EINVAL (bad name, size 0, type, hash or
 * field; a type whose size is another; flags or limits that contradict each
 * other), E2BIG (a size past its limit), ENAMETOOLONG, EEXIST, ENOMEM.
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
	__u32 fields_count;
	__u64 fields;
	__u64 max_entries;
	__u64 max_bytes;
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
 * @map_flags: out: the flags it was created with
 * @fields_count: in: room at @fields; out: how many fields a value has, at
 *	least 1 unless values have no bytes
 * @reserved: 0
 * @fields: address of room for the first so many &struct flatmap_field, or 0
 * @name: out: the name and a NUL
 * @max_entries: out: as in &struct flatmap_ioc_create
 * @max_bytes: out: likewise
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
	__u32 map_flags;
	__u32 fields_count;
	__u32 reserved;
	__u64 fields;
	char name[FLATMAP_NAME_MAX + 1];
	__u64 max_entries;
	__u64 max_bytes;
};

/**
 * struct flatmap_ioc_stats - how full a map is (FLATMAP_IOC_STATS)
 * @size: sizeof(struct flatmap_ioc_stats)
 * @flags: none defined, 0
 * @entries: out: entries in the map
 * @capacity: out: entries it is made for as it is now
 * @bytes: out: memory of the map, everything included
 * @slots: out: slots of the table
 * @blocks: out: blocks for keys and values
 * @blocks_free: out: those not in use
 * @shards: out: parts that are resized each by itself
 * @regions: out: regions in use; one for each shard that is not being resized
 * @regions_pinned: out: regions that are out of use, but for pins
 * @resizes: out: how often a shard was given another region
 * @resizes_failed: out: how often it was to, and was not, for want of memory or for
 *	pins
 * @moved: out: entries that went from one region to the next
 * @helped: out: those of them that writers moved on their way
 * @simd: out: enum flatmap_simd: what batches use where it pays
 * @reserved: out: 0
 * @refused: out: how many operations of in-kernel callers were told to try again, for
 *	want of room
 * @reserve_bytes: out: the part of @bytes that is kept ready for callers that cannot
 *	wait for room
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
	__u64 shards;
	__u64 regions;
	__u64 regions_pinned;
	__u64 resizes;
	__u64 resizes_failed;
	__u64 moved;
	__u64 helped;
	__u32 simd;
	__u32 reserved;
	__u64 refused;
	__u64 reserve_bytes;
};

/* A flag of &struct flatmap_ioc_items: values are those of one field. */
#define FLATMAP_ITEMS_FIELD	1

/**
 * struct flatmap_ioc_items - do the same to each of an array of items
 * @size: sizeof(struct flatmap_ioc_items)
 * @flags: FLATMAP_ITEMS_FIELD (FLATMAP_IOC_LOOKUP and _UPDATE of a map that is no
 *	multimap) or 0
 * @keys: address of @count keys, one after the other without padding
 * @values: address of @count values, likewise: read by FLATMAP_IOC_INSERT,
 *	_UPDATE, _UPSERT, _ADD and _DELETE_VALUE, written by FLATMAP_IOC_LOOKUP
 *	unless 0; by FLATMAP_IOC_DELETE too if not 0 (the deleted values), for which
 *	the map must be no multimap.
 *	With FLATMAP_ITEMS_FIELD each is as long as the field
 * @found: address of @count __u64, or 0: how many values each key has
 *	(FLATMAP_IOC_LOOKUP; 1 for a map), 1 if upsert replaced a value and 0 if
 *	it added one (FLATMAP_IOC_UPSERT); must be 0 for other calls
 * @count: number of items; 0 is allowed
 * @done: out: items that were carried out, also when the call fails; what the
 *	arrays hold past them is unspecified. With @results an item that failed
 *	counts, too
 * @field: with FLATMAP_ITEMS_FIELD the number of the field, from 0; else 0
 * @reserved: 0
 * @results: address of @count __s32, or 0: what came of each item. Its error is a
 *	negative errno; a value that is written is then zeros, its @found 0. Else it
 *	is what @found is, or for other calls 0
 *
 * Of a key of a multimap, FLATMAP_IOC_LOOKUP returns the value that was added
 * first, FLATMAP_IOC_INSERT adds one if there is none, FLATMAP_IOC_ADD adds one,
 * FLATMAP_IOC_DELETE deletes all (one after the other) and
 * FLATMAP_IOC_DELETE_VALUE one that equals the given one. FLATMAP_IOC_DELETE_VALUE
 * of a map deletes the key if it has that value. What does not go with the kind of
 * map fails with EOPNOTSUPP: FLATMAP_IOC_ADD to a map; in a multimap FLATMAP_IOC_UPDATE
 * and _UPSERT, FLATMAP_ITEMS_FIELD, and deleted values.
 *
 * Each item is atomic. With @results, all are tried. Without, the call stops at the
 * first item that cannot be carried out and fails with that item's error; @done tells
 * which it was. Errors of items are
 * ENOENT (lookup, update, delete), EEXIST (insert), ENOSPC (insert, upsert, add:
 * the map is full, or in a multimap the part of it where the key belongs; update:
 * pins hold every free block, or every slot near enough), ENOMEM (likewise, where
 * the map may grow and there is no memory for it), EMLINK (add: the key has
 * FLATMAP_VALUES_MAX values) and EAGAIN (seven operations had already interrupted each
 * other on this CPU). An item that needs room in a map that is growing waits for it.
 *
 * Other errors end the call with or without @results: EFAULT, at the first item of
 * which a part is not in memory, where nothing has changed for it unless that memory
 * went away during the call; EOVERFLOW if @count
 * items are more bytes than an address can count. A signal ends the call early but
 * never before it did something: it succeeds, with @done less than @count.
 */
struct flatmap_ioc_items {
	__u32 size;
	__u32 flags;
	__u64 keys;
	__u64 values;
	__u64 found;
	__u64 count;
	__u64 done;
	__u32 field;
	__u32 reserved;
	__u64 results;
};

/**
 * struct flatmap_ioc_values - the values of one key (FLATMAP_IOC_VALUES)
 * @size: sizeof(struct flatmap_ioc_values)
 * @flags: none defined, 0
 * @key: address of the key
 * @values: address of room for @room values, without padding
 * @room: how many values there is room for; FLATMAP_VALUES_MAX always suffice
 * @count: out: how many values the key has
 *
 * The values are those that the key had at one moment, in the order in which they
 * were added. ENOENT; ENOSPC if there are more than @room, with @count set and
 * nothing else written.
 */
struct flatmap_ioc_values {
	__u32 size;
	__u32 flags;
	__u64 key;
	__u64 values;
	__u64 room;
	__u64 count;
};

/* A flag of &struct flatmap_ioc_increment: begin with zeros if the key is absent. */
#define FLATMAP_INCREMENT_CREATE	1

/**
 * struct flatmap_increment - what to add to one field
 * @field: number of an integer field
 * @reserved: 0
 * @by: what to add
 */
struct flatmap_increment {
	__u32 field;
	__u32 reserved;
	__s64 by;
};

/**
 * struct flatmap_ioc_increment - add to integer fields (FLATMAP_IOC_INCREMENT)
 * @size: sizeof(struct flatmap_ioc_increment)
 * @flags: FLATMAP_INCREMENT_CREATE or 0
 * @key: address of the key
 * @increments: address of @count &struct flatmap_increment
 * @value: address where to store the whole value as it is afterwards, or 0
 * @count: number of increments, 1 to FLATMAP_FIELDS_MAX
 * @created: out: 1 if the key was absent and is there now, else 0
 *
 * All fields change at once, and no increment that others make meanwhile is lost.
 * Increments are carried out in their order; a field may occur more than once.
 * ENOENT; EINVAL (no such field, or not of integers), ERANGE (a sum does not fit
 * its field: nothing is changed), ENOSPC, ENOMEM, EAGAIN as in &struct flatmap_ioc_items;
 * EOPNOTSUPP in a multimap.
 */
struct flatmap_ioc_increment {
	__u32 size;
	__u32 flags;
	__u64 key;
	__u64 increments;
	__u64 value;
	__u32 count;
	__u32 created;
};

/**
 * struct flatmap_ioc_page - read entries in hash order (FLATMAP_IOC_PAGE)
 * @size: sizeof(struct flatmap_ioc_page)
 * @flags: none defined, 0
 * @position: in and out: where to go on; 0 to begin
 * @ordinal: in and out: likewise, among the values of one key
 * @last: address of as many bytes as a key has, which keep the last key returned
 *	between calls, together with @position and @ordinal; ignored on input if
 *	@position is 0
 * @keys: address of room for @count keys
 * @values: address of room for @count values, or 0 for keys alone
 * @count: the most entries to return
 * @done: out: entries returned; 0 at the end of the map
 *
 * An entry that is there from the first call to the last is returned exactly
 * once, whether the map is resized meanwhile or not; in a multimap, each value is an
 * entry. EOVERFLOW and signals are as in
 * &struct flatmap_ioc_items.
 */
struct flatmap_ioc_page {
	__u32 size;
	__u32 flags;
	__u64 position;
	__u64 ordinal;
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
#define FLATMAP_IOC_ADD		_IOWR(FLATMAP_IOC_MAGIC, 0x17, struct flatmap_ioc_items)
#define FLATMAP_IOC_DELETE_VALUE _IOWR(FLATMAP_IOC_MAGIC, 0x18, struct flatmap_ioc_items)
#define FLATMAP_IOC_VALUES	_IOWR(FLATMAP_IOC_MAGIC, 0x19, struct flatmap_ioc_values)
#define FLATMAP_IOC_INCREMENT	_IOWR(FLATMAP_IOC_MAGIC, 0x1a, struct flatmap_ioc_increment)
#define FLATMAP_IOC_PAGE	_IOWR(FLATMAP_IOC_MAGIC, 0x1b, struct flatmap_ioc_page)

#endif /* _UAPI_LINUX_FLATMAP_H */
