// SPDX-License-Identifier: GPL-2.0
/*
 * A schedule, for people: which thread does what to which contended word, and
 * where in the sources. A column for each thread.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "kernel.h"
#include "map.h"
#include <linux/flatmap/step.h>
#include "addresses.h"

#define TEXT	96	/* characters of a name or a value */

/* What a word is for, which tells how to print it. */
enum role {
	ROLE_PLAIN,
	ROLE_SLOT,
	ROLE_GROUP,
	ROLE_MARK,
	ROLE_LIST,
	ROLE_ROOM,
	ROLE_STATUS,
	ROLE_ADDRESS,
};

bool ex_tracing;

static const struct flatmap *map;

static const char *const hooks[] = {
#include "hooks.h"
};

static const char *const whats[] = {
	[EX_NOTHING] = "nothing",
	[EX_FILL] = "fill",
	[EX_INSERT] = "insert",
	[EX_UPDATE] = "update",
	[EX_UPSERT] = "upsert",
	[EX_DELETE] = "delete",
	[EX_DELETE_KEY] = "delete all",
	[EX_LOOKUP] = "lookup",
	[EX_LOOKUP_BATCH] = "lookup batch",
	[EX_LOOKUP_FIELD] = "lookup_field",
	[EX_UPDATE_FIELD] = "update_field",
	[EX_INSERT_BATCH] = "insert batch",
	[EX_UPDATE_BATCH] = "update batch",
	[EX_UPSERT_BATCH] = "upsert batch",
	[EX_ADD_BATCH] = "add batch",
	[EX_DELETE_BATCH] = "delete batch",
	[EX_DELETE_VALUE_BATCH] = "delete value batch",
	[EX_PIN] = "pin",
	[EX_UNPIN] = "unpin",
	[EX_MODIFY] = "modify",
	[EX_MODIFY_OR_INSERT] = "modify_or_insert",
	[EX_REPLACE] = "replace",
	[EX_ADD] = "add",
	[EX_DELETE_VALUE] = "delete_value",
	[EX_VALUES] = "values",
	[EX_ITERATE] = "iterate",
	[EX_EXTEND] = "extend",
	[EX_MOVE] = "move",
	[EX_DRAIN] = "drain",
	[EX_KEEP] = "keep",
	[EX_PUBLISH] = "publish",
	[EX_SUPERSEDE] = "supersede",
	[EX_REAP] = "reap",
	[EX_ASK] = "ask",
	[EX_WORK] = "work",
	[EX_LITMUS] = "litmus",
};

static void ex_line(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	printf("%6u  %*sT%u  ", ex_step, 8 * ex_running, "", ex_running);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
}

static void ex_trace_hook(enum fm_hook hook)
{
	if (ex_running == EX_NONE)
		return;
	ex_reached(hook);
	ex_line("(%s)", hooks[hook]);
}

/**
 * ex_trace_begin() - from now on, print
 * @of: the map under exploration
 */
void ex_trace_begin(const struct flatmap *of)
{
	map = of;
	fm_hook_function = ex_trace_hook;
	ex_tracing = true;
}

static enum role ex_name(char *name, u64 address);

/* The name of the word at @offset in the descriptor's level @level. */
static enum role ex_name_level(char *name, const char *whose,
			       const struct fm_level *level, size_t offset)
{
	static const struct {
		const char *name;
		size_t offset;
		enum role role;
	} fields[] = {
		{ "status", offsetof(struct fm_level, mcas.status), ROLE_STATUS },
		{ "words", offsetof(struct fm_level, mcas.words), ROLE_PLAIN },
		{ "guard", offsetof(struct fm_level, mcas.guard), ROLE_ADDRESS },
		{ "expect", offsetof(struct fm_level, mcas.expect), ROLE_MARK },
		{ "rdcss.sequence", offsetof(struct fm_level, rdcss.sequence),
		  ROLE_PLAIN },
		{ "rdcss.old", offsetof(struct fm_level, rdcss.old), ROLE_SLOT },
		{ "rdcss.mcas", offsetof(struct fm_level, rdcss.mcas), ROLE_SLOT },
	};
	size_t changes = offsetof(struct fm_level, mcas.change);
	size_t in_change = (offset - changes) % sizeof(struct fm_change);
	u32 change = (offset - changes) / sizeof(struct fm_change);
	char other[TEXT];
	u32 i;

	for (i = 0; i < ARRAY_SIZE(fields); i++) {
		if (fields[i].offset != offset)
			continue;
		snprintf(name, TEXT, "%s.%s", whose, fields[i].name);
		return fields[i].role;
	}
	snprintf(name, TEXT, "%s.change[%u].%s", whose, change,
		 in_change == offsetof(struct fm_change, word) ? "word" :
		 in_change == offsetof(struct fm_change, old) ? "old" : "new");
	return in_change == offsetof(struct fm_change, word) ? ROLE_ADDRESS :
	       ex_name(other, (u64)level->mcas.change[change].word);
}

