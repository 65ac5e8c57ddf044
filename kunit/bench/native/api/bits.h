/* SPDX-License-Identifier: GPL-2.0 */
/* linux/bits.h, linux/bitfield.h, linux/bitops.h, linux/bitmap.h, linux/unaligned.h */
#ifndef BENCH_NATIVE_BITS_H
#define BENCH_NATIVE_BITS_H

#define BITS_PER_LONG		64
#define BITS_TO_LONGS(n)	DIV_ROUND_UP(n, BITS_PER_LONG)
#define BIT(n)			(1UL << (n))
#define BIT_ULL(n)		(1ULL << (n))
#define GENMASK_ULL(high, low)	((~0ULL << (low)) & (~0ULL >> (63 - (high))))
#define FIELD_GET(mask, word)	(((word) & (mask)) >> __builtin_ctzll(mask))
#define FIELD_PREP(mask, value)	(((u64)(value) << __builtin_ctzll(mask)) & (mask))
#define FIELD_MAX(mask)		((mask) >> __builtin_ctzll(mask))
#define FIELD_FIT(mask, value)	(!((u64)(value) & ~FIELD_MAX(mask)))
#define __ffs(word)		((u32)__builtin_ctzl(word))
#define __fls(word)		((u32)(63 - __builtin_clzl(word)))

static inline u64 rol64(u64 word, u32 n)
{
	return word << (n & 63) | word >> (-n & 63);
}

static inline u32 rol32(u32 word, u32 n)
{
	return word << (n & 31) | word >> (-n & 31);
}

static inline u32 ror32(u32 word, u32 n)
{
	return word >> (n & 31) | word << (-n & 31);
}

static inline bool test_bit(long bit, const volatile unsigned long *map)
{
	return map[bit / BITS_PER_LONG] >> bit % BITS_PER_LONG & 1;
}

static inline void __set_bit(long bit, unsigned long *map)
{
	map[bit / BITS_PER_LONG] |= BIT(bit % BITS_PER_LONG);
}

static inline bool __test_and_set_bit(long bit, unsigned long *map)
{
	bool was = test_bit(bit, map);

	__set_bit(bit, map);
	return was;
}

static __always_inline bool test_and_set_bit_lock(long bit, volatile unsigned long *map)
{
	bool was;

	__asm__ __volatile__("lock; btsq %2, %1"
			     : "=@ccc" (was), "+m" (*map) : "Jr" (bit) : "memory");
	return was;
}

static __always_inline void clear_bit_unlock(long bit, volatile unsigned long *map)
{
	__asm__ __volatile__("lock; andb %b1, %0"
			     : "+m" (*(volatile char *)map) : "iq" (~BIT(bit)) : "memory", "cc");
}

static __always_inline void __clear_bit_unlock(long bit, volatile unsigned long *map)
{
	smp_store_release(map, *map & ~BIT(bit));
}

static inline u32 find_first_zero_bit(const unsigned long *map, u32 bits)
{
	u32 bit = 0;

	while (bit < bits && test_bit(bit, map))
		bit++;
	return bit;
}

#define get_unaligned(pointer) \
	(((const struct { typeof(*(pointer)) word; } __packed *)(pointer))->word)
#define get_unaligned_le16(pointer)	get_unaligned((const u16 *)(pointer))
#define get_unaligned_le32(pointer)	get_unaligned((const u32 *)(pointer))
#define get_unaligned_le64(pointer)	get_unaligned((const u64 *)(pointer))
#define le32_to_cpu(word)		((u32)(word))
#define le64_to_cpu(word)		((u64)(word))
#define htonl(word)			__builtin_bswap32(word)
#define le16_to_cpup(pointer)		(*(const u16 *)(pointer))
#define le32_to_cpup(pointer)		(*(const u32 *)(pointer))
#define le64_to_cpup(pointer)		(*(const u64 *)(pointer))

#endif /* BENCH_NATIVE_BITS_H */
