// SPDX-License-Identifier: GPL-2.0
/*
 * On which memory nodes regions lie. A task that has its memory spread over nodes
 * (numactl --interleave) expects that of the maps that it creates, and does not care
 * which of their regions a worker happens to make. So a worker takes that policy on while
 * it makes one. What a task makes itself follows its own policy.
 *
 * The kernel lets modules neither copy policies by reference nor pass one to vmalloc(). The
 * copy here is never freed by others: it keeps a reference of its own.
 */
#include <linux/sched.h>
#include <linux/sched/task.h>

#include "policy.h"

/* Keep the current task's policy. */
void fm_policy_keep(struct fm_policy *policy)
{
	const struct mempolicy *own = current->mempolicy;

	policy->interleaves = own && own->mode == MPOL_INTERLEAVE;
	if (!policy->interleaves)
		return;
	policy->mempolicy = *own;
	atomic_set(&policy->mempolicy.refcnt, 1);
}

/* Does the current task have its memory spread? */
bool fm_policy_interleaves(void)
{
	return in_task() && current->mempolicy && current->mempolicy->mode == MPOL_INTERLEAVE;
}

static void fm_policy_set(struct mempolicy *mempolicy)
{
	task_lock(current);
	current->mempolicy = mempolicy;
	task_unlock(current);
}

/**
 * fm_policy_begin() - allocate as the policy says, if this is a worker
 * @policy: the policy
 *
 * Context: May sleep, or not.
 * Return: true if fm_policy_end() must follow.
 */
bool fm_policy_begin(struct fm_policy *policy)
{
	if (!policy->interleaves || !in_task() || !(current->flags & PF_WQ_WORKER) ||
	    current->mempolicy)
		return false;
	fm_policy_set(&policy->mempolicy);
	return true;
}

/* Undo fm_policy_begin(). */
void fm_policy_end(void)
{
	fm_policy_set(NULL);
}
