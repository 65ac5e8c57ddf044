// SPDX-License-Identifier: MIT
/* Every error that the ioctls document, and that none changes anything. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
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
	{ FLATMAP_IOC_PAGE, 0 },
};

#define CALLS	((int)(sizeof(sound_calls) / sizeof(sound_calls[0])))

static struct sound sound_call(int index)
{
	static uint64_t key, values[FIXTURE_ENTRIES], keys[FIXTURE_ENTRIES];
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
	case FLATMAP_IOC_PAGE:
		call.page.last = address(&key);
		call.page.keys = address(keys);
		call.page.values = address(values);
		call.page.count = FIXTURE_ENTRIES;
		break;
	}
	return call;
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
	refused(fixture, fixture->fd, _IO(FLATMAP_IOC_MAGIC, 0x18), NULL,
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
		call.head.size = call.size - 1;
		spoilt(fixture, &call, EINVAL);
		call.head.size = 0;
		spoilt(fixture, &call, EINVAL);
	}
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
	int i, bit;

	for (i = 0; i < CALLS; i++) {
		for (bit = 0; bit < 32; bit += 31) {
			call = sound_call(i);
			call.head.flags = 1U << bit;
			spoilt(fixture, &call, EINVAL);
		}
	}
}

void errors_reserved(void **state)
{
	const struct fixture *fixture = *state;
	struct flatmap_ioc_create create = {
		.size = sizeof(create),
		.name = address("new"),
		.entries = 1,
		.key_size = 1,
		.reserved = 1,
	};
	struct flatmap_ioc_info info = {
		.size = sizeof(info),
		.reserved = 1U << 31,
	};

	refused(fixture, fixture->device, FLATMAP_IOC_CREATE, &create, EINVAL);
	refused(fixture, fixture->fd, FLATMAP_IOC_INFO, &info, EINVAL);
}

/* ---- Memory --------------------------------------------------------- */

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
	bad_items(fixture, FLATMAP_IOC_LOOKUP, there, 0, 0);
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
	struct flatmap_ioc_items *items;
	size_t i;

	items = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(items, MAP_FAILED);
	items->size = sizeof(*items);
	items->keys = address(&key);
	items->values = address(&value);
	items->count = 1;
	assert_int_equal(mprotect(items, 4096, PROT_READ), 0);

	for (i = 0; i < sizeof(nrs) / sizeof(nrs[0]); i++)
		refused(fixture, fixture->fd, nrs[i], items, EFAULT);
	munmap(items, 4096);
}

/* ---- Creation ------------------------------------------------------- */

static void bad_create(const struct fixture *fixture,
		       struct flatmap_ioc_create create, int err)
{
	create.size = sizeof(create);
	create.name = address("new");
	refused(fixture, fixture->device, FLATMAP_IOC_CREATE, &create, err);
}

void errors_create_sizes(void **state)
{
	const struct fixture *fixture = *state;
	const struct flatmap_ioc_create sound = {
		.entries = 1,
		.key_size = 8,
		.value_size = 8,
	};
	struct flatmap_ioc_create create;

	create = sound;
	create.entries = 0;
	bad_create(fixture, create, EINVAL);
	create.entries = FLATMAP_ENTRIES_MAX + 1;
	bad_create(fixture, create, E2BIG);
	create.entries = UINT64_MAX;
	bad_create(fixture, create, E2BIG);

	create = sound;
	create.key_size = 0;
	bad_create(fixture, create, EINVAL);
	create.key_size = FLATMAP_KEY_MAX + 1;
	bad_create(fixture, create, E2BIG);
	create.key_size = UINT32_MAX;
	bad_create(fixture, create, E2BIG);

	create = sound;
	create.value_size = FLATMAP_VALUE_MAX + 1;
	bad_create(fixture, create, E2BIG);
	create.value_size = UINT32_MAX;
	bad_create(fixture, create, E2BIG);
}

