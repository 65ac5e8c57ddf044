/* SPDX-License-Identifier: GPL-2.0 */
/*
 * linux/prefetch.h, asm/cpufeature.h, asm/fpu/api.h. Userspace owns the registers of its
 * vectors, so a section that uses them costs nothing here: the kernel saves and restores
 * those of whoever it interrupts.
 */
#ifndef BENCH_NATIVE_PROCESSOR_H
#define BENCH_NATIVE_PROCESSOR_H

#define prefetch(pointer)	__builtin_prefetch(pointer)
#define prefetchw(pointer)	asm volatile("prefetchw %0" : : "m" (*(const char *)(pointer)))

#define X86_FEATURE_AVX2	2
#define X86_FEATURE_AVX512F	512
#define XFEATURE_MASK_SSE	1
#define XFEATURE_MASK_YMM	2
#define XFEATURE_MASK_AVX512	4

bool boot_cpu_has(u32 feature);

/* Userspace is told of features whose registers are saved. */
#define cpu_has_xfeatures(states, name)	((void)(states), true)
#define irq_fpu_usable()		true
#define kernel_fpu_begin()		barrier()
#define kernel_fpu_end()		barrier()

#endif /* BENCH_NATIVE_PROCESSOR_H */
