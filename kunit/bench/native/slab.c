// SPDX-License-Identifier: GPL-2.0
/*
 * Objects, as the kernel's slabs have them since each processor has sheaves: arrays of
 * pointers to free objects, one that it takes from and gives to, a spare one, and one of
 * objects that wait for a grace period. Full and empty ones change hands in a depot, under
 * a lock. The fast path is that of the kernel: a section without preemption, an index, a
 * pointer. What a thread frees after a grace period comes back through the depot in whole
 * sheaves, so nobody else touches it.
 *
 * The depot holds ten full sheaves, as the kernel's does. What is beyond goes back to its
 * slab, object by object, and comes from there again. A slab is a page here: those of the
 * kernel have one or a few.
 *
 * An object is found in its cache by the unit of memory that it lies in.
 */
#include "host.h"

#define SHEAF_ROOM	60
#define SLAB_KMALLOC	12

/* The most full sheaves in a depot. */
#define DEPOT_FULL	10

/**
 * struct sheaf - pointers to free objects
 * @next: in the depot
 * @rcu: while they wait for a grace period
 * @cache: then, whose objects they are
 * @count: how many
 * @objects: the pointers
 */
struct sheaf {
	struct sheaf *next;
	struct rcu_head rcu;
	struct kmem_cache *cache;
	u32 count;
	void *objects[SHEAF_ROOM];
};

/**
 * struct slab - a page of a unit
 * @free: free objects of it, each with the address of the next one
 * @next: slabs with some
 */
struct slab {
	void **free;
	struct slab *next;
};

/* A unit of memory with objects. */
struct slab_unit {
	struct slab_unit *next;
	struct kmem_cache *cache;
	struct slab slabs[HOST_UNIT >> PAGE_SHIFT];
};

/**
 * struct kmem_cache - objects of one size
 * @size: of an object
 * @lock: guards what stands between it and @cpu
 * @full: sheaves that are full
 * @count: how many
 * @partial: slabs with free objects beyond
 * @units: of memory
 * @fresh: what was never handed out of the newest one
 * @end: where that ends
 * @pages: that objects have been handed out of
 * @cpu: the sheaves of each thread
 */
struct kmem_cache {
	u32 size;
	spinlock_t lock; /* of @full to @pages */
	struct sheaf *full;
	u32 count;
	struct slab *partial;
	struct slab_unit *units;
	char *fresh;
	char *end;
	u64 pages;
	struct slab_cpu {
		struct sheaf *main;
		struct sheaf *spare;
		struct sheaf *rcu_free;
	} __aligned(64) cpu[NATIVE_THREADS];
};

static const u16 kmalloc_sizes[SLAB_KMALLOC] = {
	8, 16, 32, 64, 96, 128, 192, 256, 512, 1024, 2048, 4096,
};

static struct kmem_cache kmalloc_caches[SLAB_KMALLOC];

/* ---- Sheaves -------------------------------------------------------- */

static struct sheaf *sheaves_empty;
static spinlock_t sheaves_lock;

/* Under the lock. They stay for good, and are nobody's memory. */
static void sheaves_more(void)
{
	struct sheaf *sheaf = native_pages_alloc(PAGE_SIZE, 0);
	u32 count = PAGE_SIZE / sizeof(*sheaf);

	if (!sheaf)
		host_die("there is no memory");
	atomic64_dec(&native_pages_used);
	for (; count--; sheaf++) {
		sheaf->next = sheaves_empty;
		sheaves_empty = sheaf;
	}
}

static struct slab_unit *slab_unit(const void *object)
{
	return (struct slab_unit *)((u64)object & ~(HOST_UNIT - 1));
}

static struct kmem_cache *slab_cache(const void *object)
{
	return slab_unit(object)->cache;
}

static struct slab *slab_of(const void *object)
{
	return &slab_unit(object)->slabs[((u64)object & (HOST_UNIT - 1)) >> PAGE_SHIFT];
}

static struct sheaf *sheaf_new(void)
{
	struct sheaf *sheaf;

	spin_lock(&sheaves_lock);
	if (!sheaves_empty)
		sheaves_more();
	sheaf = sheaves_empty;
	sheaves_empty = sheaf->next;
	spin_unlock(&sheaves_lock);
	sheaf->count = 0;
	return sheaf;
}

static void sheaf_drop(struct sheaf *sheaf)
{
	if (!sheaf)
		return;
	spin_lock(&sheaves_lock);
	sheaf->next = sheaves_empty;
	sheaves_empty = sheaf;
	spin_unlock(&sheaves_lock);
}