void errors_create_types(void **state)
{
	const struct fixture *fixture = *state;
	const struct flatmap_ioc_create sound = {
		.entries = 1,
		.key_size = 7,
		.value_size = 9,
	};
	struct flatmap_ioc_create create;

	create = sound;
	create.key_type = FLATMAP_TYPE_U64;
	bad_create(fixture, create, EINVAL);
	create.key_type = FLATMAP_TYPE_STRING + 1;
	bad_create(fixture, create, EINVAL);

	create = sound;
	create.value_type = FLATMAP_TYPE_U64;
	bad_create(fixture, create, EINVAL);
	create.value_type = UINT32_MAX;
	bad_create(fixture, create, EINVAL);

	create = sound;
	create.hash = FLATMAP_HASH_FAST + 1;
	bad_create(fixture, create, EINVAL);
}

/* ---- Names ---------------------------------------------------------- */

static void bad_name(const struct fixture *fixture, const char *name, int err)
{
	struct flatmap_ioc_create create = {
		.size = sizeof(create),
		.name = address(name),
		.entries = 1,
		.key_size = 1,
	};

	refused(fixture, fixture->device, FLATMAP_IOC_CREATE, &create, err);
}

void errors_names(void **state)
{
	const struct fixture *fixture = *state;
	char longest[FLATMAP_NAME_MAX + 2];
	struct flatmap_ioc_name open = {
		.size = sizeof(open),
		.name = address(longest),
	};
	struct flatmap_ioc_list list = {
		.size = sizeof(list),
		.after = address(longest),
	};

	bad_name(fixture, "", EINVAL);
	bad_name(fixture, "a b", EINVAL);
	bad_name(fixture, "a/b", EINVAL);
	bad_name(fixture, "a\n", EINVAL);
	bad_name(fixture, "\x7f", EINVAL);
	bad_name(fixture, "caf\xc3\xa9", EINVAL);

	memset(longest, 'x', sizeof(longest));
	longest[FLATMAP_NAME_MAX + 1] = '\0';
	bad_name(fixture, longest, ENAMETOOLONG);
	refused(fixture, fixture->device, FLATMAP_IOC_OPEN, &open,
		ENAMETOOLONG);
	refused(fixture, fixture->device, FLATMAP_IOC_DESTROY, &open,
		ENAMETOOLONG);
	refused(fixture, fixture->device, FLATMAP_IOC_LIST, &list,
		ENAMETOOLONG);

	open.name = address("");
	refused(fixture, fixture->device, FLATMAP_IOC_OPEN, &open, EINVAL);
	refused(fixture, fixture->device, FLATMAP_IOC_DESTROY, &open, EINVAL);

	/* One less is a name, and it need not end in its buffer's page. */
	longest[FLATMAP_NAME_MAX] = '\0';
	flatmap_close(make_map((char *)memcpy(before_hole(FLATMAP_NAME_MAX + 1),
					      longest, FLATMAP_NAME_MAX + 1),
			       1));
	assert_int_equal(flatmap_destroy(longest), 0);
	unchanged(fixture);
}

void errors_exists_and_absent(void **state)
{
	const struct fixture *fixture = *state;
	struct flatmap_ioc_name open = {
		.size = sizeof(open),
		.name = address("absent"),
	};

	bad_name(fixture, "fixture", EEXIST);
	refused(fixture, fixture->device, FLATMAP_IOC_OPEN, &open, ENOENT);
	refused(fixture, fixture->device, FLATMAP_IOC_DESTROY, &open, ENOENT);
	/* A prefix of a name is another name. */
	open.name = address("fixtur");
	refused(fixture, fixture->device, FLATMAP_IOC_OPEN, &open, ENOENT);
}

/* ---- Items ---------------------------------------------------------- */

static void bad_item(const struct fixture *fixture, unsigned long nr,
		     uint64_t key, uint64_t *found, uint64_t count, int err)
{
	uint64_t value = 7;
	struct flatmap_ioc_items items = {
		.size = sizeof(items),
		.keys = address(&key),
		.values = address(&value),
		.found = address(found),
		.count = count,
	};

	refused(fixture, fixture->fd, nr, &items, err);
	assert_int_equal(items.done, 0);
}

