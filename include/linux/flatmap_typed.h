/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Maps whose keys and values have types. The compiler checks them, and knows all
 * sizes where a lookup is inlined.
 *
 *	DEFINE_FLATMAP(flows, struct flow_key, struct flow_state);
 *
 *	struct flows flows;
 *
 *	err = flows_create(&flows, 100000, FLATMAP_HASH_SIPHASH);
 *	...
 *	err = flows_lookup(&flows, &key, &state);
 *
 * Keys are equal if all their bytes are, padding included: zero it.
 */
#ifndef _LINUX_FLATMAP_TYPED_H
#define _LINUX_FLATMAP_TYPED_H

#include <linux/build_bug.h>
#include <linux/err.h>
#include <linux/flatmap.h>
#include <linux/flatmap/find.h>
#include <linux/flatmap/hash.h>
#include <linux/rcupdate.h>

/* As flatmap_lookup(), of a map that is known to have this shape. */
static __always_inline int __flatmap_lookup(struct flatmap *map,
					    const struct fm_shape *shape,
					    const void *key, void *value)
{
	const struct fm_region *region;
	struct fm_found found = {};
	u64 hash;
	int is;

	if (unlikely(((const struct fm_front *)map)->shard_bits))
		return flatmap_lookup(map, key, value, NULL);
	rcu_read_lock();
	region = fm_region_of(map);
	hash = fm_hash_key(region, key, shape->key_size);
	is = fm_glance(region, shape, key, hash, value, &found);
	rcu_read_unlock();
	if (likely(is > 0))
		return 0;
	if (likely(!is && !fm_state(found.home)))
		return -ENOENT;
	return flatmap_lookup(map, key, value, NULL);
}

/* What both kinds have in common. */
#define __DEFINE_FLATMAP(name, key_type, value_type, kind)			\
static_assert(sizeof(key_type) >= 1 && sizeof(key_type) <= FLATMAP_KEY_MAX);	\
static_assert(sizeof(value_type) <= FLATMAP_VALUE_MAX);				\
										\
struct name {									\
	struct flatmap *map;							\
};										\
										\
struct name##_cursor {								\
	struct flatmap_cursor at;						\
	key_type last;								\
};										\
										\
static inline int name##_create_with(struct name *typed,			\
				     struct flatmap_params params)		\
{										\
	params.key_size = sizeof(key_type);					\
	params.value_size = sizeof(value_type);					\
	params.flags |= kind;							\
	typed->map = flatmap_create(&params);					\
	return PTR_ERR_OR_ZERO(typed->map);					\
}										\
										\
static inline int name##_create(struct name *typed, u64 entries, u32 hash)	\
{										\
	const struct flatmap_params params = {					\
		.entries	= entries,					\
		.hash		= hash,						\
	};									\
										\
	return name##_create_with(typed, params);				\
}										\
										\
static inline void name##_destroy(struct name *typed)				\
{										\
	flatmap_destroy(typed->map);						\
}										\
										\
static inline int name##_insert(struct name *typed, const key_type *key,	\
				const value_type *value, gfp_t gfp)		\
{										\
	return flatmap_insert(typed->map, key, value, gfp);			\
}										\
										\
static inline int name##_replace(struct name *typed, const key_type *key,	\
				 const value_type *old,				\
				 const value_type *value, gfp_t gfp)		\
{										\
	return flatmap_replace(typed->map, key, old, value, gfp);		\
}										\
										\
static inline int name##_delete(struct name *typed, const key_type *key)	\
{										\
	return flatmap_delete(typed->map, key);					\
}										\
										\
static inline int name##_delete_value(struct name *typed, const key_type *key,	\
				      const value_type *value)			\
{										\
	return flatmap_delete_value(typed->map, key, value);			\
}										\
										\
static inline int name##_next(struct name *typed, struct name##_cursor *cursor,	\
			      key_type *key, value_type *value)			\
{										\
	cursor->at.last = &cursor->last;					\
	return flatmap_next(typed->map, &cursor->at, key, value);		\
}

