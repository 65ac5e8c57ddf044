/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Named maps: what userspace means by "a map".
 *
 * A named map is referenced by its name, while it has one, and by every
 * descriptor that was opened for it. The last of them destroys the map, so
 * whoever came through a descriptor may use it without further ado.
 */
#ifndef _FLATMAP_REGISTRY_H
#define _FLATMAP_REGISTRY_H

#include <linux/kref.h>
#include <linux/rbtree.h>
#include <linux/flatmap.h>

/**
 * struct fm_named - a map with its name and what tools need to know of it
 * @map: the map
 * @params: what it was created with, but for the fields, which the map has
 * @key_type: &enum flatmap_type
 * @value_type: &enum flatmap_type
 * @name: its name; stays readable after the map was destroyed
 * @ref: the name's reference and the descriptors'
 * @node: place in the registry; the registry's own
 * @destroyed: it has lost its name; only ever becomes true
 */
struct fm_named {
	struct flatmap *map;
	struct flatmap_params params;
	u32 key_type;
	u32 value_type;
	char name[FLATMAP_NAME_MAX + 1];
	struct kref ref;
	struct rb_node node;
	bool destroyed;
};

struct fm_named *fm_named_create(const char *name,
				 const struct flatmap_params *params);
void fm_named_put(struct fm_named *named);

int fm_registry_add(struct fm_named *named);
struct fm_named *fm_registry_find(const char *name);
int fm_registry_remove(const char *name);
int fm_registry_list(const char *after, char *names, size_t *bytes, u64 *count);

#endif /* _FLATMAP_REGISTRY_H */
