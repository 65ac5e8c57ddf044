/* SPDX-License-Identifier: GPL-2.0 */
/* On which memory nodes regions lie. */
#ifndef _FLATMAP_POLICY_H
#define _FLATMAP_POLICY_H

#include <linux/types.h>

struct mempolicy;

#ifdef CONFIG_NUMA

struct mempolicy *fm_policy_copy(gfp_t gfp);
bool fm_policy_begin(struct mempolicy *policy);
void fm_policy_end(void);
bool fm_policy_interleaves(void);

#else

static inline struct mempolicy *fm_policy_copy(gfp_t gfp)
{
	return NULL;
}

static inline bool fm_policy_begin(struct mempolicy *policy)
{
	return false;
}

static inline void fm_policy_end(void)
{
}

static inline bool fm_policy_interleaves(void)
{
	return false;
}

#endif /* CONFIG_NUMA */

#endif /* _FLATMAP_POLICY_H */
