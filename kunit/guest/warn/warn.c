// SPDX-License-Identifier: GPL-2.0
/*
 * A module that does nothing but warn when it is loaded. `make test` loads it
 * to see that a guest whose commands all succeed still fails when its kernel
 * had something to say.
 */
#include <linux/bug.h>
#include <linux/module.h>

static int __init warn_init(void)
{
	WARN(1, "on purpose\n");
	return 0;
}
module_init(warn_init);

static void __exit warn_exit(void)
{
}
module_exit(warn_exit);

MODULE_DESCRIPTION("Warns when it is loaded");
MODULE_LICENSE("GPL");
