// SPDX-License-Identifier: MIT
/* Those who load a growing map are interrupted, killed, or lose the map. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "device.h"
#include "load.h"

/* ---- Killed --------------------------------------------------------- */

/* Say after each batch how many entries are there. */
static void load_and_tell(const struct flatmap *map, int to)
{
	size_t loaded = 0, done;

	for (;;) {
		if (load_some(map, loaded, 500, &done))
			_exit(1);
		loaded += done;
		if (loaded == MANY || write(to, &loaded, sizeof(loaded)) < 0)
			_exit(0);
	}
}

/* What was said to be there is there, also what the killer heard too late. */
void cut_by_kill(void **state)
{
	struct flatmap *map = make_map("growing");
	size_t loaded = 0, entries, done;
	int ends[2], status;
	pid_t child;

	(void)state;
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	child = fork();
	assert_true(child >= 0);
	if (!child)
		load_and_tell(map, ends[1]);
	close(ends[1]);

	while (loaded < MANY / 4)
		assert_int_equal(read(ends[0], &loaded, sizeof(loaded)),
				 sizeof(loaded));
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	while (read(ends[0], &loaded, sizeof(loaded)) == sizeof(loaded))
		;
	close(ends[0]);

	entries = stats_of(map).entries;
	assert_in_range(entries, loaded, MANY - 1);
	all_loaded(map, entries);

	/* Others take over. */
	assert_int_equal(load_some(map, entries, MANY, &done), 0);
	all_loaded(map, MANY);
	flatmap_close(map);
}

/* ---- Interrupted ---------------------------------------------------- */

static void on_signal(int number)
{
	(void)number;
}

/* Signals end ioctls early; the library goes on, and nothing is lost or twice. */
void cut_by_signals(void **state)
{
	const struct itimerval often = { { 0, 1000 }, { 0, 1000 } }, never = { 0 };
	struct sigaction action = { .sa_handler = on_signal }, old;
	struct flatmap *map = make_map("growing");
	size_t done;
	int err;

	(void)state;
	sigaction(SIGALRM, &action, &old);
	setitimer(ITIMER_REAL, &often, NULL);
	err = load_some(map, 0, MANY, &done);
	setitimer(ITIMER_REAL, &never, NULL);
	sigaction(SIGALRM, &old, NULL);
	assert_int_equal(err, 0);
	assert_int_equal(done, MANY);
	all_loaded(map, MANY);
	flatmap_close(map);
}

/* ---- Without a map -------------------------------------------------- */

struct user {
	const struct flatmap *map;
	uint64_t first, loaded;
	int err;
};

static void *load_until_gone(void *data)
{
	struct user *user = data;
	uint64_t key;

	while (!user->err) {
		key = nth_key(user->first + user->loaded);
		user->err = flatmap_insert(user->map, &key, &key);
		__atomic_fetch_add(&user->loaded, 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

/* Destroyed at any stage of its growth, with two who make it grow. */
void cut_by_destroy(void **state)
{
	pthread_t threads[2];
	struct flatmap *map;
	uint64_t round;
	int i;

	(void)state;
	for (round = 0; round < 20; round++) {
		struct user users[2] = { { .first = 0 }, { .first = 1ULL << 40 } };

		map = make_map("growing");
		for (i = 0; i < 2; i++) {
			users[i].map = map;
			assert_int_equal(pthread_create(&threads[i], NULL,
							load_until_gone,
							&users[i]), 0);
		}
		while (__atomic_load_n(&users[0].loaded, __ATOMIC_RELAXED) <
		       round * 200)
			sched_yield();
		assert_int_equal(flatmap_destroy("growing"), 0);
		for (i = 0; i < 2; i++) {
			pthread_join(threads[i], NULL);
			assert_int_equal(users[i].err, -ENODEV);
		}
		flatmap_close(map);
	}
}
