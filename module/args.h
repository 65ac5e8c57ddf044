/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The structures that ioctls pass: how they get in and out.
 *
 * All begin with their size, as the caller knows them, and with flags. They
 * may grow at the end, so either side may know more than the other.
 */
#ifndef _FLATMAP_ARGS_H
#define _FLATMAP_ARGS_H

#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/uaccess.h>

struct fm_args_head {
	u32 size;
	u32 flags;
};

/**
 * fm_get_args() - read an ioctl's structure from the caller
 * @args: where to
 * @known: size of the structure as it is here
 * @first: size of its first version
 * @flags: those that the call knows
 * @from: where from
 *
 * Context: task context, sleeps.
 * Return: 0, -EFAULT, -EINVAL (too short, or an unknown flag) or -E2BIG (a tail
 * that is not zero, or more than a page).
 */
static inline int fm_get_args(void *args, size_t known, size_t first,
			      u32 flags, const void __user *from)
{
	struct fm_args_head *head = args;
	u32 size;
	int err;

	if (get_user(size, (const u32 __user *)from))
		return -EFAULT;
	if (size < first)
		return -EINVAL;
	if (size > PAGE_SIZE)
		return -E2BIG;

	err = copy_struct_from_user(args, known, from, size);
	if (err)
		return err;

	/* The caller may have changed it between the two reads. */
	head->size = size;
	return head->flags & ~flags ? -EINVAL : 0;
}

/**
 * fm_put_args() - write an ioctl's structure back, as much as the caller knows
 * @to: where to
 * @args: the structure; from fm_get_args()
 * @known: size of the structure as it is here
 *
 * Context: task context, sleeps.
 * Return: 0 or -EFAULT.
 */
static inline int fm_put_args(void __user *to, const void *args, size_t known)
{
	const struct fm_args_head *head = args;

	if (copy_to_user(to, args, min_t(size_t, head->size, known)))
		return -EFAULT;
	return 0;
}

#endif /* _FLATMAP_ARGS_H */
