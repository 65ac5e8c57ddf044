// SPDX-License-Identifier: MIT
/* Every error that the ioctls document, and that none changes anything. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "device.h"

/*
 * One sound structure of every call, with the descriptor it goes to, so that
 * a case can spoil one thing in each. The sound ones have no effect: they are
 * calls that fail for a name or a key, that read, or that have no items.
 */
struct sound {
	unsigned long nr;
	int err;		/* of the sound call */
	bool on_map;
	size_t size;
	union {
		struct flatmap_ioc_create create;
		struct flatmap_ioc_name name;
		struct flatmap_ioc_list list;
		struct flatmap_ioc_values values;
		struct flatmap_ioc_increment increment;
		struct flatmap_ioc_page page;
		struct { uint32_t size, flags; } head;
		unsigned char bytes[2 * 4096];
	};
};

static const struct {
	unsigned long nr;
	int err;
} sound_calls[] = {
	{ FLATMAP_IOC_CREATE, EEXIST },
	{ FLATMAP_IOC_OPEN, ENOENT },
	{ FLATMAP_IOC_DESTROY, ENOENT },
	{ FLATMAP_IOC_LIST, ENOSPC },
	{ FLATMAP_IOC_INFO, 0 },
	{ FLATMAP_IOC_STATS, 0 },
	{ FLATMAP_IOC_LOOKUP, 0 },
	{ FLATMAP_IOC_INSERT, 0 },
	{ FLATMAP_IOC_UPDATE, 0 },
	{ FLATMAP_IOC_UPSERT, 0 },
	{ FLATMAP_IOC_DELETE, 0 },
	{ FLATMAP_IOC_ADD, 0 },
	{ FLATMAP_IOC_DELETE_VALUE, 0 },
	{ FLATMAP_IOC_VALUES, ENOENT },
	{ FLATMAP_IOC_INCREMENT, ENOENT },
	{ FLATMAP_IOC_PAGE, 0 },
};

#define CALLS	((int)(sizeof(sound_calls) / sizeof(sound_calls[0])))

static struct sound sound_call(int index)
{
	static uint64_t last, values[FIXTURE_ENTRIES], keys[FIXTURE_ENTRIES];
	static const uint64_t absent = 99;
	static const struct flatmap_increment increment = { .by = 1 };
	struct sound call = {
		.nr = sound_calls[index].nr,
		.err = sound_calls[index].err,
		.on_map = _IOC_NR(sound_calls[index].nr) >= 0x10,
		.size = _IOC_SIZE(sound_calls[index].nr),
	};

	call.head.size = call.size;
	switch (call.nr) {
	case FLATMAP_IOC_CREATE:
		call.create.name = address("fixture");
		call.create.entries = 1;
		call.create.key_size = 1;
		break;
	case FLATMAP_IOC_OPEN:
	case FLATMAP_IOC_DESTROY:
		call.name.name = address("absent");
		break;
	case FLATMAP_IOC_VALUES:
		call.values.key = address(&absent);
		call.values.values = address(values);
		call.values.room = FIXTURE_ENTRIES;
		break;
	case FLATMAP_IOC_INCREMENT:
		call.increment.key = address(&absent);
		call.increment.increments = address(&increment);
		call.increment.count = 1;
		break;
	case FLATMAP_IOC_PAGE:
		call.page.last = address(&last);
		call.page.keys = address(keys);
		call.page.values = address(values);
		call.page.count = FIXTURE_ENTRIES;
		break;
	}
	return call;
}

/* The size that the structure had in the first version of the interface. */
static size_t first_size(const struct sound *call)
{
	switch (call->nr) {
	case FLATMAP_IOC_CREATE:
		return offsetof(struct flatmap_ioc_create, max_entries);
	case FLATMAP_IOC_INFO:
		return offsetof(struct flatmap_ioc_info, max_entries);
	case FLATMAP_IOC_STATS:
		return offsetof(struct flatmap_ioc_stats, shards);
	case FLATMAP_IOC_LOOKUP:
	case FLATMAP_IOC_INSERT:
	case FLATMAP_IOC_UPDATE:
	case FLATMAP_IOC_UPSERT:
	case FLATMAP_IOC_DELETE:
	case FLATMAP_IOC_ADD:
	case FLATMAP_IOC_DELETE_VALUE:
		return offsetof(struct flatmap_ioc_items, results);
	default:
		return call->size;
	}
}

