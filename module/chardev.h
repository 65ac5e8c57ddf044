/* SPDX-License-Identifier: GPL-2.0 */
/* /dev/flatmap, and the calls on a map's descriptor. */
#ifndef _FLATMAP_CHARDEV_H
#define _FLATMAP_CHARDEV_H

#include "registry.h"

int fm_chardev_init(void);
void fm_chardev_exit(void);

long fm_ioctl_info(struct fm_named *named, struct flatmap_ioc_info __user *arg);
long fm_ioctl_items(struct fm_named *named, unsigned int nr,
		    struct flatmap_ioc_items __user *arg);
long fm_ioctl_values(struct fm_named *named, struct flatmap_ioc_values __user *arg);
long fm_ioctl_increment(struct fm_named *named,
			struct flatmap_ioc_increment __user *arg);
long fm_ioctl_page(struct fm_named *named, struct flatmap_ioc_page __user *arg);

#endif /* _FLATMAP_CHARDEV_H */
