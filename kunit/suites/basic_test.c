// SPDX-License-Identifier: GPL-2.0
/* The operations one after the other: what each does and returns. */
#include "fixture.h"

static void basic_insert_lookup(struct kunit *test)
{
	struct flatmap *map = fx_map(test, 1000, 8, 8, FLATMAP_HASH_SIPHASH);
	struct flatmap_result result;
	u64 i, value;

	for (i = 0; i < 1000; i++) {
		value = i * 3;
		KUNIT_ASSERT_EQ(test, flatmap_insert(map, &i, &value, GFP_KERNEL), 0);
	}
	KUNIT_EXPECT_EQ(test, flatmap_insert(map, &i, &value, GFP_KERNEL), -ENOSPC);
	for (i = 0; i < 1000; i++) {
		KUNIT_ASSERT_EQ(test, flatmap_lookup(map, &i, &value, &result), 0);
		KUNIT_ASSERT_EQ(test, value, i * 3);
		KUNIT_ASSERT_EQ(test, result.values, 1);
	}
	KUNIT_EXPECT_EQ(test, flatmap_lookup(map, &i, &value, &result), -ENOENT);
	KUNIT_EXPECT_EQ(test, result.values, 0);
	KUNIT_EXPECT_EQ(test, fx_entries(map), 1000);
}

static struct kunit_case basic_cases[] = {
	KUNIT_CASE(basic_insert_lookup),
	{}
};

static struct kunit_suite basic_suite = {
	.name = "basic",
	.suite_init = fx_suite_init,
	.suite_exit = fx_suite_exit,
	.test_cases = basic_cases,
};

kunit_test_suite(basic_suite);