static enum role ex_name_region(char *name, const struct ex_region *named, size_t offset)
{
	const struct fm_region *region = &named->header;
	size_t word = (offset - region->groups_at) / sizeof(u64);
	size_t block = (offset - region->blocks_at) / region->shape.block_size;
	size_t in_block = (offset - region->blocks_at) % region->shape.block_size;
	char whose[TEXT / 4] = "";

	if (named->number > 1 || ex_region(1))
		snprintf(whose, sizeof(whose), "region %u ", named->number);
	if (offset < region->groups_at) {
		snprintf(name, TEXT, "%sheader+%zu", whose, offset);
	} else if (offset < region->blocks_at) {
		snprintf(name, TEXT,
			 word % FM_GROUP_WORDS ? "%sslot %zu.%zu" : "%sgroup %zu", whose,
			 word / FM_GROUP_WORDS, word % FM_GROUP_WORDS - 1);
		return word % FM_GROUP_WORDS ? ROLE_SLOT : ROLE_GROUP;
	} else if (offset < region->next_at) {
		snprintf(name, TEXT, in_block ? "%sblock %zu word %zu" : "%sblock %zu mark",
			 whose, block, in_block / sizeof(u64) - 1);
		return in_block ? ROLE_PLAIN : ROLE_MARK;
	} else if (offset < region->stripes_at) {
		snprintf(name, TEXT, "%snext of block %llu", whose,
			 fm_spare_first(region) + (offset - region->next_at) / sizeof(u32));
	} else {
		snprintf(name, TEXT, "%sstripe %llu", whose,
			 (offset - region->stripes_at) / sizeof(struct fm_stripe));
		return ROLE_LIST;
	}
	return ROLE_PLAIN;
}

/* The name of a word in no region and no descriptor. */
static enum role ex_name_map(char *name, u64 address)
{
	const struct ex_region *region;

	for (u32 i = 0; i < map->whole->stripes; i++) {
		if (address != (u64)&map->whole->room[i].left)
			continue;
		snprintf(name, TEXT, "room %u", i);
		return ROLE_ROOM;
	}
	for (u32 i = 0; (region = ex_region(i)); i++) {
		size_t offset = address - region->extent;
		bool next = offset == offsetof(struct fm_extent, next);

		if (offset < sizeof(struct fm_extent)) {
			snprintf(name, TEXT, "region %u %s", region->number, next ? "next" :
				 offset == offsetof(struct fm_extent, tenure) ? "tenure" :
				 "extent");
			return next ? ROLE_ADDRESS : ROLE_PLAIN;
		}
		if (address - region->pins < sizeof(struct percpu_ref_data)) {
			snprintf(name, TEXT, "region %u pins", region->number);
			return ROLE_PLAIN;
		}
	}
	if (address == (u64)&map->region || address == (u64)&map->last) {
		snprintf(name, TEXT, "%s region",
			 address == (u64)&map->region ? "first" : "last");
		return ROLE_ADDRESS;
	}
	if (address - (u64)map < sizeof(*map))
		snprintf(name, TEXT, "map+%llu", address - (u64)map);
	else
		snprintf(name, TEXT, "%llx", address);
	return ROLE_PLAIN;
}

/* The name of the word at @address, and what it is for. */
static enum role ex_name(char *name, u64 address)
{
	/* struct fm_cpu: the depth on a line of its own, then the levels. */
	size_t stride = 64 + FM_LEVELS * sizeof(struct fm_level);
	size_t offset = address - (u64)ex_level(0, 0) + 64;
	size_t in_cpu = offset % stride;
	const struct ex_region *region = ex_region_of(address);
	const struct fm_level *level;
	char whose[TEXT / 2];

