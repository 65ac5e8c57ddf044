/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Fields: what the bytes of a value mean.
 */
#ifndef _FLATMAP_FIELDS_H
#define _FLATMAP_FIELDS_H

#include <linux/flatmap.h>

bool fm_type_fits(u32 type, u32 size);
int fm_check_fields(const struct flatmap_params *params);

#endif /* _FLATMAP_FIELDS_H */