static void depot_loosen(struct kmem_cache *cache, struct sheaf *sheaf)
{
	struct slab *slab;
	void **object;

	while (sheaf->count) {
		object = sheaf->objects[--sheaf->count];
		slab = slab_of(object);
		if (!slab->free) {
			slab->next = cache->partial;
			cache->partial = slab;
		}
		*object = slab->free;
		slab->free = object;
	}
}

static void depot_collect(struct kmem_cache *cache, struct sheaf *sheaf)
{
	struct slab *slab;

	while (cache->partial && sheaf->count < SHEAF_ROOM) {
		slab = cache->partial;
		sheaf->objects[sheaf->count++] = slab->free;
		slab->free = *slab->free;
		if (!slab->free)
			cache->partial = slab->next;
	}
}

static void depot_put(struct kmem_cache *cache, struct sheaf *sheaf)
{
	spin_lock(&cache->lock);
	if (cache->count < DEPOT_FULL) {
		cache->count++;
		sheaf->next = cache->full;
		cache->full = sheaf;
		sheaf = NULL;
	} else {
		depot_loosen(cache, sheaf);
	}
	spin_unlock(&cache->lock);
	sheaf_drop(sheaf);
}

static struct sheaf *depot_get(struct kmem_cache *cache)
{
	struct sheaf *sheaf = NULL;

	spin_lock(&cache->lock);
	sheaf = cache->full;
	if (sheaf) {
		cache->count--;
		cache->full = sheaf->next;
	}
	spin_unlock(&cache->lock);
	return sheaf;
}

/* ---- Slabs ---------------------------------------------------------- */

/* Where objects begin in a unit. Powers of two are aligned to themselves. */
static size_t slab_first(size_t size)
{
	return ALIGN(sizeof(struct slab_unit), size & (size - 1) ? 64UL : max(size, 64UL));
}

static bool slab_new(struct kmem_cache *cache)
{
	struct slab_unit *unit = native_pages_alloc(HOST_UNIT, 0);

	if (!unit)
		return false;
	atomic64_sub(HOST_UNIT >> PAGE_SHIFT, &native_pages_used);
	memset(unit, 0, sizeof(*unit));
	unit->cache = cache;
	unit->next = cache->units;
	cache->units = unit;
	native_pages_mark(unit);
	cache->fresh = (char *)unit + slab_first(cache->size);
	cache->end = (char *)unit + HOST_UNIT;
	return true;
}

/* Fill @sheaf with objects that slabs have got back, or with such as were never handed out, in order. */
static void slab_refill(struct kmem_cache *cache, struct sheaf *sheaf)
{
	u64 begun, ended;
	u32 i;

	spin_lock(&cache->lock);
	depot_collect(cache, sheaf);
	if (sheaf->count) {
		spin_unlock(&cache->lock);
		return;
	}
	if (cache->end - cache->fresh >= cache->size || slab_new(cache)) {
		sheaf->count = min_t(u64, SHEAF_ROOM,
				     (u64)(cache->end - cache->fresh) / cache->size);
		begun = DIV_ROUND_UP((u64)cache->fresh, PAGE_SIZE);
		for (i = sheaf->count; i--; cache->fresh += cache->size)
			sheaf->objects[i] = cache->fresh;
		ended = DIV_ROUND_UP((u64)cache->fresh, PAGE_SIZE);
		cache->pages += ended - begun;
		atomic64_add((s64)(ended - begun), &native_pages_used);
	}
	spin_unlock(&cache->lock);
}

/* ---- Objects -------------------------------------------------------- */

/* A sheaf with something in it, if there is memory. */
static noinline struct sheaf *slab_more(struct kmem_cache *cache, struct slab_cpu *cpu)
{
	struct sheaf *full;

	if (cpu->spare && cpu->spare->count) {
		swap(cpu->main, cpu->spare);
		return cpu->main;
	}
	full = depot_get(cache);
	if (full) {
		sheaf_drop(cpu->spare);
		cpu->spare = cpu->main;
		cpu->main = full;
		return full;
	}
	if (!cpu->main)
		cpu->main = sheaf_new();
	slab_refill(cache, cpu->main);
	return cpu->main;
}

