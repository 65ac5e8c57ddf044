// SPDX-License-Identifier: MIT
/* Which instructions batches use: what the module was told, and what it says. */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "device.h"
#include "load.h"

#define PARAMETER	"/sys/module/flatmap/parameters/simd"

const char *const simd_names[] = { "scalar", "avx2", "avx512", "auto", NULL };

/* Returns 0 or a negative errno. */
static int write_parameter(const char *name)
{
	int fd = open(PARAMETER, O_WRONLY | O_CLOEXEC), err = 0;

	assert_true(fd >= 0);
	if (write(fd, name, strlen(name)) < 0)
		err = -errno;
	close(fd);
	return err;
}

static void parameter_is(const char *name)
{
	char text[32] = "";
	FILE *file = fopen(PARAMETER, "re");

	assert_non_null(file);
	assert_non_null(fgets(text, sizeof(text), file));
	fclose(file);
	text[strcspn(text, "\n")] = '\0';
	assert_string_equal(text, name);
}

bool simd_choose(const char *name)
{
	int err = write_parameter(name);

	if (err)
		assert_int_equal(err, -ENODEV);
	return !err;
}

/* Does the kernel say of this machine that it has such instructions? */
static bool has_flag(const char *flag)
{
	FILE *file = fopen("/proc/cpuinfo", "re");
	char *line = NULL, *word;
	size_t room = 0;
	bool has = false;

	assert_non_null(file);
	while (!has && getline(&line, &room, file) > 0) {
		if (strncmp(line, "flags", 5))
			continue;
		for (word = strtok(line, " \t:\n"); word && !has;
		     word = strtok(NULL, " \t:\n"))
			has = !strcmp(word, flag);
	}
	free(line);
	fclose(file);
	return has;
}

/* What is chosen is what stats say, and what there is none of is refused. */
void simd_parameter(void **state)
{
	const struct flatmap *map = ((const struct fixture *)*state)->map;
	const bool has[] = { true, has_flag("avx2"), has_flag("avx512f") };
	uint32_t widest = has[2] ? 2 : has[1] ? 1 : 0, number;

	for (number = 0; number < 3; number++) {
		assert_int_equal(write_parameter("auto"), 0);
		parameter_is("auto");
		assert_int_equal(stats_of(map).simd, widest);
		assert_string_equal(flatmap_simd_name(widest), simd_names[widest]);

		assert_int_equal(write_parameter(simd_names[number]),
				 has[number] ? 0 : -ENODEV);
		parameter_is(has[number] ? simd_names[number] : "auto");
		assert_int_equal(stats_of(map).simd, has[number] ? number : widest);
	}

	assert_int_equal(write_parameter("scalar"), 0);
	assert_int_equal(write_parameter("nonsense"), -EINVAL);
	assert_int_equal(write_parameter("avx"), -EINVAL);
	parameter_is("scalar");
	assert_int_equal(write_parameter("auto\n"), 0);
	parameter_is("auto");
	assert_string_equal(flatmap_simd_name(99), "unknown");
	unchanged(*state);
}

struct reader {
	const struct flatmap *map;
	bool stop;
	int err;
	uint64_t rounds;
};

static void *look_up(void *data)
{
	enum { COUNT = 1000 };
	struct reader *reader = data;
	uint64_t keys[COUNT], values[COUNT];
	int32_t results[COUNT];
	size_t i;

	for (i = 0; i < COUNT; i++)
		keys[i] = nth_key(i);
	while (!reader->err && !__atomic_load_n(&reader->stop, __ATOMIC_RELAXED)) {
		reader->err = flatmap_lookup_each(reader->map, keys, values, results,
						  COUNT, NULL);
		for (i = 0; i < COUNT && !reader->err; i++)
			if (results[i] != (i < COUNT / 2 ? 1 : -ENOENT) ||
			    values[i] != (i < COUNT / 2 ? i : 0))
				reader->err = -EILSEQ;
		__atomic_fetch_add(&reader->rounds, 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

/* Another choice in the middle of batches: they are right all the same. */
void simd_changed_under_load(void **state)
{
	struct reader reader = { .map = make_map("many") };
	pthread_t thread;
	size_t done;
	uint64_t i;

	(void)state;
	assert_int_equal(load_some(reader.map, 0, 500, &done), 0);
	assert_int_equal(pthread_create(&thread, NULL, look_up, &reader), 0);
	for (i = 0; i < 400 || (__atomic_load_n(&reader.rounds, __ATOMIC_RELAXED) < 100 &&
				!__atomic_load_n(&reader.err, __ATOMIC_RELAXED)); i++)
		simd_choose(simd_names[i % 4]);
	__atomic_store_n(&reader.stop, true, __ATOMIC_RELAXED);
	pthread_join(thread, NULL);
	assert_int_equal(write_parameter("auto"), 0);
	assert_int_equal(reader.err, 0);
	flatmap_close((struct flatmap *)reader.map);
}
