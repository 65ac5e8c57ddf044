// SPDX-License-Identifier: GPL-2.0
/*
 * Memory in pages: for alloc_pages_exact() and vmalloc(), and for slabs. All of it is in huge
 * pages, as what the kernel maps directly is, and large vmalloc() too. It is never given back
 * to the machine but used again: to find memory that was never touched is dear in a guest,
 * and whose turn that falls on is chance.
 *
 * What takes more than half a unit of a huge page takes whole ones. Smaller pieces are powers
 * of two of a page, and each unit has pieces of one size.
 */
#include "host.h"

#define PAGES_SPACE	(16UL << 30)
#define UNITS		(PAGES_SPACE / HOST_UNIT)
#define UNIT_PAGES	(HOST_UNIT >> PAGE_SHIFT)
#define UNIT_ORDER	9

struct piece { struct piece *next; };

atomic64_t native_pages_used;

static spinlock_t pages_lock; /* guards what follows */
static char *pages_space;
static u8 unit_taken[UNITS];
static u8 unit_order[UNITS];	/* of the pieces that it has, or UNIT_ORDER */
static bool unit_marked[UNITS];	/* it has objects */
static struct piece *pieces[UNIT_ORDER];
static u32 page_count[UNITS * UNIT_PAGES]; /* of what begins at each page */

void native_pages_init(void)
{
	pages_space = host_map(PAGES_SPACE);
}

static size_t unit_of(const void *pointer)
{
	return ((const char *)pointer - pages_space) / HOST_UNIT;
}

/* A unit has objects, whose owner frees them. */
void native_pages_mark(const void *unit)
{
	unit_marked[unit_of(unit)] = true;
}

bool native_pages_marked(const void *pointer)
{
	return unit_marked[unit_of(pointer)];
}

/* Touch so much memory before anything is timed. */
void native_pages_reserve(u64 bytes)
{
	u64 most = min_t(u64, bytes, (u64)host_available() / 4 * 3);

	most = min_t(u64, most, PAGES_SPACE);
	host_populate(pages_space, ALIGN(most, HOST_UNIT));
}

long si_mem_available(void)
{
	return host_available() >> PAGE_SHIFT;
}

/* The first free run of so many units; as ever under the lock. */
static void *units_take(size_t count, u32 order)
{
	size_t at, run = 0;

	for (at = 0; at < UNITS && run < count; at++)
		run = unit_taken[at] ? 0 : run + 1;
	if (run < count)
		return NULL;
	at -= count;
	memset(unit_taken + at, 1, count);
	unit_order[at] = order;
	unit_marked[at] = false;
	return pages_space + at * HOST_UNIT;
}

static void *piece_take(u32 order)
{
	struct piece *piece = pieces[order];
	size_t at;
	char *unit;

	if (!piece) {
		unit = units_take(1, order);
		for (at = HOST_UNIT; unit && at; at -= PAGE_SIZE << order) {
			piece = (struct piece *)(unit + at - (PAGE_SIZE << order));
			piece->next = pieces[order];
			pieces[order] = piece;
		}
	}
	if (piece)
		pieces[order] = piece->next;
	return piece;
}

static u32 *pages_of(const void *pointer)
{
	return &page_count[((const char *)pointer - pages_space) >> PAGE_SHIFT];
}

void *native_pages_alloc(size_t bytes, gfp_t gfp)
{
	size_t pages = DIV_ROUND_UP(bytes, PAGE_SIZE);
	u32 order = order_base_2(pages);
	void *found;

	if (!pages || bytes > PAGES_SPACE)
		return NULL;
	spin_lock(&pages_lock);
	if (order < UNIT_ORDER)
		found = piece_take(order);
	else
		found = units_take(DIV_ROUND_UP(pages, UNIT_PAGES), UNIT_ORDER);
	if (found)
		*pages_of(found) = pages;
	spin_unlock(&pages_lock);
	if (!found)
		return NULL;
	atomic64_add(pages, &native_pages_used);
	if (gfp & __GFP_ZERO)
		memset(found, 0, bytes);
	return found;
}

void native_pages_free(const void *pointer)
{
	size_t unit = unit_of(pointer);
	struct piece *piece = (struct piece *)pointer;
	size_t pages;

	if (!pointer)
		return;
	spin_lock(&pages_lock);
	pages = *pages_of(pointer);
	if (unit_order[unit] == UNIT_ORDER) {
		memset(unit_taken + unit, 0, DIV_ROUND_UP(pages, UNIT_PAGES));
	} else {
		piece->next = pieces[unit_order[unit]];
		pieces[unit_order[unit]] = piece;
	}
	spin_unlock(&pages_lock);
	atomic64_sub((s64)pages, &native_pages_used);
}