void *kmem_cache_alloc(struct kmem_cache *cache, gfp_t gfp)
{
	struct slab_cpu *cpu;
	struct sheaf *sheaf;
	void *object = NULL;

	preempt_disable();
	cpu = &cache->cpu[native_self.number];
	sheaf = cpu->main;
	if (unlikely(!sheaf || !sheaf->count))
		sheaf = slab_more(cache, cpu);
	if (likely(sheaf->count))
		object = sheaf->objects[--sheaf->count];
	preempt_enable();
	if (unlikely(gfp & __GFP_ZERO) && object)
		memset(object, 0, cache->size);
	return object;
}

/* A sheaf with room in it. */
static noinline struct sheaf *slab_less(struct kmem_cache *cache, struct slab_cpu *cpu)
{
	swap(cpu->main, cpu->spare);
	if (cpu->main && cpu->main->count < SHEAF_ROOM)
		return cpu->main;
	if (cpu->main)
		depot_put(cache, cpu->main);
	cpu->main = sheaf_new();
	return cpu->main;
}

void kmem_cache_free(struct kmem_cache *cache, void *object)
{
	struct slab_cpu *cpu;
	struct sheaf *sheaf;

	preempt_disable();
	cpu = &cache->cpu[native_self.number];
	sheaf = cpu->main;
	if (unlikely(!sheaf || sheaf->count == SHEAF_ROOM))
		sheaf = slab_less(cache, cpu);
	sheaf->objects[sheaf->count++] = object;
	preempt_enable();
}

static void slab_free_sheaf(struct rcu_head *head)
{
	struct sheaf *sheaf = container_of(head, struct sheaf, rcu);

	depot_put(sheaf->cache, sheaf);
}

void native_free_after_grace(void *object)
{
	struct kmem_cache *cache = slab_cache(object);
	struct slab_cpu *cpu;
	struct sheaf *sheaf;

	preempt_disable();
	cpu = &cache->cpu[native_self.number];
	sheaf = cpu->rcu_free;
	if (unlikely(!sheaf)) {
		sheaf = sheaf_new();
		sheaf->cache = cache;
		cpu->rcu_free = sheaf;
	}
	sheaf->objects[sheaf->count++] = object;
	if (unlikely(sheaf->count == SHEAF_ROOM)) {
		cpu->rcu_free = NULL;
		call_rcu(&sheaf->rcu, slab_free_sheaf);
	}
	preempt_enable();
}

/* ---- Caches --------------------------------------------------------- */

struct kmem_cache *kmem_cache_create(const char *name, size_t size, size_t align)
{
	struct kmem_cache *cache = native_pages_alloc(sizeof(*cache), __GFP_ZERO);

	(void)name;
	if (cache)
		cache->size = ALIGN(size, max_t(size_t, align, sizeof(void *)));
	return cache;
}

/* Nobody uses it, but sheaves of it may wait for a grace period. */
void kmem_cache_destroy(struct kmem_cache *cache)
{
	struct slab_unit *unit;
	u32 i;

	rcu_barrier();
	for (i = 0; i < NATIVE_THREADS; i++) {
		sheaf_drop(cache->cpu[i].main);
		sheaf_drop(cache->cpu[i].spare);
		sheaf_drop(cache->cpu[i].rcu_free);
	}
	while (cache->full)
		sheaf_drop(depot_get(cache));
	while ((unit = cache->units)) {
		cache->units = unit->next;
		atomic64_add(HOST_UNIT >> PAGE_SHIFT, &native_pages_used);
		native_pages_free(unit);
	}
	atomic64_sub((s64)cache->pages, &native_pages_used);
	native_pages_free(cache);
}

void native_slab_init(void)
{
	u32 i;

	for (i = 0; i < SLAB_KMALLOC; i++)
		kmalloc_caches[i].size = kmalloc_sizes[i];
}

/* ---- Of any size ---------------------------------------------------- */

void *kmalloc(size_t size, gfp_t gfp)
{
	u32 i = 0;

	while (i < SLAB_KMALLOC && kmalloc_sizes[i] < size)
		i++;
	return i < SLAB_KMALLOC ? kmem_cache_alloc(&kmalloc_caches[i], gfp) :
				  native_pages_alloc(size, gfp);
}

void kfree(const void *pointer)
{
	if (!pointer)
		return;
	if (native_pages_marked(pointer))
		kmem_cache_free(slab_cache(pointer), (void *)pointer);
	else
		native_pages_free(pointer);
}

void *kmemdup(const void *from, size_t size, gfp_t gfp)
{
	void *to = kmalloc(size, gfp);

	if (to && size)
		memcpy(to, from, size);
	return to;
}
