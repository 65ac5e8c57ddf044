/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Vector code for any width: each file that includes this one is compiled for one
 * instruction set, and says before
 *
 *	FM_LANES		the 64-bit words in a vector
 *	fm_lanes_load(words)	loads so many aligned words, each of them once
 *	fm_lanes_zero(vector)	a bit for each lane that is 0
 *	fm_lanes_sign(vector)	a bit for each lane whose topmost bit is set
 *
 * All of it is for use between kernel_fpu_begin() and kernel_fpu_end() alone.
 */
#include <linux/flatmap/read.h>
#include <linux/flatmap/step.h>
#include <linux/math.h>
#include <linux/string.h>

#include "simd.h"

typedef u64 fm_lanes __attribute__((vector_size(8 * FM_LANES)));

/* The same at any address. */
typedef u64 fm_lanes_unaligned __attribute__((vector_size(8 * FM_LANES), aligned(1),
					      may_alias));

/* ---- Words of keys -------------------------------------------------- */

static __always_inline fm_lanes fm_lanes_all(u64 word)
{
	return (fm_lanes){ 0 } + word;
}

/* The last @bytes bytes of a key, less than 8, in the low bytes of a word. */
static __always_inline u64 fm_lanes_rest(const u8 *from, u32 bytes)
{
	u64 word = 0;
	u32 i;

	for (i = 0; i < bytes; i++)
		word |= (u64)from[i] << (8 * i);
	return word;
}

/* A word from each key: the one at @at, of which @bytes bytes are the key's. */
static __always_inline fm_lanes fm_lanes_word(const u8 *keys, u32 size, u32 at,
					      u32 bytes)
{
	u64 words[FM_LANES] __aligned(sizeof(fm_lanes));
	u32 lane;

	if (size == sizeof(u64))
		return *(const fm_lanes_unaligned *)keys;
	for (lane = 0; lane < FM_LANES; lane++) {
		if (bytes == sizeof(u64))
			memcpy(&words[lane], keys + lane * size + at, sizeof(u64));
		else
			words[lane] = fm_lanes_rest(keys + lane * size + at, bytes);
	}
	return *(const fm_lanes *)words;
}

static __always_inline void fm_lanes_store(u64 *words, fm_lanes lanes)
{
	*(fm_lanes_unaligned *)words = lanes;
}

/* ---- SipHash-2-4 (Aumasson and Bernstein, 2012), as siphash() ------- */

static __always_inline fm_lanes fm_lanes_rol(fm_lanes lanes, u32 bits)
{
	return lanes << bits | lanes >> (64 - bits);
}

static __always_inline void fm_lanes_sip_round(fm_lanes v[4])
{
	v[0] += v[1];
	v[2] += v[3];
	v[1] = fm_lanes_rol(v[1], 13) ^ v[0];
	v[3] = fm_lanes_rol(v[3], 16) ^ v[2];
	v[0] = fm_lanes_rol(v[0], 32);
	v[2] += v[1];
	v[0] += v[3];
	v[1] = fm_lanes_rol(v[1], 17) ^ v[2];
	v[3] = fm_lanes_rol(v[3], 21) ^ v[0];
	v[2] = fm_lanes_rol(v[2], 32);
}

static __always_inline void fm_lanes_sip_word(fm_lanes v[4], fm_lanes word)
{
	v[3] ^= word;
	fm_lanes_sip_round(v);
	fm_lanes_sip_round(v);
	v[0] ^= word;
}