/**
 * DEFINE_FLATMAP() - define a map with types
 * @name: of the structure that stands for such a map
 * @key_type: type of its keys
 * @value_type: type of its values
 *
 * Defines struct @name and, each as the function of linux/flatmap.h that is called
 * alike: @name_create(typed, entries, hash), @name_create_with(typed, params) with a
 * &struct flatmap_params whose sizes are set here, @name_destroy(), @name_lookup(typed,
 * key, value), @name_insert(), @name_update(), @name_upsert(), @name_replace(),
 * @name_modify(typed, key, fn, arg, gfp) and @name_modify_or_insert(typed, key,
 * initial, fn, arg, gfp) with a callback int fn(value_type \*, void \*),
 * @name_delete(), @name_delete_value(), and @name_next(typed, cursor, key, value)
 * with a zeroed struct @name_cursor to begin.
 */
#define DEFINE_FLATMAP(name, key_type, value_type)				\
__DEFINE_FLATMAP(name, key_type, value_type, 0)					\
										\
struct name##_modification {							\
	int (*fn)(value_type *value, void *arg);				\
	void *arg;								\
};										\
										\
static inline int name##_modify_value(void *value, void *arg)			\
{										\
	const struct name##_modification *modification = arg;			\
										\
	return modification->fn(value, modification->arg);			\
}										\
										\
static inline int name##_lookup(struct name *typed, const key_type *key,	\
				value_type *value)				\
{										\
	const struct fm_shape shape = fm_shape_of(sizeof(key_type),		\
						  sizeof(value_type), false);	\
										\
	return __flatmap_lookup(typed->map, &shape, key, value);		\
}										\
										\
static inline int name##_update(struct name *typed, const key_type *key,	\
				const value_type *value, gfp_t gfp)		\
{										\
	return flatmap_update(typed->map, key, value, gfp);			\
}										\
										\
static inline int name##_upsert(struct name *typed, const key_type *key,	\
				const value_type *value, gfp_t gfp)		\
{										\
	return flatmap_upsert(typed->map, key, value, gfp);			\
}										\
										\
static inline int name##_modify(struct name *typed, const key_type *key,	\
				int (*fn)(value_type *value, void *arg),	\
				void *arg, gfp_t gfp)				\
{										\
	struct name##_modification modification = { .fn = fn, .arg = arg };	\
										\
	return flatmap_modify(typed->map, key, name##_modify_value,		\
			      &modification, gfp);				\
}										\
										\
static inline int name##_modify_or_insert(struct name *typed,			\
					  const key_type *key,			\
					  const value_type *initial,		\
					  int (*fn)(value_type *value, void *arg), \
					  void *arg, gfp_t gfp)			\
{										\
	struct name##_modification modification = { .fn = fn, .arg = arg };	\
										\
	return flatmap_modify_or_insert(typed->map, key, initial,		\
					name##_modify_value, &modification,	\
					gfp);					\
}

/**
 * DEFINE_FLATMULTIMAP() - define a multimap with types
 * @name: of the structure that stands for such a multimap
 * @key_type: type of its keys
 * @value_type: type of its values
 *
 * As DEFINE_FLATMAP(), with @name_add(typed, key, value, gfp) and @name_values(typed,
 * key, values, room, result) instead of lookup, update, upsert and modify.
 */
#define DEFINE_FLATMULTIMAP(name, key_type, value_type)				\
__DEFINE_FLATMAP(name, key_type, value_type, FLATMAP_MULTIMAP)			\
										\
static inline int name##_add(struct name *typed, const key_type *key,		\
			     const value_type *value, gfp_t gfp)		\
{										\
	return flatmap_add(typed->map, key, value, gfp);			\
}										\
										\
static inline int name##_values(struct name *typed, const key_type *key,	\
				value_type *values, u32 room,			\
				struct flatmap_result *result)			\
{										\
	return flatmap_values(typed->map, key, values, room, result);		\
}

#endif /* _LINUX_FLATMAP_TYPED_H */
