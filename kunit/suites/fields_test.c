// SPDX-License-Identifier: GPL-2.0
/*
 * Fields of values: which ones a map can have, and reading and writing one alone.
 */
#include <linux/err.h>

#include "fixture.h"
#include "words.h"

#define FIELDS_SIZE	43	/* bytes of a value: no whole number of words */
#define FIELDS_KEY	5

#define FIELDS_OF(...)	((const struct flatmap_field[]){ __VA_ARGS__ })

/* What comes of creating a map with these fields. */
static int fields_try(const struct flatmap_field *fields, u32 count)
{
	const struct flatmap_params params = {
		.entries	= 10,
		.key_size	= 8,
		.value_size	= FIELDS_SIZE,
		.fields_count	= count,
		.fields		= fields,
	};
	struct flatmap *map = flatmap_create(&params);

	if (IS_ERR(map))
		return PTR_ERR(map);
	flatmap_destroy(map);
	return 0;
}

/* Of creating one with this field alone. */
static int fields_one(const char *name, u32 type, u32 offset, u32 size)
{
	struct flatmap_field field = { .type = type, .offset = offset, .size = size };

	strscpy(field.name, name, sizeof(field.name));
	return fields_try(&field, 1);
}

static void fields_names(struct kunit *test)
{
	static const char *const good[] = {
		"a", "Z_9", "-", "0", "abcdefghijklmnopqrstuvwxyzABCDE",
	};
	static const char *const bad[] = {
		"", " ", "a b", "a.b", "a/", "\xc3\xa4", "a\n", "a=",
	};
	struct flatmap_field field = { .type = FLATMAP_TYPE_U8, .size = 1 };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(good); i++)
		KUNIT_EXPECT_EQ_MSG(test, fields_one(good[i], FLATMAP_TYPE_U8, 0, 1), 0,
				    "%s", good[i]);
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		KUNIT_EXPECT_EQ_MSG(test, fields_one(bad[i], FLATMAP_TYPE_U8, 0, 1),
				    -EINVAL, "%s", bad[i]);

	/* No NUL at the end; something after the NUL. */
	memset(field.name, 'a', sizeof(field.name));
	KUNIT_EXPECT_EQ(test, fields_try(&field, 1), -EINVAL);
	field.name[sizeof(field.name) - 1] = 0;
	KUNIT_EXPECT_EQ(test, fields_try(&field, 1), 0);
	field.name[5] = 0;
	KUNIT_EXPECT_EQ(test, fields_try(&field, 1), -EINVAL);
}

static void fields_types_and_sizes(struct kunit *test)
{
	/* The one size of each type; 0 if any will do. */
	static const u32 sizes[] = {
		[FLATMAP_TYPE_BYTES]	= 0,
		[FLATMAP_TYPE_U8]	= 1,
		[FLATMAP_TYPE_U16]	= 2,
		[FLATMAP_TYPE_U32]	= 4,
		[FLATMAP_TYPE_U64]	= 8,
		[FLATMAP_TYPE_S8]	= 1,
		[FLATMAP_TYPE_S16]	= 2,
		[FLATMAP_TYPE_S32]	= 4,
		[FLATMAP_TYPE_S64]	= 8,
		[FLATMAP_TYPE_STRING]	= 0,
		[FLATMAP_TYPE_MAC]	= 6,
		[FLATMAP_TYPE_IPV4]	= 4,
		[FLATMAP_TYPE_IPV6]	= 16,
	};
	u32 type, size;

	for (type = 0; type < ARRAY_SIZE(sizes); type++) {
		KUNIT_EXPECT_EQ(test, fields_one("f", type, 0, 0), -EINVAL);
		for (size = 1; size <= 17; size++)
			KUNIT_EXPECT_EQ_MSG(test, fields_one("f", type, 1, size),
					    !sizes[type] || sizes[type] == size ?
					    0 : -EINVAL,
					    "type %u, size %u", type, size);
	}
	KUNIT_EXPECT_EQ(test, fields_one("f", type, 0, 1), -EINVAL);
	KUNIT_EXPECT_EQ(test, fields_one("f", U32_MAX, 0, 1), -EINVAL);
}