static int sound_fd(const struct fixture *fixture, const struct sound *call)
{
	return call->on_map ? fixture->fd : fixture->device;
}

/* The call is taken as the sound one is. */
static void accepted(const struct fixture *fixture, struct sound *call)
{
	int ret = ioctl(sound_fd(fixture, call), call->nr, call->bytes);

	assert_int_equal(ret ? errno : 0, call->err);
	unchanged(fixture);
}

static void spoilt(const struct fixture *fixture, struct sound *call, int err)
{
	refused(fixture, sound_fd(fixture, call), call->nr, call->bytes, err);
}

/* ---- Calls and structures ------------------------------------------- */

void errors_unknown_call(void **state)
{
	const struct fixture *fixture = *state;
	struct sound call;
	int i;

	for (i = 0; i < CALLS; i++) {
		call = sound_call(i);
		refused(fixture,
			call.on_map ? fixture->device : fixture->fd,
			call.nr, call.bytes, ENOTTY);
	}
	refused(fixture, fixture->device, _IO(FLATMAP_IOC_MAGIC, 0x04), NULL,
		ENOTTY);
	refused(fixture, fixture->device, _IO(FLATMAP_IOC_MAGIC, 0xff), NULL,
		ENOTTY);
	refused(fixture, fixture->fd, _IO(FLATMAP_IOC_MAGIC, 0x1c), NULL,
		ENOTTY);
	refused(fixture, fixture->device, _IO(0xf6, 0x03), NULL, ENOTTY);
	refused(fixture, fixture->fd, _IO(0xf6, 0x11), NULL, ENOTTY);
}

/* The structure may grow, so the size that the command encodes is not used. */
void errors_size_bits(void **state)
{
	const struct fixture *fixture = *state;
	struct sound call;
	int i;

	for (i = 0; i < CALLS; i++) {
		call = sound_call(i);
		call.nr = _IOC(_IOC_DIR(call.nr), _IOC_TYPE(call.nr),
			       _IOC_NR(call.nr), 8);
		accepted(fixture, &call);
	}
}

void errors_short_struct(void **state)
{
	const struct fixture *fixture = *state;
	struct sound call;
	int i;

	for (i = 0; i < CALLS; i++) {
		call = sound_call(i);
		call.head.size = first_size(&call) - 1;
		spoilt(fixture, &call, EINVAL);
		call.head.size = 0;
		spoilt(fixture, &call, EINVAL);
	}
}

/* A program that was built before a structure grew: what it lacks is 0. */
void errors_first_version(void **state)
{
	const struct fixture *fixture = *state;
	struct flatmap_ioc_create create = {
		.size = offsetof(struct flatmap_ioc_create, max_entries),
		.name = address("first"),
		.key_size = 1,
		.max_entries = 1,
		.max_bytes = 1,
	};
	const struct flatmap_ioc_info *info;
	struct flatmap *map;
	struct sound call;
	size_t size;
	int i, fd;

	for (i = 0; i < CALLS; i++) {
		call = sound_call(i);
		size = first_size(&call);
		call.head.size = size;
		memset(call.bytes + size, 0x5a, sizeof(call.bytes) - size);
		accepted(fixture, &call);
		for (; size < sizeof(call.bytes); size++)
			assert_int_equal(call.bytes[size], 0x5a);
	}

	fd = ioctl(fixture->device, FLATMAP_IOC_CREATE, &create);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(flatmap_open("first", &map), 0);
	info = flatmap_info(map);
	assert_int_equal(info->entries, 0);
	assert_int_equal(info->max_entries, 0);
	assert_int_equal(info->max_bytes, 0);
	flatmap_close(map);
}

void errors_long_struct(void **state)
{
	const struct fixture *fixture = *state;
	struct sound call;
	int i;

	for (i = 0; i < CALLS; i++) {
		call = sound_call(i);
		call.head.size = call.size + 16;
		accepted(fixture, &call);

		call = sound_call(i);
		call.head.size = 4096;
		accepted(fixture, &call);

		call = sound_call(i);
		call.head.size = call.size + 16;
		call.bytes[call.size + 15] = 1;
		spoilt(fixture, &call, E2BIG);

		call = sound_call(i);
		call.head.size = 4097;
		spoilt(fixture, &call, E2BIG);
		call.head.size = UINT32_MAX;
		spoilt(fixture, &call, E2BIG);
	}
}

