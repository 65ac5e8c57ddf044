// SPDX-License-Identifier: GPL-2.0
/*
 * The memory that threads share: the map, its regions and the descriptors. It lies in
 * an arena that is put back as it was before each schedule, and every access to it
 * comes through here. What a schedule allocates is given back with it; what it frees is
 * poisoned, and not allocated again, so that any later use is noticed. Variables of the
 * core outside the arena are put back one by one.
 *
 * Another thread is let run only before an access to a contended word: one that
 * two threads use and one of them writes. What lies between two such accesses
 * cannot be told from one step. Which words are contended is learned: a pass over
 * all schedules that finds more of them is repeated with them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explore.h"

#define ARENA	(1024 * 1024)
#define PAGE	4096
#define UNIT	8	/* bytes of a word, which may be read by halves */
#define BLOCKS	1024
#define WRITES	1024
#define POISON	0x6b

/*
 * Who has used a word, a bit for each thread; whether threads switch at it, and its number
 * among those words. Whether it was freed, and whether it is @guarded: a group, a block or a
 * list of a region, which only read-side sections and pins keep from being freed.
 */
struct use {
	u8 readers;
	u8 writers;
	bool contended;
	u16 number;
	bool freed;
	bool guarded;
};

/* What ex_alloc() has returned. */
struct block {
	size_t at;
	size_t size;
	bool freed;
};

/* A variable outside the arena that was written to, and what it was. */
struct write {
	void *address;
	u64 was;
	u32 size;
};

static char arena[ARENA] ATTRIBUTE(aligned(PAGE));
static char image[ARENA];
static struct use uses[ARENA / UNIT];
static bool dirty[ARENA / PAGE + 1];
static size_t used, kept, most;
static u32 contended_count;
static bool news;		/* a thread has used a word for the first time */
static struct block blocks[BLOCKS];
static u32 blocks_count, blocks_kept;
static struct write writes[WRITES];
static u32 writes_count;

u64 ex_memory_hash;
u32 ex_step;
u32 ex_possible_cpus = 1;

u64 ex_mix(u64 a, u64 b)
{
	__uint128_t product;

	product = (__uint128_t)(a ^ 0x9e3779b97f4a7c15ULL) *
		  (b ^ 0xe7037ed1a0b428dbULL);
	a = (u64)product ^ (u64)(product >> 64);
	return (a ^ a >> 32) * 0xd6e8feb86659fd93ULL;
}

static void *ex_alloc_some(size_t size, size_t align, bool guarded)
{
	size_t at = (used + align - 1) & ~(align - 1);

	if (at + size > ARENA || blocks_count == BLOCKS) {
		fprintf(stderr, "explore: the arena is too small\n");
		exit(2);
	}
	blocks[blocks_count++] = (struct block){ at, size };
	used = at + size;
	most = used > most ? used : most;
	for (size_t n = at; n < used; n += UNIT)
		uses[n / UNIT].guarded = guarded;
	return memset(arena + at, 0, size);
}

void *ex_alloc(size_t size, size_t align)
{
	return ex_alloc_some(size, align, false);
}

void *ex_alloc_region(size_t size, size_t align)
{
	return ex_alloc_some(size, align, true);
}

/* Where in the arena @address is; at its end or later if it is not. */
static size_t ex_offset(const void *address)
{
	return (const char *)address - arena;
}

static void ex_dirty(size_t at)
{
	dirty[at / PAGE] = true;
	dirty[at / PAGE + 1] = true;
}

/* The block that begins @at bytes into the arena. */
static struct block *ex_block(size_t at)
{
	struct block *block = blocks + blocks_count;

	while (block-- > blocks) {
		if (block->at == at)
			return block;
	}
	ex_violate("what was not allocated is freed");
}

/* To free a block is to write all of it. */
static void ex_poison(const struct block *block)
{
	for (size_t at = block->at; at < block->at + block->size; at += UNIT) {
		struct use *use = &uses[at / UNIT];

		use->freed = true;
		ex_dirty(at);
		if (ex_running == EX_NONE)
			continue;
		use->writers |= 1 << ex_running;
		if (use->contended)
			ex_used(at / UNIT + 1, true);
	}
	memset(arena + block->at, POISON, block->size);
}

void ex_free(void *pointer)
{
	size_t at = ex_offset(pointer);
	struct block *block;

	if (at >= used) {
		free(pointer);
		return;
	}
	block = ex_block(at);
	if (block->freed)
		ex_violate("memory is freed twice");
	block->freed = true;
	ex_poison(block);
	ex_memory_hash ^= ex_mix(at, POISON);
	if (ex_running != EX_NONE)
		ex_remember(at, POISON);
}

/* How many blocks have not been freed. */
u32 ex_memory_blocks(void)
{
	u32 count = 0;

	for (u32 i = 0; i < blocks_count; i++)
		count += !blocks[i].freed;
	return count;
}

u32 ex_contended_count(void)
{
	return contended_count;
}

/* What is in the arena now is what every schedule begins with. */
void ex_memory_keep(void)
{
	memcpy(image, arena, used);
	kept = used;
	for (u32 i = 0; i < blocks_count; i++) {
		if (!blocks[i].freed)
			blocks[blocks_kept++] = blocks[i];
	}
	blocks_count = blocks_kept;
}

/* Forget the blocks of the last schedule, and that others were freed. */
static void ex_blocks_restore(void)
{
	for (u32 i = 0; i < blocks_count; i++) {
		struct block *block = &blocks[i];

		for (size_t n = 0; block->freed && n < block->size; n += UNIT)
			uses[(block->at + n) / UNIT].freed = false;
		block->freed = false;
	}
	blocks_count = blocks_kept;
}

