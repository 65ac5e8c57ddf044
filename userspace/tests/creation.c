// SPDX-License-Identifier: MIT
/* Creating and opening maps: what is refused, without a trace. */
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "device.h"

/* ---- Sizes and types ------------------------------------------------ */

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

/* Numbers and flags that contradict each other, and what no machine has. */
void errors_create_limits(void **state)
{
	const struct fixture *fixture = *state;
	const struct flatmap_ioc_create sound = {
		.entries = 10,
		.max_entries = 10,
		.key_size = 8,
		.value_size = 8,
	};
	struct flatmap_ioc_create create;

	create = sound;
	create.entries = 11;
	bad_create(fixture, create, EINVAL);
	create.max_entries = FLATMAP_ENTRIES_MAX + 1;
	bad_create(fixture, create, E2BIG);
	create.max_entries = UINT64_MAX;
	bad_create(fixture, create, E2BIG);

	create = sound;
	create.flags = FLATMAP_FIXED;
	create.max_entries = 11;
	bad_create(fixture, create, EINVAL);
	create.entries = 0;
	create.max_entries = 0;
	bad_create(fixture, create, EINVAL);
	create = sound;
	create.flags = FLATMAP_FIXED | FLATMAP_SHRINK;
	bad_create(fixture, create, EINVAL);
	create.flags = FLATMAP_FLAGS + 1;
	bad_create(fixture, create, EINVAL);

	create = sound;
	create.max_bytes = 1;
	bad_create(fixture, create, ENOMEM);
	create = sound;
	create.max_entries = 0;
	create.entries = FLATMAP_ENTRIES_MAX;
	create.value_size = FLATMAP_VALUE_MAX;
	bad_create(fixture, create, ENOMEM);
	create.flags = FLATMAP_FIXED;
	bad_create(fixture, create, ENOMEM);
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
	uint32_t type;

	/* No type but bytes and strings has 7 bytes, or 9. */
	for (type = 0; type <= FLATMAP_TYPE_IPV6 + 1; type++) {
		if (type == FLATMAP_TYPE_BYTES || type == FLATMAP_TYPE_STRING)
			continue;
		create = sound;
		create.key_type = type;
		bad_create(fixture, create, EINVAL);
		create = sound;
		create.value_type = type;
		bad_create(fixture, create, EINVAL);
	}
	create = sound;
	create.value_type = UINT32_MAX;
	bad_create(fixture, create, EINVAL);
	create = sound;
	create.value_size = 0;
	create.value_type = FLATMAP_TYPE_U64;
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
					      longest,
					      FLATMAP_NAME_MAX + 1)));
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
