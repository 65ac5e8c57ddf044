/* SPDX-License-Identifier: GPL-2.0 */
/* On which memory nodes regions lie. */
#ifndef _FLATMAP_POLICY_H
#define _FLATMAP_POLICY_H

#include <linux/mempolicy.h>
#include <linux/types.h>

#ifdef CONFIG_NUMA

/**
 * struct fm_policy - the memory policy that a map was created under
 * @interleaves: it spreads pages over nodes; else there is none worth keeping
 * @mempolicy: a copy of it
 */
struct fm_policy {
	bool interleaves;
	struct mempolicy mempolicy;
};

void fm_policy_keep(struct fm_policy *policy);
bool fm_policy_begin(struct fm_policy *policy);
void fm_policy_end(void);
bool fm_policy_interleaves(void);

#else

struct fm_policy {
};

static inline void fm_policy_keep(struct fm_policy *policy)
{
}

static inline bool fm_policy_begin(struct fm_policy *policy)
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
