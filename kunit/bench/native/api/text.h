/* SPDX-License-Identifier: GPL-2.0 */
/* linux/string.h, linux/ctype.h, linux/printk.h, linux/sprintf.h */
#ifndef BENCH_NATIVE_TEXT_H
#define BENCH_NATIVE_TEXT_H

#include <string.h>

__printf(1, 2) void native_print(const char *format, ...);
__printf(2, 3) int sprintf(char *to, const char *format, ...);
const void *memchr_inv(const void *start, int c, size_t bytes);

/* That of lib/string.c; the C library's compares with vectors. */
int native_memcmp(const void *a, const void *b, size_t bytes);

#define memcmp(a, b, bytes) \
	(__builtin_constant_p(bytes) ? __builtin_memcmp(a, b, bytes) : \
				       native_memcmp(a, b, bytes))

#define pr_err(format, ...)	native_print(format, ##__VA_ARGS__)

static inline bool native_isalnum(int c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

#define isascii(c)		((u32)(c) < 0x80)
#define isalnum(c)		native_isalnum(c)

#endif /* BENCH_NATIVE_TEXT_H */
