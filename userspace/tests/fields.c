// SPDX-License-Identifier: MIT
/* Values with fields: how maps get them, and reading and writing one alone. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "device.h"

/* Not aligned, with gaps, and something at both ends of the value. */
static const struct flatmap_field flow_fields[] = {
	{ .name = "port", .type = FLATMAP_TYPE_U16, .offset = 1, .size = 2 },
	{ .name = "bytes", .type = FLATMAP_TYPE_U64, .offset = 3, .size = 8 },
	{ .name = "who_is-it", .type = FLATMAP_TYPE_STRING, .offset = 12,
	  .size = 7 },
	{ .name = "to", .type = FLATMAP_TYPE_MAC, .offset = 19, .size = 6 },
};

#define FLOW_FIELDS	4
#define FLOW_SIZE	25

static struct flatmap *make_flows(const char *name, uint32_t flags)
{
	const struct flatmap_options options = {
		.entries = 100,
		.key_size = sizeof(uint64_t),
		.value_size = FLOW_SIZE,
		.key_type = FLATMAP_TYPE_U64,
		.flags = flags,
		.fields = flow_fields,
		.fields_count = FLOW_FIELDS,
	};
	struct flatmap *map;

	assert_int_equal(flatmap_create(name, &options, &map), 0);
	return map;
}

/* ---- What a map is created with ------------------------------------- */

void fields_info(void **state)
{
	const struct fixture *fixture = *state;
	struct flatmap *map = make_flows("flows", FLATMAP_MULTIMAP), *again;
	const struct flatmap_options nothing = { .entries = 1, .key_size = 1 };
	struct flatmap_field some[3];
	struct flatmap_ioc_info info = {
		.size = sizeof(info),
		.fields_count = 2,
		.fields = address(some),
	};
	uint32_t i;

	assert_int_equal(flatmap_open("flows", &again), 0);
	assert_int_equal(flatmap_info(again)->map_flags, FLATMAP_MULTIMAP);
	assert_int_equal(flatmap_info(again)->value_type, FLATMAP_TYPE_BYTES);
	assert_int_equal(flatmap_info(again)->fields_count, FLOW_FIELDS);
	for (i = 0; i < FLOW_FIELDS; i++)
		assert_memory_equal(flatmap_field(again, i), &flow_fields[i],
				    sizeof(flow_fields[i]));
	assert_null(flatmap_field(again, FLOW_FIELDS));
	assert_int_equal(flatmap_find_field(again, "to"), 3);
	assert_int_equal(flatmap_find_field(again, "t"), -ENOENT);

	/* No more than there is room for, and the number of all. */
	memset(some, 7, sizeof(some));
	assert_int_equal(ioctl(flatmap_fd(map), FLATMAP_IOC_INFO, &info), 0);
	assert_int_equal(info.fields_count, FLOW_FIELDS);
	assert_memory_equal(some, flow_fields, 2 * sizeof(some[0]));
	assert_int_equal(some[2].name[0], 7);
	info.fields = 0;
	assert_int_equal(ioctl(flatmap_fd(map), FLATMAP_IOC_INFO, &info), 0);
	assert_int_equal(info.fields_count, FLOW_FIELDS);
	info.fields = NOWHERE;
	assert_int_equal(ioctl(flatmap_fd(map), FLATMAP_IOC_INFO, &info), -1);
	assert_int_equal(errno, EFAULT);
	flatmap_close(map);
	flatmap_close(again);

	/* A plain value is one field; a map without values has none. */
	assert_int_equal(flatmap_info(fixture->map)->map_flags, FLATMAP_FIXED);
	assert_int_equal(flatmap_info(fixture->map)->fields_count, 1);
	assert_string_equal(flatmap_field(fixture->map, 0)->name, "value");
	assert_int_equal(flatmap_field(fixture->map, 0)->type,
			 FLATMAP_TYPE_U64);
	assert_int_equal(flatmap_create("set", &nothing, &map), 0);
	assert_int_equal(flatmap_info(map)->fields_count, 0);
	flatmap_close(map);
}

/* Creating "new" with these fields and @value_size fails. */
static void bad_fields(const struct fixture *fixture,
		       const struct flatmap_field *fields, uint32_t count,
		       uint32_t value_size, int err)
{
	struct flatmap_ioc_create create = {
		.size = sizeof(create),
		.name = address("new"),
		.entries = 1,
		.key_size = 1,
		.value_size = value_size,
		.fields_count = count,
		.fields = address(fields),
	};

	refused(fixture, fixture->device, FLATMAP_IOC_CREATE, &create, err);
}

/* One field of a value of 8 bytes. */
static void bad_field(const struct fixture *fixture, const char *name,
		      uint32_t type, uint32_t offset, uint32_t size)
{
	struct flatmap_field field = {
		.type = type,
		.offset = offset,
		.size = size,
	};

	memcpy(field.name, name, strlen(name));
	bad_fields(fixture, &field, 1, 8, EINVAL);
}

