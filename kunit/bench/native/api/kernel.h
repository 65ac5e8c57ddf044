/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the shipped sources, the kernel's rhashtable and the bench take from the kernel's
 * headers, for userspace. It is included before every file. The headers that they name are
 * empty, but for those of the kernel's own that need nothing but this (see build).
 *
 * Operations on shared memory are the instructions that they are on x86.
 */
#ifndef BENCH_NATIVE_KERNEL_H
#define BENCH_NATIVE_KERNEL_H

#define __KERNEL__				1
#define CONFIG_64BIT				1
#define CONFIG_X86_64				1
#define CONFIG_SMP				1
#define CONFIG_HAVE_EFFICIENT_UNALIGNED_ACCESS	1
#define CONFIG_ARCH_HAVE_NMI_SAFE_CMPXCHG	1
#define CONFIG_ILLEGAL_POINTER_VALUE		0xdead000000000000

#include "compiler.h"
#include "access.h"
#include "atomic.h"
#include "bits.h"
#include "numbers.h"
#include "text.h"
#include "threads.h"
#include "locks.h"
#include "waiting.h"
#include "grace.h"
#include "work.h"
#include "alloc.h"
#include "processor.h"
#include "module.h"

#endif /* BENCH_NATIVE_KERNEL_H */