void errors_items(void **state)
{
	const struct fixture *fixture = *state;
	uint64_t found;

	bad_item(fixture, FLATMAP_IOC_LOOKUP, 99, NULL, 1, ENOENT);
	bad_item(fixture, FLATMAP_IOC_UPDATE, 99, NULL, 1, ENOENT);
	bad_item(fixture, FLATMAP_IOC_DELETE, 99, NULL, 1, ENOENT);
	bad_item(fixture, FLATMAP_IOC_INSERT, 1, NULL, 1, EEXIST);

	bad_item(fixture, FLATMAP_IOC_INSERT, 99, &found, 1, EINVAL);
	bad_item(fixture, FLATMAP_IOC_UPDATE, 1, &found, 1, EINVAL);
	bad_item(fixture, FLATMAP_IOC_DELETE, 1, &found, 1, EINVAL);
}

void errors_overflow(void **state)
{
	const struct fixture *fixture = *state;
	static const unsigned long nrs[] = {
		FLATMAP_IOC_LOOKUP, FLATMAP_IOC_INSERT, FLATMAP_IOC_UPDATE,
		FLATMAP_IOC_UPSERT, FLATMAP_IOC_DELETE,
	};
	uint64_t key = 0, keys[FIXTURE_ENTRIES];
	struct flatmap_ioc_page page = {
		.size = sizeof(page),
		.last = address(&key),
		.keys = address(keys),
		.count = 1ULL << 61,
	};
	size_t i;

	for (i = 0; i < sizeof(nrs) / sizeof(nrs[0]); i++) {
		bad_item(fixture, nrs[i], 1, NULL, 1ULL << 61, EOVERFLOW);
		bad_item(fixture, nrs[i], 1, NULL, UINT64_MAX, EOVERFLOW);
	}
	refused(fixture, fixture->fd, FLATMAP_IOC_PAGE, &page, EOVERFLOW);
}

void errors_full(void **state)
{
	const struct fixture *fixture = *state;
	uint64_t key;

	for (key = FIXTURE_USED + 1; key <= FIXTURE_ENTRIES; key++)
		assert_int_equal(flatmap_insert(fixture->map, &key, &key), 0);

	for (key = 100; key < 110; key++) {
		assert_int_equal(flatmap_insert(fixture->map, &key, &key),
				 -ENOSPC);
		assert_int_equal(flatmap_upsert(fixture->map, &key, &key),
				 -ENOSPC);
	}

	/* What is there can still be replaced; and a place can be reused. */
	key = 1;
	assert_int_equal(flatmap_upsert(fixture->map, &key, &(uint64_t){ 10 }),
			 1);
	for (key = FIXTURE_USED + 1; key <= FIXTURE_ENTRIES; key++)
		assert_int_equal(flatmap_delete(fixture->map, &key, NULL), 0);
	unchanged(fixture);
}

/* ---- Descriptors ---------------------------------------------------- */

void errors_no_descriptors(void **state)
{
	const struct fixture *fixture = *state;
	struct rlimit limit, low;
	int fd, create, open;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	low = limit;
	fd = dup(0);
	close(fd);
	low.rlim_cur = fd;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);

	create = ioctl(fixture->device, FLATMAP_IOC_CREATE,
		       &(struct flatmap_ioc_create){
				.size = sizeof(struct flatmap_ioc_create),
				.name = address("new"),
				.entries = 1,
				.key_size = 1 }) < 0 ? errno : 0;
	open = ioctl(fixture->device, FLATMAP_IOC_OPEN,
		     &(struct flatmap_ioc_name){
				.size = sizeof(struct flatmap_ioc_name),
				.name = address("fixture") }) < 0 ? errno : 0;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);

	assert_int_equal(create, EMFILE);
	assert_int_equal(open, EMFILE);
	unchanged(fixture);
}

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