void fields_create_refused(void **state)
{
	const struct fixture *fixture = *state;
	static const char longest[] = "0123456789012345678901234567890x";
	struct flatmap_field fields[FLOW_FIELDS];
	struct flatmap_ioc_create create = {
		.size = sizeof(create),
		.name = address("new"),
		.entries = 1,
		.key_size = 1,
		.value_size = FLOW_SIZE,
		.fields_count = FLOW_FIELDS,
		.fields = address(flow_fields),
		.value_type = FLATMAP_TYPE_STRING,
	};

	/* The whole of it is of no type. */
	refused(fixture, fixture->device, FLATMAP_IOC_CREATE, &create, EINVAL);

	bad_field(fixture, "", FLATMAP_TYPE_BYTES, 0, 8);
	bad_field(fixture, "a b", FLATMAP_TYPE_BYTES, 0, 8);
	bad_field(fixture, "a=b", FLATMAP_TYPE_BYTES, 0, 8);
	bad_field(fixture, "caf\xc3\xa9", FLATMAP_TYPE_BYTES, 0, 8);
	bad_field(fixture, longest, FLATMAP_TYPE_BYTES, 0, 8);
	bad_field(fixture, "a", FLATMAP_TYPE_IPV6 + 1, 0, 8);
	bad_field(fixture, "a", UINT32_MAX, 0, 8);
	bad_field(fixture, "a", FLATMAP_TYPE_U32, 0, 8);
	bad_field(fixture, "a", FLATMAP_TYPE_BYTES, 0, 0);
	bad_field(fixture, "a", FLATMAP_TYPE_BYTES, 8, 0);
	bad_field(fixture, "a", FLATMAP_TYPE_BYTES, 0, 9);
	bad_field(fixture, "a", FLATMAP_TYPE_BYTES, 1, 8);
	bad_field(fixture, "a", FLATMAP_TYPE_BYTES, UINT32_MAX, 1);
	bad_field(fixture, "a", FLATMAP_TYPE_BYTES, 1, UINT32_MAX);

	memcpy(fields, flow_fields, sizeof(fields));
	fields[1].offset = 2;	/* overlaps the first */
	bad_fields(fixture, fields, FLOW_FIELDS, FLOW_SIZE, EINVAL);
	memcpy(fields, flow_fields, sizeof(fields));
	strcpy(fields[3].name, "port");
	bad_fields(fixture, fields, FLOW_FIELDS, FLOW_SIZE, EINVAL);
	memcpy(fields, flow_fields, sizeof(fields));
	fields[0] = flow_fields[1];	/* not in their order */
	fields[1] = flow_fields[0];
	bad_fields(fixture, fields, FLOW_FIELDS, FLOW_SIZE, EINVAL);
	memcpy(fields, flow_fields, sizeof(fields));
	fields[2].reserved = 1;
	bad_fields(fixture, fields, FLOW_FIELDS, FLOW_SIZE, EINVAL);
	memcpy(fields, flow_fields, sizeof(fields));
	fields[2].name[20] = 'x';	/* behind the NUL */
	bad_fields(fixture, fields, FLOW_FIELDS, FLOW_SIZE, EINVAL);
	bad_fields(fixture, flow_fields, FLOW_FIELDS, FLOW_SIZE - 1, EINVAL);
	bad_fields(fixture, flow_fields, FLOW_FIELDS, 0, EINVAL);

	bad_fields(fixture, (void *)NOWHERE, 1, 8, EFAULT);
	bad_fields(fixture, (void *)before_hole(sizeof(fields[0])), 2, 8,
		   EFAULT);
	bad_fields(fixture, flow_fields, FLATMAP_FIELDS_MAX + 1, 8, E2BIG);
	bad_fields(fixture, flow_fields, UINT32_MAX, 8, E2BIG);
}

/* As many as there can be, each of one byte; all of them can be told apart. */
void fields_most(void **state)
{
	struct flatmap_field fields[FLATMAP_FIELDS_MAX] = { 0 };
	const struct flatmap_options options = {
		.entries = 1,
		.key_size = 1,
		.value_size = FLATMAP_FIELDS_MAX,
		.fields = fields,
		.fields_count = FLATMAP_FIELDS_MAX,
	};
	struct flatmap_increment increments[FLATMAP_FIELDS_MAX] = { 0 };
	uint8_t value[FLATMAP_FIELDS_MAX], byte;
	struct flatmap *map;
	uint32_t i;

	(void)state;
	for (i = 0; i < FLATMAP_FIELDS_MAX; i++) {
		snprintf(fields[i].name, sizeof(fields[i].name),
			 "a-name-of-31-characters_yes_%03u", i);
		fields[i].type = FLATMAP_TYPE_U8;
		fields[i].offset = i;
		fields[i].size = 1;
		increments[i].field = i;
		increments[i].by = 3 * i;
		value[i] = i;
	}
	assert_int_equal(flatmap_create("most", &options, &map), 0);
	assert_int_equal(flatmap_insert(map, "k", value), 0);
	assert_int_equal(flatmap_increment(map, "k", increments,
					   FLATMAP_FIELDS_MAX, 0, value), 0);
	for (i = 0; i < FLATMAP_FIELDS_MAX; i++) {
		assert_int_equal(flatmap_find_field(map, fields[i].name), i);
		assert_int_equal(flatmap_lookup_field(map, "k", i, &byte), 0);
		assert_int_equal(byte, 4 * i);
		assert_int_equal(value[i], 4 * i);
	}
	flatmap_close(map);
}

