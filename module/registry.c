// SPDX-License-Identifier: GPL-2.0
/*
 * The names of maps. Called from the character device, in task context.
 *
 * Every name holds a reference to the module, so that the module cannot be
 * removed while a map exists. The callers come through an open /dev/flatmap,
 * which holds one too: taking another cannot fail, and dropping a name's does
 * not pull the module away under its caller.
 */
#include <linux/err.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "registry.h"

/* Protects the tree. What a reference leads to needs no lock. */
static DEFINE_MUTEX(fm_registry_lock);
static struct rb_root fm_registry = RB_ROOT;

#define to_named(rb)	rb_entry(rb, struct fm_named, node)

/**
 * fm_named_create() - create a map that will be known by a name
 * @name: the name, checked by the caller
 * @params: of the map, checked by flatmap_create()
 *
 * The name is not in the registry yet; the caller has the only reference.
 *
 * Context: task context, sleeps.
 * Return: the named map or an ERR_PTR().
 */
struct fm_named *fm_named_create(const char *name,
				 const struct flatmap_params *params)
{
	struct flatmap_params charged = *params;
	struct fm_named *named;
	struct flatmap *map;

	named = kzalloc(sizeof(*named), GFP_KERNEL_ACCOUNT);
	if (!named)
		return ERR_PTR(-ENOMEM);

	charged.flags |= FLATMAP_ACCOUNT;
	map = flatmap_create(&charged);
	if (IS_ERR(map)) {
		kfree(named);
		return ERR_CAST(map);
	}

	named->map = map;
	named->params = *params;
	named->params.fields = NULL; /* the caller's; the map has its own */
	strscpy(named->name, name, sizeof(named->name));
	kref_init(&named->ref);
	return named;
}

static void fm_named_release(struct kref *ref)
{
	struct fm_named *named = container_of(ref, struct fm_named, ref);

	flatmap_destroy(named->map);
	kfree(named);
}

/**
 * fm_named_put() - drop a reference; the last one destroys the map
 * @named: the named map
 *
 * Context: task context, sleeps.
 */
void fm_named_put(struct fm_named *named)
{
	kref_put(&named->ref, fm_named_release);
}

static int fm_name_cmp(const void *name, const struct rb_node *rb)
{
	return strcmp(name, to_named(rb)->name);
}

static int fm_node_cmp(struct rb_node *new, const struct rb_node *rb)
{
	return strcmp(to_named(new)->name, to_named(rb)->name);
}

/**
 * fm_registry_add() - give a map its name
 * @named: from fm_named_create(); the name takes a reference of its own
 *
 * Context: task context, sleeps.
 * Return: 0, or -EEXIST if another map has that name.
 */
int fm_registry_add(struct fm_named *named)
{
	struct rb_node *other;

	mutex_lock(&fm_registry_lock);
	other = rb_find_add(&named->node, &fm_registry, fm_node_cmp);
	if (!other) {
		kref_get(&named->ref);
		__module_get(THIS_MODULE);
	}
	mutex_unlock(&fm_registry_lock);

	return other ? -EEXIST : 0;
}

/**
 * fm_registry_find() - look for a map by its name
 * @name: the name
 *
 * Context: task context, sleeps.
 * Return: the map with a reference for the caller, or NULL.
 */
struct fm_named *fm_registry_find(const char *name)
{
	struct fm_named *named = NULL;
	struct rb_node *rb;

	mutex_lock(&fm_registry_lock);
	rb = rb_find(name, &fm_registry, fm_name_cmp);
	if (rb) {
		named = to_named(rb);
		kref_get(&named->ref);
	}
	mutex_unlock(&fm_registry_lock);

	return named;
}

/**
 * fm_registry_remove() - take a map's name away
 * @name: the name
 *
 * Calls on the map's descriptors that begin after this return -ENODEV.
 *
 * Context: task context, sleeps.
 * Return: 0, or -ENOENT if no map has that name.
 */
int fm_registry_remove(const char *name)
{
	struct fm_named *named = NULL;
	struct rb_node *rb;

	mutex_lock(&fm_registry_lock);
	rb = rb_find(name, &fm_registry, fm_name_cmp);
	if (rb) {
		rb_erase(rb, &fm_registry);
		named = to_named(rb);
		WRITE_ONCE(named->destroyed, true);
	}
	mutex_unlock(&fm_registry_lock);

	if (!named)
		return -ENOENT;

	fm_named_put(named);
	module_put(THIS_MODULE);
	return 0;
}

/* The first map whose name sorts after @after; the lock is held. */
static struct rb_node *fm_registry_after(const char *after)
{
	struct rb_node *rb = fm_registry.rb_node, *found = NULL;

	while (rb) {
		if (strcmp(to_named(rb)->name, after) > 0) {
			found = rb;
			rb = rb->rb_left;
		} else {
			rb = rb->rb_right;
		}
	}
	return found;
}

/**
 * fm_registry_list() - copy names, in byte order
 * @after: only names that sort after this one; "" for all
 * @names: buffer to fill with names, each with its NUL
 * @bytes: in: size of @names; out: how much of it was filled
 * @count: out: number of names
 *
 * Context: task context, sleeps.
 * Return: 0, or -ENOSPC if there is a name and the first does not fit.
 */
int fm_registry_list(const char *after, char *names, size_t *bytes, u64 *count)
{
	size_t filled = 0;
	struct rb_node *rb;
	int err = 0;

	*count = 0;
	mutex_lock(&fm_registry_lock);
	for (rb = fm_registry_after(after); rb; rb = rb_next(rb)) {
		const char *name = to_named(rb)->name;
		size_t size = strlen(name) + 1;

		if (size > *bytes - filled) {
			err = *count ? 0 : -ENOSPC;
			break;
		}
		memcpy(names + filled, name, size);
		filled += size;
		++*count;
	}
	mutex_unlock(&fm_registry_lock);

	*bytes = filled;
	return err;
}
