// SPDX-License-Identifier: MIT
/*
 * Maps that are filled without end, on a machine with little memory and no swap: they are
 * told that there is none, and nobody else is hurt. Needs the module and root, prints TAP.
 */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "libflatmap.h"

#define LIMIT		"/sys/module/flatmap/parameters/max_bytes"
#define MEBIBYTE	(1024UL * 1024)
#define BYSTANDER	(60 * MEBIBYTE)
#define VALUE		4000
#define BATCH		64
#define PAGE		4096

/* How often growth is tried again: once in so many milliseconds. */
#define RETRY		100

static char default_limit[32];

static void set_limit(const char *bytes)
{
	FILE *file = fopen(LIMIT, "w");

	assert_non_null(file);
	assert_true(fputs(bytes, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000ULL + now.tv_nsec / 1000000;
}

/* What /proc/meminfo says of @what, in bytes. */
static uint64_t memory(const char *what)
{
	FILE *file = fopen("/proc/meminfo", "r");
	unsigned long long kilobytes = 0;
	char name[64];

	assert_non_null(file);
	while (fscanf(file, "%63[^:]: %llu%*[^\n] ", name, &kilobytes) == 2 &&
	       strcmp(name, what))
		kilobytes = 0;
	fclose(file);
	return kilobytes * 1024;
}

static struct flatmap *make_map(const char *name)
{
	const struct flatmap_options options = {
		.key_size = sizeof(uint64_t),
		.value_size = VALUE,
	};
	struct flatmap *map;

	assert_int_equal(flatmap_create(name, &options, &map), 0);
	return map;
}

/* Insert @count entries from @first on; 0 or what the first one that failed was told. */
static int insert(const struct flatmap *map, uint64_t first, size_t count, size_t *done)
{
	static unsigned char values[BATCH * VALUE];
	uint64_t keys[BATCH];
	size_t i;

	for (i = 0; i < count; i++)
		keys[i] = first + i;
	return flatmap_insert_batch(map, keys, values, count, done);
}

/* Fill the map until it takes no more. Returns how many entries it has. */
static uint64_t fill(const struct flatmap *map)
{
	uint64_t entries = 0;
	size_t done;
	int err;

	do {
		err = insert(map, entries, BATCH, &done);
		entries += done;
	} while (!err);
	assert_int_equal(err, -ENOMEM);
	return entries;
}

/* A process that keeps touching its memory, and how often it has touched all of it. */
struct bystander {
	pid_t pid;
	uint64_t *rounds;
};

static uint64_t rounds_of(const struct bystander *bystander)
{
	return __atomic_load_n(bystander->rounds, __ATOMIC_RELAXED);
}

static void rounds_add(const struct bystander *bystander)
{
	__atomic_fetch_add(bystander->rounds, 1, __ATOMIC_RELAXED);
}

static struct bystander bystander_start(void)
{
	struct bystander bystander = {
		.rounds = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
			       MAP_SHARED | MAP_ANONYMOUS, -1, 0),
	};

	assert_ptr_not_equal(bystander.rounds, MAP_FAILED);
	bystander.pid = fork();
	assert_true(bystander.pid >= 0);
	if (!bystander.pid) {
		char *touched = malloc(BYSTANDER);

		for (;; rounds_add(&bystander))
			for (size_t at = 0; at < BYSTANDER; at += PAGE)
				__atomic_fetch_add(&touched[at], 1, __ATOMIC_RELAXED);
	}
	while (!rounds_of(&bystander))
		usleep(1000);
	return bystander;
}

static void bystander_goes_on(const struct bystander *bystander)
{
	uint64_t rounds = rounds_of(bystander), end = now_ms() + 10000;

	while (rounds_of(bystander) < rounds + 2 && now_ms() < end)
		usleep(1000);
	assert_int_equal(waitpid(bystander->pid, NULL, WNOHANG), 0);
	assert_true(rounds_of(bystander) >= rounds + 2);
}

static void end(pid_t pid)
{
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static struct flatmap_ioc_stats stats_of(const struct flatmap *map)
{
	struct flatmap_ioc_stats stats;

	assert_int_equal(flatmap_stats(map, &stats, sizeof(stats)), 0);
	return stats;
}

/* Who inserts into the full map goes on being told so, and seldom makes it try. */
static void stays_full(const struct flatmap *map, uint64_t entries)
{
	uint64_t failed = stats_of(map).resizes_failed, began = now_ms(), tries;
	size_t done;

	assert_true(failed > 0);
	for (tries = 0; now_ms() < began + 1000; tries++) {
		assert_int_equal(insert(map, entries, BATCH, &done), -ENOMEM);
		assert_int_equal(done, 0);
	}
	failed = stats_of(map).resizes_failed - failed;
	print_message("%llu more batches, %llu more tries to grow\n",
		      (unsigned long long)tries, (unsigned long long)failed);
	assert_true(tries > 20);
	assert_true(failed <= (now_ms() - began) / RETRY + 1);
}

static void filled_beside_bystander(void)
{
	struct bystander bystander = bystander_start();
	struct flatmap *map = make_map("endless");
	uint64_t entries = fill(map);

	print_message("%llu entries, %llu bytes, %llu available of %llu\n",
		      (unsigned long long)entries,
		      (unsigned long long)stats_of(map).bytes,
		      (unsigned long long)memory("MemAvailable"),
		      (unsigned long long)memory("MemTotal"));
	assert_true(entries * VALUE > memory("MemTotal") / 8);
	bystander_goes_on(&bystander);
	stays_full(map, entries);
	bystander_goes_on(&bystander);
	end(bystander.pid);
	assert_int_equal(stats_of(map).entries, entries);
	flatmap_close(map);
	assert_int_equal(flatmap_destroy("endless"), 0);
}

/* As it is installed, maps have half of all memory at most. */
static void fills_up_to_the_default(void **state)
{
	(void)state;
	assert_in_range(strtoull(default_limit, NULL, 10), memory("MemTotal") / 3,
			memory("MemTotal") * 2 / 3);
	filled_beside_bystander();
}

static void fills_without_limit(void **state)
{
	(void)state;
	set_limit("0");
	filled_beside_bystander();
	set_limit(default_limit);
}

/* How long it takes until a process has gone that is killed after so many milliseconds. */
static uint64_t time_to_die(bool fills, unsigned int after)
{
	uint64_t killed;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (!pid) {
		struct flatmap *map = fills ? make_map("killed") : NULL;
		uint64_t entries = 0;
		size_t done = 0;

		for (;; entries += done)
			if (fills)
				insert(map, entries, BATCH, &done);
	}
	usleep(1000 * after);
	killed = now_ms();
	end(pid);
	killed = now_ms() - killed;
	if (fills)
		assert_int_equal(flatmap_destroy("killed"), 0);
	return killed;
}

/* Whatever it waits for when it is killed, a process ends at once, as any other does. */
static void ends_when_killed(void **state)
{
	uint64_t most = 0, idle = 0, took;
	unsigned int after;

	(void)state;
	for (after = 100; after < 2000; after += 100) {
		took = time_to_die(false, 10);
		idle = took > idle ? took : idle;
		took = time_to_die(true, after);
		most = took > most ? took : most;
	}
	print_message("gone within %llu ms, others within %llu\n",
		      (unsigned long long)most, (unsigned long long)idle);
	assert_true(most <= idle + 100);
}

/* The pages on each of two nodes of the region that has the most. */
static void most_pages(unsigned long pages[2])
{
	FILE *file = fopen("/proc/vmallocinfo", "r");
	char line[1024], *first, *second;
	unsigned long on[2];

	assert_non_null(file);
	memset(pages, 0, 2 * sizeof(*pages));
	while (fgets(line, sizeof(line), file)) {
		first = strstr(line, " N0=");
		second = strstr(line, " N1=");
		on[0] = first ? strtoul(first + 4, NULL, 10) : 0;
		on[1] = second ? strtoul(second + 4, NULL, 10) : 0;
		if (strstr(line, "[flatmap]") && on[0] + on[1] > pages[0] + pages[1])
			memcpy(pages, on, sizeof(on));
	}
	fclose(file);
}

#define INTERLEAVE	3	/* MPOL_INTERLEAVE of linux/mempolicy.h */

/* Memory that is to be spread over nodes is, whoever allocates it. */
static void lies_where_its_creator_likes(void **state)
{
	unsigned long nodes = 3, pages[2];
	struct flatmap *map;
	uint64_t entries;
	size_t done;

	(void)state;
	if (access("/sys/devices/system/node/node1", F_OK))
		skip();
	assert_int_equal(syscall(SYS_set_mempolicy, INTERLEAVE, &nodes, 8 * sizeof(nodes)), 0);
	map = make_map("spread");
	for (entries = 0; entries < 10000; entries += BATCH)
		assert_int_equal(insert(map, entries, BATCH, &done), 0);
	assert_int_equal(syscall(SYS_set_mempolicy, 0, NULL, 0), 0);
	most_pages(pages);
	print_message("%lu pages on one node, %lu on the other\n", pages[0], pages[1]);
	assert_true(pages[0] + pages[1] > 10000);
	assert_true(pages[0] > (pages[0] + pages[1]) / 3);
	assert_true(pages[1] > (pages[0] + pages[1]) / 3);
	flatmap_close(map);
	assert_int_equal(flatmap_destroy("spread"), 0);
}

static int get_limit(void **state)
{
	FILE *file = fopen(LIMIT, "r");

	(void)state;
	if (!file)
		return -1;
	if (fscanf(file, "%31s", default_limit) != 1)
		default_limit[0] = 0;
	fclose(file);
	return default_limit[0] ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fills_up_to_the_default),
		cmocka_unit_test(fills_without_limit),
		cmocka_unit_test(ends_when_killed),
		cmocka_unit_test(lies_where_its_creator_likes),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("pressure", tests, get_limit, NULL);
}