/* ---- One field alone ------------------------------------------------ */

void fields_alone(void **state)
{
	struct flatmap *map = make_flows("flows", 0);
	unsigned char value[FLOW_SIZE], out[FLOW_SIZE + 1];
	const uint64_t key = 1, absent = 2;
	uint32_t i;

	(void)state;
	for (i = 0; i < FLOW_SIZE; i++)
		value[i] = 100 + i;
	assert_int_equal(flatmap_insert(map, &key, value), 0);

	for (i = 0; i < FLOW_FIELDS; i++) {
		const struct flatmap_field *field = &flow_fields[i];

		/* Nothing else is read, or written behind it. */
		memset(out, 0, sizeof(out));
		assert_int_equal(flatmap_lookup_field(map, &key, i, out), 0);
		assert_memory_equal(out, value + field->offset, field->size);
		assert_int_equal(out[field->size], 0);

		memset(value + field->offset, i, field->size);
		assert_int_equal(flatmap_update_field(map, &key, i,
						      value + field->offset),
				 0);
		assert_int_equal(flatmap_lookup(map, &key, out), 0);
		assert_memory_equal(out, value, FLOW_SIZE);
	}

	/* Without a place for it: is the key there? */
	assert_int_equal(flatmap_lookup_field(map, &key, 0, NULL), 0);
	assert_int_equal(flatmap_lookup_field(map, &absent, 0, NULL), -ENOENT);

	assert_int_equal(flatmap_lookup_field(map, &absent, 0, out), -ENOENT);
	assert_int_equal(flatmap_update_field(map, &absent, 0, out), -ENOENT);
	assert_int_equal(flatmap_lookup(map, &absent, out), -ENOENT);
	assert_int_equal(flatmap_lookup_field(map, &key, FLOW_FIELDS, out),
			 -EINVAL);
	assert_int_equal(flatmap_update_field(map, &key, UINT32_MAX, out),
			 -EINVAL);
	flatmap_close(map);
}

/* A column of many entries, with what cannot be done at the end. */
void fields_batch(void **state)
{
	struct flatmap *map = make_flows("flows", 0);
	uint64_t keys[51], bytes[51], *half, i;
	unsigned char value[FLOW_SIZE] = { 0 };
	size_t done;

	(void)state;
	for (i = 0; i < 51; i++) {
		keys[i] = i;
		bytes[i] = i * i << 40;
		if (i < 50)
			assert_int_equal(flatmap_insert(map, &i, value), 0);
	}
	assert_int_equal(flatmap_update_field_batch(map, keys, 1, bytes, 51,
						    &done), -ENOENT);
	assert_int_equal(done, 50);
	memset(bytes, 0, sizeof(bytes));
	assert_int_equal(flatmap_lookup_field_batch(map, keys, 1, bytes, 51,
						    &done), -ENOENT);
	assert_int_equal(done, 50);
	for (i = 0; i < 50; i++)
		assert_int_equal(bytes[i], i * i << 40);

	half = (uint64_t *)before_hole(20 * sizeof(*half) + 3);
	assert_int_equal(flatmap_lookup_field_batch(map, keys, 1, half, 50,
						    &done), -EFAULT);
	assert_int_equal(done, 20);
	assert_memory_equal(half, bytes, 20 * sizeof(*half));
	flatmap_close(map);
}

/* Only lookup and update know fields, and not of a multimap. */
void fields_refused(void **state)
{
	const struct fixture *fixture = *state;
	static const unsigned long nrs[] = {
		FLATMAP_IOC_INSERT, FLATMAP_IOC_UPSERT, FLATMAP_IOC_DELETE,
		FLATMAP_IOC_ADD, FLATMAP_IOC_DELETE_VALUE,
	};
	struct flatmap *map = make_flows("flows", FLATMAP_MULTIMAP);
	const uint64_t key = 1;
	unsigned char value[FLOW_SIZE] = { 0 };
	struct flatmap_ioc_items items = {
		.size = sizeof(items),
		.flags = FLATMAP_ITEMS_FIELD,
		.keys = address(&key),
		.values = address(value),
		.count = 1,
	};
	size_t i;

	assert_int_equal(flatmap_add(map, &key, value), 0);
	assert_int_equal(flatmap_lookup_field(map, &key, 0, value),
			 -EOPNOTSUPP);
	assert_int_equal(flatmap_update_field(map, &key, 0, value),
			 -EOPNOTSUPP);
	flatmap_close(map);
	assert_int_equal(flatmap_destroy("flows"), 0);

	for (i = 0; i < sizeof(nrs) / sizeof(nrs[0]); i++)
		refused(fixture, fixture->fd, nrs[i], &items, EINVAL);
}
