/* SPDX-License-Identifier: GPL-2.0 */
/* The race, for whoever was told what to race: main.c, which knows the C library alone. */
#ifndef BENCH_NATIVE_ROUNDS_H
#define BENCH_NATIVE_ROUNDS_H

#include <stdbool.h>

/* Bytes of keys and values, as figures name them. */
extern char bench_shape[];

/* Names of lanes and works have commas between them, all if empty. 0 or a negative errno. */
int rounds_init(unsigned int entries, const char *lanes, const char *works);
void rounds_exit(void);

/* Count events of the kernel instead of those of the processor. */
extern bool rounds_software;

/* Is there a kind of rounds of this name? Its rounds return 0 or a negative errno. */
bool rounds_have(const char *kind);
int rounds_run(const char *kind);

#endif /* BENCH_NATIVE_ROUNDS_H */
