/* SPDX-License-Identifier: GPL-2.0 */
/* What all maps come to, for administrators. */
#ifndef _FLATMAP_TOTALS_H
#define _FLATMAP_TOTALS_H

void fm_totals_init(void);
void fm_totals_exit(void);

#endif /* _FLATMAP_TOTALS_H */
