/* SPDX-License-Identifier: GPL-2.0 */
/* What the bytes of keys and values mean to those who use a map. */
#ifndef _FLATMAP_SCHEMA_H
#define _FLATMAP_SCHEMA_H

#include "registry.h"

static inline bool fm_type_integer(u32 type)
{
	return type >= FLATMAP_TYPE_U8 && type <= FLATMAP_TYPE_S64;
}

static inline bool fm_type_signed(u32 type)
{
	return type >= FLATMAP_TYPE_S8 && type <= FLATMAP_TYPE_S64;
}

struct flatmap_field *fm_get_fields(const struct flatmap_ioc_create *ioc,
				    u32 *count);

#endif /* _FLATMAP_SCHEMA_H */
