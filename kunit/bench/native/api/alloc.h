/* SPDX-License-Identifier: GPL-2.0 */
/* linux/gfp.h, linux/slab.h, linux/vmalloc.h, linux/mm.h, linux/memcontrol.h */
#ifndef BENCH_NATIVE_ALLOC_H
#define BENCH_NATIVE_ALLOC_H

typedef u32 gfp_t;

#define __GFP_DIRECT_RECLAIM	BIT(0)
#define __GFP_KSWAPD_RECLAIM	BIT(1)
#define __GFP_ZERO		BIT(2)
#define __GFP_ACCOUNT		0
#define __GFP_NOMEMALLOC	0
#define __GFP_NORETRY		0
#define __GFP_NOFAIL		0
#define __GFP_NOWARN		0
#define __GFP_RETRY_MAYFAIL	0
#define GFP_KERNEL		(__GFP_DIRECT_RECLAIM | __GFP_KSWAPD_RECLAIM)
#define GFP_KERNEL_ACCOUNT	GFP_KERNEL
#define GFP_ATOMIC		__GFP_KSWAPD_RECLAIM
#define GFP_NOWAIT		__GFP_KSWAPD_RECLAIM
#define gfpflags_allow_blocking(gfp)	(!!((gfp) & __GFP_DIRECT_RECLAIM))
#define current_gfp_context(gfp)	(gfp)

#define PAGE_SHIFT		12
#define PAGE_SIZE		BIT(PAGE_SHIFT)
#define PMD_SIZE		BIT(21)
#define MAX_PAGE_ORDER		10
#define NUMA_NO_NODE		(-1)

static inline u32 get_order(u64 bytes)
{
	return order_base_2(DIV_ROUND_UP(bytes, PAGE_SIZE));
}

/* Pages, of which there are @native_pages_used in all; those of slabs are counted, too. */
extern atomic64_t native_pages_used;

void native_pages_init(void);
void native_pages_reserve(u64 bytes);
void *native_pages_alloc(size_t bytes, gfp_t gfp);
void native_pages_free(const void *pointer);
void native_pages_mark(const void *unit);
bool native_pages_marked(const void *pointer);
long si_mem_available(void);

#define alloc_pages_exact(size, gfp)	native_pages_alloc(size, gfp)
#define free_pages_exact(pointer, size)	((void)(size), native_pages_free(pointer))
#define is_vmalloc_addr(pointer)	((void)(pointer), true)
#define vmalloc_huge(size, gfp)		native_pages_alloc(size, gfp)
#define __vmalloc(size, gfp)		native_pages_alloc(size, gfp)
#define vfree(pointer)			native_pages_free(pointer)
#define totalram_pages()		((unsigned long)si_mem_available())

struct kmem_cache;

struct kmem_cache *kmem_cache_create(const char *name, size_t size, size_t align);
void kmem_cache_destroy(struct kmem_cache *cache);
void *kmem_cache_alloc(struct kmem_cache *cache, gfp_t gfp);
void kmem_cache_free(struct kmem_cache *cache, void *object);
void native_slab_init(void);
void *kmalloc(size_t size, gfp_t gfp);
void kfree(const void *pointer);
void native_free_after_grace(void *object);

#define SLAB_NO_MERGE			0
#define KMEM_CACHE(type, flags) \
	((void)(flags), kmem_cache_create(#type, sizeof(struct type), __alignof__(struct type)))
#define kfree_rcu(pointer, member)	native_free_after_grace(pointer)
#define kmalloc_noprof(size, gfp)	kmalloc(size, gfp)
#define kvmalloc_node_align_noprof(size, align, gfp, node) \
	((void)(node), kmalloc(size, gfp))
#define kzalloc(size, gfp)		kmalloc(size, (gfp) | __GFP_ZERO)
#define kvmalloc(size, gfp)		kmalloc(size, gfp)
#define kvzalloc(size, gfp)		kmalloc(size, (gfp) | __GFP_ZERO)
#define kvmalloc_array(count, size, gfp)	kmalloc((size_t)(count) * (size), gfp)
#define kvcalloc(count, size, gfp)	kmalloc((size_t)(count) * (size), (gfp) | __GFP_ZERO)
#define kvfree(pointer)			kfree(pointer)
#define kvfree_atomic(pointer)		kfree(pointer)
void *kmemdup(const void *from, size_t size, gfp_t gfp);

/* There are no allocation tags, and no control groups. */
struct mem_cgroup;

#define alloc_hooks(call)			(call)
#define alloc_hooks_tag(tag, call)		(call)
#define alloc_tag_record(tag)			((void)0)
#define get_mem_cgroup_from_mm(mm)		((struct mem_cgroup *)NULL)
#define mem_cgroup_put(memcg)			((void)(memcg))
#define set_active_memcg(memcg)			((void)(memcg), (struct mem_cgroup *)NULL)

#endif /* BENCH_NATIVE_ALLOC_H */
