// SPDX-License-Identifier: GPL-2.0
/*
 * race MODULE KIND ENTRIES ROUNDS: load the bench for tables of so many entries, run
 * rounds of a kind, `race`, `growth`, `latency` or `simd`, unload it. The figures go to
 * standard output as they come. The BPF map among the lanes of the race is made here: the
 * module finds it by its file descriptor.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ROUNDS "/sys/kernel/debug/flatmap_bench"

static void fail(const char *what)
{
	fprintf(stderr, "race: %s: %s\n", what, strerror(errno));
	exit(EXIT_FAILURE);
}

static int make_map(unsigned int entries)
{
	union bpf_attr attr;
	int fd;

	memset(&attr, 0, sizeof(attr));
	attr.map_type = BPF_MAP_TYPE_HASH;
	attr.key_size = sizeof(uint64_t);
	attr.value_size = sizeof(uint64_t);
	attr.max_entries = entries;
	fd = syscall(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof(attr));
	if (fd < 0)
		fail("making a BPF map");
	return fd;
}

static void load(const char *path, unsigned int entries, int map)
{
	char params[64];
	int fd;

	snprintf(params, sizeof(params), "entries=%u bpf_fd=%d", entries, map);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		fail(path);
	if (syscall(SYS_finit_module, fd, params, 0))
		fail("loading the module");
	close(fd);
}

static void run_round(const char *kind)
{
	char text[16384];
	ssize_t size;
	int fd;

	snprintf(text, sizeof(text), ROUNDS "/%s", kind);
	fd = open(text, O_RDWR);
	if (fd < 0)
		fail(text);
	if (write(fd, "1", 1) != 1)
		fail("a round");
	size = read(fd, text, sizeof(text));
	if (size < 0 || fwrite(text, 1, size, stdout) != (size_t)size || fflush(stdout))
		fail("telling figures");
	close(fd);
}

int main(int argc, char **argv)
{
	unsigned int entries, rounds, i;
	const char *kind;

	if (argc != 5) {
		fprintf(stderr, "usage: race MODULE KIND ENTRIES ROUNDS\n");
		return EXIT_FAILURE;
	}
	kind = argv[2];
	entries = strtoul(argv[3], NULL, 0);
	rounds = strtoul(argv[4], NULL, 0);

	load(argv[1], entries, strcmp(kind, "race") ? -1 : make_map(entries));
	for (i = 0; i < rounds; i++) {
		fprintf(stderr, "race: %s, %u entries, round %u of %u\n", kind, entries, i + 1,
			rounds);
		run_round(kind);
	}
	if (syscall(SYS_delete_module, "flatmap_bench", O_NONBLOCK))
		fail("unloading the module");
	return EXIT_SUCCESS;
}