static void fields_places(struct kunit *test)
{
	static const u32 ends[] = { 0, 1, 7, 8, FIELDS_SIZE - 1, FIELDS_SIZE };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(ends); i++) {
		u32 rest = FIELDS_SIZE - ends[i];

		KUNIT_EXPECT_EQ(test, fields_one("f", FLATMAP_TYPE_BYTES, ends[i], rest),
				rest ? 0 : -EINVAL);
		KUNIT_EXPECT_EQ(test, fields_one("f", FLATMAP_TYPE_BYTES, ends[i],
						 rest + 1), -EINVAL);
		/* An end that is past what 32 bits count. */
		KUNIT_EXPECT_EQ(test, fields_one("f", FLATMAP_TYPE_BYTES, ends[i],
						 U32_MAX - ends[i] + 1), -EINVAL);
	}
	KUNIT_EXPECT_EQ(test, fields_one("f", FLATMAP_TYPE_BYTES, FIELDS_SIZE + 1, 1),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, fields_one("f", FLATMAP_TYPE_BYTES, U32_MAX, 1), -EINVAL);
}

static void fields_together(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, fields_try(FIELDS_OF({ "a", FLATMAP_TYPE_U32, 0, 4 },
						   { "b", FLATMAP_TYPE_U32, 4, 4 },
						   { "c", FLATMAP_TYPE_U8, 20, 1 }), 3),
			0);
	/* One byte of both. */
	KUNIT_EXPECT_EQ(test, fields_try(FIELDS_OF({ "a", FLATMAP_TYPE_U32, 0, 4 },
						   { "b", FLATMAP_TYPE_U32, 3, 4 }), 2),
			-EINVAL);
	/* The same bytes. */
	KUNIT_EXPECT_EQ(test, fields_try(FIELDS_OF({ "a", FLATMAP_TYPE_U32, 0, 4 },
						   { "b", FLATMAP_TYPE_S32, 0, 4 }), 2),
			-EINVAL);
	/* In another order. */
	KUNIT_EXPECT_EQ(test, fields_try(FIELDS_OF({ "a", FLATMAP_TYPE_U32, 4, 4 },
						   { "b", FLATMAP_TYPE_U32, 0, 4 }), 2),
			-EINVAL);
	/* One name twice. */
	KUNIT_EXPECT_EQ(test, fields_try(FIELDS_OF({ "a", FLATMAP_TYPE_U32, 0, 4 },
						   { "b", FLATMAP_TYPE_U32, 4, 4 },
						   { "a", FLATMAP_TYPE_U32, 8, 4 }), 3),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, fields_try(FIELDS_OF({ "a", FLATMAP_TYPE_U32, 0, 4 },
						   { "A", FLATMAP_TYPE_U32, 4, 4 },
						   { "aa", FLATMAP_TYPE_U32, 8, 4 }), 3),
			0);
	KUNIT_EXPECT_EQ(test, fields_try(FIELDS_OF({ "a", FLATMAP_TYPE_U8, 0, 1, 1 }), 1),
			-EINVAL);
}

static void fields_as_many_as_allowed(struct kunit *test)
{
	struct flatmap_params params = {
		.entries	= 10,
		.key_size	= 8,
		.value_size	= FLATMAP_FIELDS_MAX + 1,
		.fields_count	= FLATMAP_FIELDS_MAX,
	};
	struct flatmap_field *fields;
	struct flatmap *map;
	u32 i;

	fields = kunit_kcalloc(test, FLATMAP_FIELDS_MAX + 1, sizeof(*fields), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, fields);
	for (i = 0; i < FLATMAP_FIELDS_MAX + 1; i++) {
		snprintf(fields[i].name, sizeof(fields[i].name), "f%u", i);
		fields[i].type = FLATMAP_TYPE_U8;
		fields[i].offset = i;
		fields[i].size = 1;
	}
	params.fields = fields;
	fx_map_with(test, &params);

	params.fields_count++;
	map = flatmap_create(&params);
	KUNIT_EXPECT_EQ(test, PTR_ERR_OR_ZERO(map), -E2BIG);
	params.fields_count = U32_MAX;
	map = flatmap_create(&params);
	KUNIT_EXPECT_EQ(test, PTR_ERR_OR_ZERO(map), -E2BIG);
}