	if (region)
		return ex_name_region(name, region, address - region->at);
	if (offset >= EX_CPUS * stride)
		return ex_name_map(name, address);
	if (in_cpu < 64) {
		snprintf(name, TEXT, "cpu%zu.depth", offset / stride);
		return ROLE_PLAIN;
	}
	in_cpu -= 64;
	level = (const void *)(address - in_cpu % sizeof(*level));
	snprintf(whose, sizeof(whose), "cpu%u.%u", level->cpu, level->number);
	return ex_name_level(name, whose, level, in_cpu % sizeof(*level));
}

/* What @word means in a word with this role. */
static void ex_text(char *text, enum role role, u64 word)
{
	static const char *const outcomes[] = { "open", "succeeded", "failed", "?" };
	static const char *const states[] = { "OPEN", "CLOSED", "DONE", "?" };

	if (role == ROLE_STATUS)
		snprintf(text, TEXT, "#%llu %s", word >> 2, outcomes[word & 3]);
	else if (role == ROLE_ADDRESS)
		ex_name(text, word);
	else if (role == ROLE_MARK)
		snprintf(text, TEXT, "sequence %llu hash %x", word >> 32, (u32)word);
	else if (role != ROLE_PLAIN && fm_is_ref(word))
		snprintf(text, TEXT, "%s cpu%u.%u #%llu",
			 fm_kind(word) == FM_MCAS ? "MCAS" : "RDCSS",
			 fm_ref_cpu(word), fm_ref_level(word),
			 FIELD_GET(FM_REF_SEQUENCE, word));
	else if (role == ROLE_GROUP)
		snprintf(text, TEXT, "version %llu reserved %u used %02x overflow %u %s",
			 FIELD_GET(FM_VERSION, word), fm_reserved(word), fm_used(word),
			 fm_overflow(word), states[fm_state(word)]);
	else if (role == ROLE_LIST)
		snprintf(text, TEXT, "block %u (version %llu)", fm_index(word),
			 FIELD_GET(FM_HEAD_VERSION, word));
	else if (role == ROLE_ROOM)
		snprintf(text, TEXT, "%u (version %llu)", fm_left(word),
			 FIELD_GET(FM_ROOM_VERSION, word));
	else if (role == ROLE_SLOT && fm_is_empty(word))
		snprintf(text, TEXT, "EMPTY since %llu", FIELD_GET(FM_VERSION, word));
	else if (role == ROLE_SLOT)
		snprintf(text, TEXT, "%s home %u block %u readers %u",
			 fm_is_live(word) ? "LIVE" : "DELETED",
			 ex_home(word), fm_index(word), fm_readers(word));
	else
		snprintf(text, TEXT, "%llx", word);
}

void ex_trace_access(const struct ex_site *site, const void *address,
		     enum ex_kind kind, u64 found, u64 newest, u64 old, u64 new)
{
	const char *stale = found != newest ? " (stale)" : "";
	const char *file = strrchr(site->file, '/');
	char name[TEXT], was[TEXT], is[TEXT];
	enum role role;

	ex_regions_note();
	role = ex_name(name, (u64)address);
	file = file ? file + 1 : site->file;
	ex_text(was, role, found);
	ex_text(is, role, new);
	if (kind == EX_READ)
		ex_line("%s is %s%s   %s:%u %s", name, was, stale, file, site->line,
			site->function);
	else if (kind == EX_CMPXCHG && found != old)
		ex_line("%s stays %s%s   %s:%u %s", name, was, stale, file, site->line,
			site->function);
	else
		ex_line("%s = %s, was %s   %s:%u %s", name, is, was, file,
			site->line, site->function);
}

/* An operation begins, or with a result ends. */
void ex_trace_operation(const struct ex_operation *operation,
			const struct ex_result *result)
{
	char text[TEXT] = "";

	if (!result) {
		ex_line("%s key %u of home %u, value %llu: begins",
			whats[operation->what], operation->n, operation->home,
			operation->value);
		return;
	}
	if (result->count)
		snprintf(text, TEXT, ", found %llu", result->values[0]);
	ex_line("%s key %u of home %u: returns %d%s", whats[operation->what],
		operation->n, operation->home, result->err, text);
}