void errors_flags(void **state)
{
	const struct fixture *fixture = *state;
	struct sound call;
	uint32_t known;
	int i, bit;

	for (i = 0; i < CALLS; i++) {
		for (bit = 0; bit < 32; bit++) {
			call = sound_call(i);
			/* Of most calls, bit 0 is the only flag, if any. */
			known = call.nr == FLATMAP_IOC_CREATE ? FLATMAP_FLAGS : 1;
			call.head.flags = 1U << bit;
			if (!(call.head.flags & known))
				spoilt(fixture, &call, EINVAL);
		}
	}
}

void errors_reserved(void **state)
{
	const struct fixture *fixture = *state;
	const uint64_t key = 1;
	struct flatmap_ioc_info info = {
		.size = sizeof(info),
		.reserved = 1U << 31,
	};
	struct flatmap_ioc_items items = {
		.size = sizeof(items),
		.reserved = 1,
	};
	const struct flatmap_increment increment = { .reserved = 1, .by = 1 };
	struct flatmap_ioc_increment increments = {
		.size = sizeof(increments),
		.key = address(&key),
		.increments = address(&increment),
		.count = 1,
	};

	refused(fixture, fixture->fd, FLATMAP_IOC_INFO, &info, EINVAL);
	refused(fixture, fixture->fd, FLATMAP_IOC_LOOKUP, &items, EINVAL);
	/* A field without the flag that says so. */
	items.reserved = 0;
	items.field = 1;
	refused(fixture, fixture->fd, FLATMAP_IOC_LOOKUP, &items, EINVAL);
	refused(fixture, fixture->fd, FLATMAP_IOC_INCREMENT, &increments,
		EINVAL);
}

/* ---- Memory --------------------------------------------------------- */

/* The call would succeed but for one address. */
static void bad_one_key(const struct fixture *fixture)
{
	const struct flatmap_increment increment = { .by = 1 };
	uint64_t key = 1, value;
	struct flatmap_ioc_values values = {
		.size = sizeof(values),
		.key = NOWHERE,
		.values = address(&value),
		.room = 1,
	};
	struct flatmap_ioc_increment increments = {
		.size = sizeof(increments),
		.flags = FLATMAP_INCREMENT_CREATE,
		.key = NOWHERE,
		.increments = address(&increment),
		.value = address(&value),
		.count = 1,
	};

	refused(fixture, fixture->fd, FLATMAP_IOC_VALUES, &values, EFAULT);
	values.key = address(&key);
	values.values = NOWHERE;
	refused(fixture, fixture->fd, FLATMAP_IOC_VALUES, &values, EFAULT);
	values.values = 1ULL << 63;
	refused(fixture, fixture->fd, FLATMAP_IOC_VALUES, &values, EFAULT);

	refused(fixture, fixture->fd, FLATMAP_IOC_INCREMENT, &increments,
		EFAULT);
	increments.key = address(&key);
	increments.increments = NOWHERE;
	refused(fixture, fixture->fd, FLATMAP_IOC_INCREMENT, &increments,
		EFAULT);
	increments.increments = address(&increment);
	increments.value = NOWHERE;
	refused(fixture, fixture->fd, FLATMAP_IOC_INCREMENT, &increments,
		EFAULT);
	increments.value = -8ULL;
	refused(fixture, fixture->fd, FLATMAP_IOC_INCREMENT, &increments,
		EFAULT);
}

static void bad_items(const struct fixture *fixture, unsigned long nr,
		      uint64_t keys, uint64_t values, uint64_t found)
{
	struct flatmap_ioc_items items = {
		.size = sizeof(items),
		.keys = keys,
		.values = values,
		.found = found,
		.count = 1,
		.done = 99,
	};

	refused(fixture, fixture->fd, nr, &items, EFAULT);
	assert_int_equal(items.done, 0);
}

