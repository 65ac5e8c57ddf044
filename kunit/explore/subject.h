/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The map under exploration, for those that operate on it.
 */
#ifndef _EXPLORE_SUBJECT_H
#define _EXPLORE_SUBJECT_H

#include "kernel.h"
#include "map.h"
#include "explore.h"

#define VALUE_WORDS	16	/* of a value at most */
#define KEY_WORDS	3	/* of a key at most */

/* The scenario, its map, and a pin for each thread. */
extern const struct ex_scenario *ex_explored;
extern struct flatmap *ex_map;
extern struct flatmap_pin *ex_pins;

/* Is the map being prepared, so that nobody else is at it? */
extern bool ex_alone;

/* subject.c */
void ex_put_key(u64 key, u64 *words);
u64 ex_get_key(const u64 *words);
u32 ex_value_words(void);
int ex_value(const u64 *words, u64 *value);

/* resizing.c */
u32 ex_map_regions(void);
u32 ex_last_number(void);
int ex_move(u32 home);
int ex_extend(u32 bits);
int ex_drain(void);
int ex_keep(u32 bits);
int ex_publish(void);
void ex_supersede(void);
void ex_ask(gfp_t gfp);
void ex_work(struct work_struct *work);

#endif /* _EXPLORE_SUBJECT_H */