/* Fields of each size at each alignment, within a word and across words. */
static const struct flatmap_field fields_some[] = {
	{ "u8",		FLATMAP_TYPE_U8,	0,	1 },
	{ "u16",	FLATMAP_TYPE_U16,	1,	2 },
	{ "u32",	FLATMAP_TYPE_U32,	3,	4 },
	{ "across",	FLATMAP_TYPE_S16,	7,	2 },
	{ "s64",	FLATMAP_TYPE_S64,	9,	8 },
	{ "ipv6",	FLATMAP_TYPE_IPV6,	18,	16 },
	{ "mac",	FLATMAP_TYPE_MAC,	34,	6 },
	{ "last",	FLATMAP_TYPE_STRING,	41,	2 },
};

static struct flatmap *fields_map(struct kunit *test)
{
	const struct flatmap_params params = {
		.entries	= 10,
		.key_size	= 8,
		.value_size	= FIELDS_SIZE,
		.hash		= FM_HASH_IDENTITY,
		.flags		= FLATMAP_FIXED,
		.fields_count	= ARRAY_SIZE(fields_some),
		.fields		= fields_some,
	};

	return fx_map_with(test, &params);
}

/* A value whose byte i is @from + i. */
static void fields_set(struct kunit *test, struct flatmap *map, u8 from)
{
	u64 key = FIELDS_KEY;
	u8 value[FIELDS_SIZE];
	u32 i;

	for (i = 0; i < FIELDS_SIZE; i++)
		value[i] = from + i;
	KUNIT_ASSERT_GE(test, flatmap_upsert(map, &key, value, GFP_KERNEL), 0);
}

static void fields_one_is_read(struct kunit *test)
{
	struct flatmap *map = fields_map(test);
	u64 key = FIELDS_KEY, none = 6;
	u32 i, n;
	u8 part[18];

	fields_set(test, map, 50);
	for (i = 0; i < ARRAY_SIZE(fields_some); i++) {
		memset(part, 1, sizeof(part));
		KUNIT_EXPECT_EQ(test, flatmap_lookup_field(map, &key, i, part + 1), 0);
		for (n = 0; n < fields_some[i].size; n++)
			KUNIT_EXPECT_EQ(test, part[1 + n], 50 + fields_some[i].offset + n);
		KUNIT_EXPECT_EQ(test, part[0], 1);
		KUNIT_EXPECT_EQ(test, part[1 + n], 1);
		KUNIT_EXPECT_EQ(test, flatmap_lookup_field(map, &none, i, part), -ENOENT);
	}
}

static void fields_one_is_written(struct kunit *test)
{
	struct flatmap *map = fields_map(test);
	u64 key = FIELDS_KEY, none = 6;
	u8 value[FIELDS_SIZE], part[17];
	u32 i, n;

	memset(part, 200, sizeof(part));
	for (i = 0; i < ARRAY_SIZE(fields_some); i++) {
		u32 from = fields_some[i].offset, end = from + fields_some[i].size;

		fields_set(test, map, 0);
		KUNIT_EXPECT_EQ(test, flatmap_update_field(map, &key, i, part + 1,
							   GFP_KERNEL), 0);
		KUNIT_EXPECT_EQ(test, flatmap_lookup(map, &key, value, NULL), 0);
		for (n = 0; n < FIELDS_SIZE; n++)
			KUNIT_EXPECT_EQ_MSG(test, value[n], n >= from && n < end ? 200 : n,
					    "byte %u", n);
		KUNIT_EXPECT_EQ(test, flatmap_update_field(map, &none, i, part,
							   GFP_KERNEL), -ENOENT);
	}
	KUNIT_EXPECT_EQ(test, fx_entries(map), 1);
}

static void fields_of_a_pinned_value(struct kunit *test)
{
	struct flatmap *map = fields_map(test);
	struct flatmap_pin pin;
	u64 key = FIELDS_KEY;
	u8 part = 200;
	u32 i;

	fields_set(test, map, 0);
	KUNIT_ASSERT_EQ(test, flatmap_pin(map, &key, &pin), 0);
	KUNIT_EXPECT_EQ(test, flatmap_update_field(map, &key, 0, &part, GFP_KERNEL), 0);
	part = 0;
	KUNIT_EXPECT_EQ(test, flatmap_lookup_field(map, &key, 0, NULL), 0);
	KUNIT_EXPECT_EQ(test, flatmap_lookup_field(map, &key, 0, &part), 0);
	KUNIT_EXPECT_EQ(test, part, 200);
	for (i = 0; i < FIELDS_SIZE; i++)
		KUNIT_EXPECT_EQ(test, ((const u8 *)pin.value)[i], i);
	flatmap_unpin(&pin);
}

