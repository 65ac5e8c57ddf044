// SPDX-License-Identifier: MIT
/* Reading all entries, page by page. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "device.h"

#define ENTRIES	5000

static struct flatmap *make_full(void)
{
	struct flatmap *map = make_map("paged");
	uint64_t key;

	for (key = 0; key < ENTRIES; key++)
		assert_int_equal(flatmap_insert(map, &key,
						&(uint64_t){ key * 3 }), 0);
	return map;
}

/* Every key below ENTRIES comes exactly once, in pages of @count. */
static void read_pages(const struct flatmap *map, size_t count,
		       bool with_values)
{
	unsigned char *seen = calloc(ENTRIES, 1);
	uint64_t *values = malloc(count * sizeof(*values));
	uint64_t *keys = malloc(count * sizeof(*keys));
	struct flatmap_cursor cursor = { 0 };
	size_t done, total = 0, i;

	do {
		assert_int_equal(flatmap_page(map, &cursor, keys,
					      with_values ? values : NULL,
					      count, &done), 0);
		assert_in_range(done, 0, count);
		for (i = 0; i < done; i++) {
			/* Others may come and go: they are ENTRIES and up. */
			if (keys[i] >= ENTRIES)
				continue;
			assert_int_equal(seen[keys[i]]++, 0);
			if (with_values)
				assert_int_equal(values[i] % 3, 0);
			total++;
		}
	} while (done);
	assert_int_equal(total, ENTRIES);

	free(seen);
	free(keys);
	free(values);
}

void page_sizes(void **state)
{
	struct flatmap *map = make_full();

	(void)state;
	read_pages(map, 1, true);
	read_pages(map, 7, true);
	read_pages(map, 4096, true);
	read_pages(map, ENTRIES, true);
	read_pages(map, 3 * ENTRIES, true);
	flatmap_close(map);
}

void page_keys_alone(void **state)
{
	struct flatmap *map = make_full();

	(void)state;
	read_pages(map, 1000, false);
	flatmap_close(map);
}

/* A page that cannot be stored leaves the cursor where it was. */
void page_fault(void **state)
{
	const struct fixture *fixture = *state;
	uint64_t keys[FIXTURE_ENTRIES], values[FIXTURE_ENTRIES], last;
	struct flatmap_ioc_page sound = {
		.size = sizeof(sound),
		.last = address(&last),
		.keys = address(keys),
		.values = address(values),
		.count = 1,
	}, page;

	assert_int_equal(ioctl(fixture->fd, FLATMAP_IOC_PAGE, &sound), 0);
	assert_int_equal(sound.done, 1);
	assert_int_equal(last, keys[0]);

	page = sound;
	page.keys = NOWHERE;
	refused(fixture, fixture->fd, FLATMAP_IOC_PAGE, &page, EFAULT);
	assert_int_equal(page.position, sound.position);
	assert_int_equal(page.done, 0);

	page = sound;
	page.values = NOWHERE;
	refused(fixture, fixture->fd, FLATMAP_IOC_PAGE, &page, EFAULT);
	page = sound;
	page.last = NOWHERE;
	refused(fixture, fixture->fd, FLATMAP_IOC_PAGE, &page, EFAULT);

	page = sound;
	page.count = FIXTURE_ENTRIES;
	assert_int_equal(ioctl(fixture->fd, FLATMAP_IOC_PAGE, &page), 0);
	assert_int_equal(page.done, FIXTURE_USED - 1);
	assert_int_equal(ioctl(fixture->fd, FLATMAP_IOC_PAGE, &page), 0);
	assert_int_equal(page.done, 0);
}

/* ---- While others write --------------------------------------------- */

struct writer {
	struct flatmap *map;
	bool stop;
	int err;
};

/* Adds and removes keys from ENTRIES up, and updates those below. */
static void *write_on(void *data)
{
	struct writer *writer = data;
	uint64_t key = 0, other, value;

	while (!__atomic_load_n(&writer->stop, __ATOMIC_RELAXED) &&
	       !writer->err) {
		key = (key + 7919) % ENTRIES;
		other = ENTRIES + key % (ENTRIES / 2);
		value = key * 3 + 3;
		writer->err = flatmap_update(writer->map, &key, &value);
		if (!writer->err)
			writer->err = flatmap_insert(writer->map, &other,
						     &value);
		if (!writer->err)
			writer->err = flatmap_delete(writer->map, &other, NULL);
	}
	return NULL;
}

void page_while_others_write(void **state)
{
	struct writer writer = { .map = make_full() };
	pthread_t thread;
	int i;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, write_on, &writer), 0);
	for (i = 0; i < 5; i++) {
		read_pages(writer.map, 64, true);
		read_pages(writer.map, 3000, true);
	}
	__atomic_store_n(&writer.stop, true, __ATOMIC_RELAXED);
	pthread_join(thread, NULL);
	assert_int_equal(writer.err, 0);
	flatmap_close(writer.map);
}
