/* Small deterministic random numbers: the same seed draws the same numbers on every machine and in
 * every build.
 *
 * Integers only, no global state, no clock. The simulator draws from it at every decision, hence
 * inline. xorshift64* (Vigna 2016), seeded through one round of splitmix64 so that neighbouring
 * seeds part at once. A generator belongs to one owner; nothing here is safe to share between
 * threads. */
#ifndef CHOICE_RANDOM_H
#define CHOICE_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fatal.h"

struct choice_random {
	uint64_t state; /* never 0: xorshift would stay there */
};

/* splitmix64: an invertible mix, so distinct values stay distinct. */
static inline uint64_t choice_mix(uint64_t value)
{
	value += UINT64_C(0x9e3779b97f4a7c15);
	value = (value ^ (value >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	value = (value ^ (value >> 27)) * UINT64_C(0x94d049bb133111eb);
	return value ^ (value >> 31);
}

/* Any seed is good. */
static inline void choice_random_init(struct choice_random *random, uint64_t seed)
{
	const uint64_t mixed = choice_mix(seed);

	random->state = mixed != 0 ? mixed : 1;
}

static inline uint64_t choice_random_u64(struct choice_random *random)
{
	uint64_t state = random->state;

	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	random->state = state;
	return state * UINT64_C(0x2545f4914f6cdd1d);
}

/* The upper half: the better bits of xorshift64*. */
static inline uint32_t choice_random_u32(struct choice_random *random)
{
	return (uint32_t)(choice_random_u64(random) >> 32);
}

/* 0 to BOUND - 1; BOUND is at least 1. One multiplication instead of a division or a loop: no value
 * is more likely than another by more than BOUND / 2^32. */
static inline uint32_t choice_random_below(struct choice_random *random, uint32_t bound)
{
	ensure(bound > 0);
	return (uint32_t)(((uint64_t)choice_random_u32(random) * bound) >> 32);
}

/* FIRST to LAST, both included. The whole u32 range is allowed. */
static inline uint32_t choice_random_range(struct choice_random *random, uint32_t first,
					   uint32_t last)
{
	const uint64_t width = (uint64_t)last - first + 1;

	ensure(first <= last);
	return first + (uint32_t)(((uint64_t)choice_random_u32(random) * width) >> 32);
}

/* True NUMERATOR times out of DENOMINATOR. 0 of n never, n of n always. */
static inline bool choice_random_chance(struct choice_random *random, uint32_t numerator,
					uint32_t denominator)
{
	return choice_random_below(random, denominator) < numerator;
}

/* Index of an entry of WEIGHTS, each as likely as its weight says; weight 0 is never drawn. The sum
 * must fit in u32 and be at least 1. */
static inline size_t choice_random_weighted(struct choice_random *random, const uint32_t *weights,
					    size_t count)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += weights[i];
	ensure(sum > 0);
	ensure(sum <= UINT32_MAX);
	uint32_t left = choice_random_below(random, (uint32_t)sum);
	size_t i = 0;

	while (left >= weights[i])
		left -= weights[i++];
	return i;
}

#endif
