// SPDX-License-Identifier: GPL-2.0
/* Loading and unloading of the module. */
#include <linux/module.h>

#include "chardev.h"
#include "map.h"
#include "totals.h"

static int __init fm_init(void)
{
	int err;

	err = fm_core_init();
	if (err)
		return err;

	err = fm_chardev_init();
	if (err) {
		fm_core_exit();
		return err;
	}
	fm_totals_init();
	return 0;
}

static void __exit fm_exit(void)
{
	fm_totals_exit();
	fm_chardev_exit();
	fm_core_exit();
}

module_init(fm_init);
module_exit(fm_exit);
MODULE_DESCRIPTION("A flat, lock-free robin hood hash map");
MODULE_AUTHOR("The flatmap authors");
MODULE_LICENSE("GPL");