static u32 fm_lanes_siphash(const u64 seed[2], const void *keys, u32 size, u32 count,
			    u64 *hashes)
{
	u32 whole = round_down(size, sizeof(u64));
	u32 done, at;

	for (done = 0; done + FM_LANES <= count; done += FM_LANES) {
		const void *some = keys + (size_t)done * size;
		fm_lanes v[4] = {
			fm_lanes_all(0x736f6d6570736575ULL ^ seed[0]),
			fm_lanes_all(0x646f72616e646f6dULL ^ seed[1]),
			fm_lanes_all(0x6c7967656e657261ULL ^ seed[0]),
			fm_lanes_all(0x7465646279746573ULL ^ seed[1]),
		};
		fm_lanes last = fm_lanes_all((u64)size << 56);

		for (at = 0; at < whole; at += sizeof(u64))
			fm_lanes_sip_word(v, fm_lanes_word(some, size, at, sizeof(u64)));
		if (size > whole)
			last |= fm_lanes_word(some, size, whole, size - whole);
		fm_lanes_sip_word(v, last);
		v[2] ^= 0xff;
		fm_lanes_sip_round(v);
		fm_lanes_sip_round(v);
		fm_lanes_sip_round(v);
		fm_lanes_sip_round(v);
		fm_lanes_store(hashes + done, v[0] ^ v[1] ^ v[2] ^ v[3]);
	}
	return done;
}

/* ---- As fm_hash_fast() ---------------------------------------------- */

/*
 * As fm_fold(), out of four products of 32 x 32 bits: no instruction set has a
 * multiplication of 64 x 64 -> 128 bits for vectors.
 */
static __always_inline fm_lanes fm_lanes_fold(fm_lanes a, u64 by)
{
	fm_lanes a_low = a & U32_MAX, a_high = a >> 32;
	fm_lanes b_low = fm_lanes_all(by & U32_MAX), b_high = fm_lanes_all(by >> 32);
	fm_lanes low = a_low * b_low, left = a_high * b_low;
	fm_lanes right = a_low * b_high, high = a_high * b_high;
	fm_lanes middle = (low >> 32) + (right & U32_MAX) + left;

	return (middle << 32 | (low & U32_MAX)) ^
	       (high + (right >> 32) + (middle >> 32));
}

static u32 fm_lanes_fast(const u64 seed[2], const void *keys, u32 size, u32 count,
			 u64 *hashes)
{
	u32 whole = round_down(size, sizeof(u64));
	u32 done, at;

	for (done = 0; done + FM_LANES <= count; done += FM_LANES) {
		const void *some = keys + (size_t)done * size;
		fm_lanes hash = fm_lanes_all(seed[0] ^ size), word;

		for (at = 0; at < whole; at += sizeof(u64)) {
			word = fm_lanes_word(some, size, at, sizeof(u64));
			hash = fm_lanes_fold(hash ^ word, seed[1]);
		}
		if (size > whole) {
			word = fm_lanes_word(some, size, whole, size - whole);
			hash = fm_lanes_fold(hash ^ word, seed[1]);
		}
		hash = fm_lanes_fold(hash ^ 0x9e3779b97f4a7c15ULL, seed[1]);
		fm_lanes_store(hashes + done, hash);
	}
	return done;
}

/* ---- As fm_match() -------------------------------------------------- */

/*
 * The group word is read before the slots. A vector is read as a whole, but only its
 * words are read as one: that is all that is needed, as of a loop over them.
 */
static void fm_lanes_match(struct fm_probe *probes, u32 count)
{
	struct fm_probe *probe;
	u64 like, same, refs;
	fm_lanes lanes;
	u32 i;

	for (probe = probes; probe < probes + count; probe++) {
		like = fm_live_word(probe->hash, 0);
		same = 0;
		refs = 0;
		probe->home = fm_read(probe->group);
		for (i = 0; i < FM_GROUP_WORDS; i += FM_LANES) {
			lanes = fm_lanes_load(probe->group + i);
			refs |= (u64)fm_lanes_sign(lanes) << i;
			/* Kind and tag are the high half. */
			same |= (u64)fm_lanes_zero((lanes ^ like) >> 32) << i;
		}
		/* The lowest bit is the group word's. */
		probe->slots = unlikely(refs >> 1) && fm_step(REFERENCE) ?
			       BIT(FM_GROUP_SLOTS) - 1 : same >> 1;
	}
}
