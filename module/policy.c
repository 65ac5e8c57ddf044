// SPDX-License-Identifier: GPL-2.0
/*
 * On which memory nodes regions lie. A task that has its memory spread over nodes
 * (numactl --interleave) expects that of the maps that it creates, and does not care
 * which of their regions a worker happens to make. So a worker takes that policy on while
 * it makes one. What a task makes itself follows its own policy.
 *
 * Modules can neither take a reference to a policy nor pass one to vmalloc(). So each map
 * has a copy, which keeps a reference of its own: nobody else frees it.
 */
#include <linux/err.h>
#include <linux/mempolicy.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/slab.h>

#include "policy.h"

/* Does the current task have its memory spread? */
bool fm_policy_interleaves(void)
{
	return in_task() && current->mempolicy && current->mempolicy->mode == MPOL_INTERLEAVE;
}

/**
 * fm_policy_copy() - copy the current task's memory policy, if workers should follow it
 * @gfp: how the copy is allocated
 *
 * Context: Task; as @gfp says.
 * Return: the copy, for kfree(); NULL if there is none to follow; or ERR_PTR(-ENOMEM).
 */
struct mempolicy *fm_policy_copy(gfp_t gfp)
{
	struct mempolicy *policy;

	if (!fm_policy_interleaves())
		return NULL;
	policy = kmemdup(current->mempolicy, sizeof(*policy), gfp);
	if (!policy)
		return ERR_PTR(-ENOMEM);
	atomic_set(&policy->refcnt, 1);
	return policy;
}

static void fm_policy_set(struct mempolicy *policy)
{
	task_lock(current);
	current->mempolicy = policy;
	task_unlock(current);
}

/**
 * fm_policy_begin() - allocate as a policy says, if this is a worker
 * @policy: the policy, or NULL
 *
 * Context: Any.
 * Return: true if fm_policy_end() must follow.
 */
bool fm_policy_begin(struct mempolicy *policy)
{
	if (!policy || !in_task() || !(current->flags & PF_WQ_WORKER) || current->mempolicy)
		return false;
	fm_policy_set(policy);
	return true;
}

/* Undo fm_policy_begin(). */
void fm_policy_end(void)
{
	fm_policy_set(NULL);
}
