// SPDX-License-Identifier: GPL-2.0
#include <linux/string.h>

#include "typed.h"

/* Callbacks that make a value stand for *@n. */
static int typed_u32_put(u32 *value, void *n)
{
	typed_fill(value, sizeof(*value), *(u8 *)n);
	return 0;
}

static int typed_u64_put(u64 *value, void *n)
{
	typed_fill(value, sizeof(*value), *(u8 *)n);
	return 0;
}

static int typed_flows_put(struct typed_state *value, void *n)
{
	typed_fill(value, sizeof(*value), *(u8 *)n);
	return 0;
}

static int typed_hosts_put(struct typed_counters *value, void *n)
{
	typed_fill(value, sizeof(*value), *(u8 *)n);
	return 0;
}

static int typed_bytes_put(u8 *value, void *n)
{
	*value = *(u8 *)n;
	return 0;
}

/* The calls of a map whose keys and values have that many bytes. */
#define TYPED_CALLS(name, key_bytes, value_bytes)				\
static struct name name##_typed;						\
static struct name##_cursor name##_at;						\
static int name##_call_create(u64 entries, u32 hash)				\
{										\
	memset(&name##_at, 0, sizeof(name##_at));				\
	return name##_create(&name##_typed, entries, hash);			\
}										\
static int name##_call_lookup(const void *key, void *value)			\
{										\
	return name##_lookup(&name##_typed, key, value);			\
}										\
static int name##_call_insert(const void *key, const void *value)		\
{										\
	return name##_insert(&name##_typed, key, value, GFP_KERNEL);		\
}										\
static int name##_call_update(const void *key, const void *value)		\
{										\
	return name##_update(&name##_typed, key, value, GFP_KERNEL);		\
}										\
static int name##_call_upsert(const void *key, const void *value)		\
{										\
	return name##_upsert(&name##_typed, key, value, GFP_KERNEL);		\
}										\
static int name##_call_replace(const void *key, const void *old,		\
			       const void *value)				\
{										\
	return name##_replace(&name##_typed, key, old, value, GFP_KERNEL);	\
}										\
static int name##_call_modify(const void *key, u8 n)				\
{										\
	return name##_modify(&name##_typed, key, name##_put, &n, GFP_KERNEL);	\
}										\
static int name##_call_modify_or_insert(const void *key, const void *initial,	\
					u8 n)					\
{										\
	return name##_modify_or_insert(&name##_typed, key, initial, name##_put,	\
				       &n, GFP_KERNEL);				\
}										\
static int name##_call_delete(const void *key)					\
{										\
	return name##_delete(&name##_typed, key);				\
}										\
static int name##_call_delete_value(const void *key, const void *value)	\
{										\
	return name##_delete_value(&name##_typed, key, value);			\
}										\
static int name##_call_next(void *key, void *value)				\
{										\
	return name##_next(&name##_typed, &name##_at, key, value);		\
}										\
static void name##_call_destroy(void)						\
{										\
	name##_destroy(&name##_typed);						\
}										\
static const struct typed_calls name##_calls = {				\
	.key_size		= key_bytes,					\
	.value_size		= value_bytes,					\
	.map			= &name##_typed.map,				\
	.create			= name##_call_create,				\
	.lookup			= name##_call_lookup,				\
	.insert			= name##_call_insert,				\
	.update			= name##_call_update,				\
	.upsert			= name##_call_upsert,				\
	.replace		= name##_call_replace,				\
	.modify			= name##_call_modify,				\
	.modify_or_insert	= name##_call_modify_or_insert,			\
	.delete			= name##_call_delete,				\
	.delete_value		= name##_call_delete_value,			\
	.next			= name##_call_next,				\
	.destroy		= name##_call_destroy,				\
}

TYPED_CALLS(typed_u32, 4, 4);
TYPED_CALLS(typed_u64, 8, 8);
TYPED_CALLS(typed_flows, 16, 48);
TYPED_CALLS(typed_hosts, 6, 20);
TYPED_CALLS(typed_bytes, 1, 1);

const struct typed_calls *const typed_maps[TYPED_MAPS] = {
	&typed_u32_calls, &typed_u64_calls, &typed_flows_calls, &typed_hosts_calls,
	&typed_bytes_calls,
};