static void fields_that_are_not_there(struct kunit *test)
{
	struct flatmap *map = fields_map(test), *plain = fx_map64(test, 10);
	u64 key = FIELDS_KEY, value = 7;

	fields_set(test, map, 0);
	KUNIT_ASSERT_EQ(test, flatmap_insert(plain, &key, &value, GFP_KERNEL), 0);
	KUNIT_EXPECT_EQ(test, flatmap_lookup_field(map, &key, 8, &value), -EINVAL);
	KUNIT_EXPECT_EQ(test, flatmap_update_field(map, &key, 8, &value, GFP_KERNEL),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, flatmap_lookup_field(map, &key, U32_MAX, &value), -EINVAL);
	KUNIT_EXPECT_EQ(test, flatmap_lookup_field(plain, &key, 0, &value), -EINVAL);
	KUNIT_EXPECT_EQ(test, flatmap_update_field(plain, &key, 0, &value, GFP_KERNEL),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, value, 7);
}

/* Another field is written while the first is read or written, at each step. */
struct fields_other {
	struct flatmap *map;
	u8 s64[8], u16[2];
	int result;
};

static void fields_write_others(void *arg)
{
	struct fields_other *other = arg;
	u64 key = FIELDS_KEY;

	other->result = flatmap_update_field(other->map, &key, 4, other->s64, GFP_ATOMIC) ?:
			flatmap_update_field(other->map, &key, 1, other->u16, GFP_ATOMIC);
}

static void fields_two_at_once(struct kunit *test)
{
	struct fields_other other = { .map = fields_map(test) };
	struct fx_stop stop = {
		.hook = FX_ANY_HOOK,
		.action = fields_write_others,
		.arg = &other,
	};
	u8 value[FIELDS_SIZE], part[4], mine = 100;
	u64 key = FIELDS_KEY;
	u32 n, after = 0;

	memset(other.s64, 200, sizeof(other.s64));
	memset(other.u16, 220, sizeof(other.u16));
	do {
		fields_set(test, other.map, 0);
		stop.after = after;
		fx_arm(test, &stop);
		KUNIT_EXPECT_EQ(test, flatmap_update_field(other.map, &key, 0, &mine,
							   GFP_KERNEL), 0);
		KUNIT_EXPECT_EQ(test, flatmap_lookup_field(other.map, &key, 2, part), 0);
		fx_disarm(&stop);
		KUNIT_EXPECT_EQ(test, flatmap_lookup(other.map, &key, value, NULL), 0);
		KUNIT_EXPECT_EQ(test, other.result, 0);
		for (n = 0; n < 4; n++)
			KUNIT_EXPECT_EQ(test, part[n], 3 + n);
		for (n = 0; n < FIELDS_SIZE; n++) {
			u8 there = !n ? 100 : !stop.reached ? n :
				   n >= 9 && n < 17 ? 200 : n < 3 ? 220 : n;

			KUNIT_EXPECT_EQ_MSG(test, value[n], there, "byte %u, step %u", n,
					    after);
		}
		after++;
	} while (stop.reached);
	KUNIT_EXPECT_GT(test, after, 10);
}

static struct kunit_case fields_cases[] = {
	KUNIT_CASE(fields_names),
	KUNIT_CASE(fields_types_and_sizes),
	KUNIT_CASE(fields_places),
	KUNIT_CASE(fields_together),
	KUNIT_CASE(fields_as_many_as_allowed),
	KUNIT_CASE(fields_one_is_read),
	KUNIT_CASE(fields_one_is_written),
	KUNIT_CASE(fields_of_a_pinned_value),
	KUNIT_CASE(fields_that_are_not_there),
	KUNIT_CASE(fields_two_at_once),
	{}
};

static struct kunit_suite fields_suite = {
	.name = "fields",
	.suite_init = fx_suite_init,
	.suite_exit = fx_suite_exit,
	.init = words_case_init,
	.test_cases = fields_cases,
};

kunit_test_suite(fields_suite);
