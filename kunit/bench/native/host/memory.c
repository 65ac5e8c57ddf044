// SPDX-License-Identifier: GPL-2.0
/* Memory of the machine. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "../host.h"

void *host_map(size_t bytes)
{
	char *at = mmap(NULL, bytes + HOST_UNIT, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (at == MAP_FAILED)
		host_die("there is no address space");
	at += -(uintptr_t)at % HOST_UNIT;
	if (madvise(at, bytes, MADV_HUGEPAGE))
		fputs("bench: this machine has no huge pages, only small ones\n", stderr);
	return at;
}

void host_populate(void *address, size_t bytes)
{
	memset(address, 0, bytes);
}

unsigned long host_available(void)
{
	unsigned long kib = 0;
	char line[128];
	FILE *file = fopen("/proc/meminfo", "r");

	if (!file)
		host_die("/proc/meminfo cannot be read");
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "MemAvailable: %lu", &kib) == 1)
			break;
	}
	fclose(file);
	return kib << 10;
}
