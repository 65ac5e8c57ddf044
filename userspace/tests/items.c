// SPDX-License-Identifier: MIT
/* Items that cannot be carried out: the error, and that nothing has changed. */
#include "device.h"

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
	/* Its value is another; and this is no multimap. */
	bad_item(fixture, FLATMAP_IOC_DELETE_VALUE, 1, NULL, 1, ENOENT);
	bad_item(fixture, FLATMAP_IOC_DELETE_VALUE, 99, NULL, 1, ENOENT);
	bad_item(fixture, FLATMAP_IOC_ADD, 1, NULL, 1, EOPNOTSUPP);

	bad_item(fixture, FLATMAP_IOC_INSERT, 99, &found, 1, EINVAL);
	bad_item(fixture, FLATMAP_IOC_UPDATE, 1, &found, 1, EINVAL);
	bad_item(fixture, FLATMAP_IOC_DELETE, 1, &found, 1, EINVAL);
	bad_item(fixture, FLATMAP_IOC_DELETE_VALUE, 1, &found, 1, EINVAL);
}

void errors_overflow(void **state)
{
	const struct fixture *fixture = *state;
	static const unsigned long nrs[] = {
		FLATMAP_IOC_LOOKUP, FLATMAP_IOC_INSERT, FLATMAP_IOC_UPDATE,
		FLATMAP_IOC_UPSERT, FLATMAP_IOC_DELETE, FLATMAP_IOC_ADD,
		FLATMAP_IOC_DELETE_VALUE,
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