/* Put back what has changed: pages that were written to, and those after them. */
void ex_memory_restore(void)
{
	ex_blocks_restore();
	while (writes_count--)
		memcpy(writes[writes_count].address, &writes[writes_count].was,
		       writes[writes_count].size);
	writes_count = 0;
	for (size_t at = 0; at < used; at += PAGE) {
		if (!dirty[at / PAGE])
			continue;
		memcpy(arena + at, image + at, PAGE);
		dirty[at / PAGE] = false;
	}
	used = kept;
	ex_memory_hash = 0;
	ex_step = 0;
}

/* Call what was seen to be contended so. True if there is more of it. */
bool ex_memory_learn(void)
{
	bool more = false;

	if (!news)
		return false;
	news = false;
	for (size_t i = 0; i < most / UNIT; i++) {
		struct use *use = &uses[i];
		u8 all = use->readers | use->writers;

		if (use->writers && all & (all - 1) && !use->contended) {
			use->contended = true;
			use->number = contended_count++;
			more = true;
		}
	}
	return more;
}

static u64 ex_load(const void *address, u32 size)
{
	return size == sizeof(u64) ? *(const u64 *)address :
	       size == sizeof(u32) ? *(const u32 *)address : *(const u8 *)address;
}

static void ex_store(void *address, u32 size, u64 value)
{
	if (size == sizeof(u64))
		*(u64 *)address = value;
	else if (size == sizeof(u32))
		*(u32 *)address = value;
	else
		*(u8 *)address = value;
}

/* Note what a variable outside the arena is. Those on stacks begin anew anyway. */
static void ex_note(const void *address, size_t size)
{
	struct write *write = &writes[writes_count];

	if (!kept || (const char *)address < __data_start ||
	    (const char *)address >= _end)
		return;
	if (writes_count++ == WRITES || size > sizeof(write->was)) {
		fprintf(stderr, "explore: the log of writes is too small\n");
		exit(2);
	}
	*write = (struct write){ .address = (void *)address, .size = size };
	memcpy(&write->was, address, size);
}

void ex_touched(const void *address, size_t size)
{
	size_t at = ex_offset(address);

	if (at >= used) {
		ex_note(address, size);
		return;
	}
	if (uses[at / UNIT].freed)
		ex_violate("freed memory is used");
	ex_dirty(at);
}

/* The running thread has changed what is @at bytes into the arena. */
static void ex_changed(size_t at, u64 was, u64 is)
{
	ex_dirty(at);
	if (was != is)
		ex_memory_hash ^= ex_mix(at, was) ^ ex_mix(at, is);
}

/* The running thread is one of those that use a word. */
static void ex_learn(u8 *users)
{
	if (*users & 1 << ex_running)
		return;
	*users |= 1 << ex_running;
	news = true;
}

/*
 * A cmpxchg has three parts, and others come between: the middle one, and the barriers
 * @before and after it.
 */
static void ex_full_part(size_t at, bool contended, bool before)
{
	if (before)
		ex_views_fence();
	ex_step++;
	if (contended) {
		ex_reached(EX_POINT);
		ex_point(at / UNIT + 1, true);
	}
	if (!before)
		ex_views_fence();
}

u64 ex_access(const struct ex_site *site, const void *address, u32 size,
	      enum ex_kind kind, u64 old, u64 new)
{
	size_t at = ex_offset(address);
	bool shared = ex_running != EX_NONE && at < used;
	struct use *use = &uses[at / UNIT];
	struct ex_part part;
	u64 found, newest;
	bool weak, full, changes;

	if (shared && use->guarded && !ex_may_use_regions())
		ex_violate("a region is used outside of a read-side section");
	if (shared && use->contended)
		ex_reached(EX_POINT);
	if (shared && (use->contended || (ex_replaying && !ex_is_guided())))
		ex_point(at / UNIT + 1, kind != EX_READ);

	weak = ex_weak && shared && use->contended;
	full = ex_weak && shared && site->order == EX_FULL &&
	       (kind == EX_XCHG || ex_load(address, size) == old);
	if (full)
		ex_full_part(at, use->contended, true);
	newest = ex_load(address, size);
	found = newest;
	if (at < used && use->freed) {
		if (ex_tracing && shared)
			ex_trace_access(site, address, kind, found, newest, old, new);
		ex_violate("freed memory is used");
	}
	if (weak) {
		part = (struct ex_part){
			.word = use->number,
			.address = arena + at / UNIT * UNIT,
			.at = at % UNIT,
			.size = size,
			.newest = ex_load(arena + at / UNIT * UNIT, UNIT),
		};
		found = ex_views_read(site, &part, kind, old);
	}
	changes = kind == EX_WRITE || kind == EX_XCHG ||
		  (kind == EX_CMPXCHG && found == old);
	if (changes && !shared)
		ex_touched(address, size);
	if (changes)
		ex_store((void *)address, size, new);
	if (weak && changes)
		ex_views_write(site, &part, kind,
			       ex_load(arena + at / UNIT * UNIT, UNIT));
	if (full && changes)
		ex_full_part(at, use->contended, false);
	if (!shared)
		return found;

	if (ex_step++ == EX_STEPS_MAX)
		ex_give_up();
	if (ex_tracing && use->contended)
		ex_trace_access(site, address, kind, found, newest, old, new);
	ex_learn(changes ? &use->writers : &use->readers);
	if (changes)
		ex_changed(at, newest, new);
	if (use->contended)
		ex_used(at / UNIT + 1, changes);
	ex_remember(found, 3 * old + 5 * new + at);
	return found;
}