void errors_bad_pointer(void **state)
{
	const struct fixture *fixture = *state;
	uint64_t there = address(&(uint64_t){ 1 }), value;
	uint64_t absent = address(&(uint64_t){ 99 });
	uint64_t values = address(&value);
	struct sound call;
	int i;

	for (i = 0; i < CALLS; i++) {
		call = sound_call(i);
		refused(fixture, sound_fd(fixture, &call), call.nr, NULL,
			EFAULT);
		/* Its size can be read, the rest of it cannot. */
		call.head.size = 4096;
		refused(fixture, sound_fd(fixture, &call), call.nr,
			memcpy(before_hole(32), &call.head, sizeof(call.head)),
			EFAULT);
		if (call.on_map)
			continue;
		call = sound_call(i);
		if (call.nr == FLATMAP_IOC_LIST) {
			call.list.after = NOWHERE;
			spoilt(fixture, &call, EFAULT);
			call.list.after = 0;
			call.list.names = NOWHERE;
			call.list.bytes = 100;
		} else {
			call.name.name = NOWHERE;
			if (call.nr == FLATMAP_IOC_CREATE)
				call.create.name = NOWHERE;
		}
		spoilt(fixture, &call, EFAULT);
	}

	bad_items(fixture, FLATMAP_IOC_LOOKUP, NOWHERE, values, 0);
	bad_items(fixture, FLATMAP_IOC_LOOKUP, there, NOWHERE, 0);
	bad_items(fixture, FLATMAP_IOC_LOOKUP, there, values, NOWHERE);
	bad_items(fixture, FLATMAP_IOC_INSERT, NOWHERE, values, 0);
	bad_items(fixture, FLATMAP_IOC_INSERT, absent, NOWHERE, 0);
	bad_items(fixture, FLATMAP_IOC_INSERT, absent, 0, 0);
	bad_items(fixture, FLATMAP_IOC_UPDATE, NOWHERE, values, 0);
	bad_items(fixture, FLATMAP_IOC_UPDATE, there, NOWHERE, 0);
	bad_items(fixture, FLATMAP_IOC_UPSERT, NOWHERE, values, 0);
	bad_items(fixture, FLATMAP_IOC_UPSERT, absent, NOWHERE, 0);
	bad_items(fixture, FLATMAP_IOC_UPSERT, there, values, NOWHERE);
	bad_items(fixture, FLATMAP_IOC_UPSERT, absent, values, NOWHERE);
	bad_items(fixture, FLATMAP_IOC_DELETE, NOWHERE, 0, 0);
	bad_items(fixture, FLATMAP_IOC_DELETE, there, NOWHERE, 0);
	bad_items(fixture, FLATMAP_IOC_DELETE_VALUE, there, NOWHERE, 0);
	bad_items(fixture, FLATMAP_IOC_DELETE_VALUE, NOWHERE, values, 0);
	bad_one_key(fixture);
	/* Where only the kernel may look. */
	bad_items(fixture, FLATMAP_IOC_DELETE, there, 1ULL << 63, 0);
	bad_items(fixture, FLATMAP_IOC_INSERT, -8ULL, values, 0);
}

/* Who cannot be told what was done does not get it done. */
void errors_read_only_struct(void **state)
{
	const struct fixture *fixture = *state;
	static const unsigned long nrs[] = {
		FLATMAP_IOC_LOOKUP, FLATMAP_IOC_UPDATE, FLATMAP_IOC_UPSERT,
		FLATMAP_IOC_DELETE,
	};
	uint64_t key = 1, value = 0;
	const struct flatmap_increment increment = { .by = 1 };
	struct flatmap_ioc_increment *increments;
	struct flatmap_ioc_items *items;
	size_t i;

	items = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(items, MAP_FAILED);
	items->size = sizeof(*items);
	items->keys = address(&key);
	items->values = address(&value);
	items->count = 1;
	increments = (void *)(items + 1);
	increments->size = sizeof(*increments);
	increments->key = address(&key);
	increments->increments = address(&increment);
	increments->count = 1;
	assert_int_equal(mprotect(items, 4096, PROT_READ), 0);

	for (i = 0; i < sizeof(nrs) / sizeof(nrs[0]); i++)
		refused(fixture, fixture->fd, nrs[i], items, EFAULT);
	refused(fixture, fixture->fd, FLATMAP_IOC_INCREMENT, increments,
		EFAULT);
	munmap(items, 4096);
}

/* ---- Destroyed maps -------------------------------------------------- */

void errors_destroyed(void **state)
{
	const struct fixture *fixture = *state;
	struct sound call;
	int i;

	assert_int_equal(flatmap_destroy("fixture"), 0);
	for (i = 0; i < CALLS; i++) {
		call = sound_call(i);
		if (!call.on_map)
			continue;
		assert_int_equal(ioctl(fixture->fd, call.nr, call.bytes), -1);
		assert_int_equal(errno, ENODEV);
	}
	assert_int_equal(flatmap_destroy("fixture"), -ENOENT);
}
