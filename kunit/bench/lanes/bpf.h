/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel exports for modules that bring BPF programs along, without a header. */
#ifndef FLATMAP_BENCH_LANES_BPF_H
#define FLATMAP_BENCH_LANES_BPF_H

#include <linux/types.h>

union bpf_attr;

int kern_sys_bpf(int cmd, union bpf_attr *attr, unsigned int size);

#endif /* FLATMAP_BENCH_LANES_BPF_H */
