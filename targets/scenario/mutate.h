/* Mutation: one core for every engine; libFuzzer and AFL++ adapters are elsewhere. Equal seeds give
 * equal results. */
#ifndef SCENARIO_MUTATE_H
#define SCENARIO_MUTATE_H

#include "choice/random.h"
#include "scenario/scenario.h"

/* Changes SCENARIO in one to a few places; it stays valid. OTHER, if not NULL, lends operations or
 * its schedule. */
void scenario_mutate(struct scenario *scenario, struct choice_random *random,
		     const struct scenario *other);

/* Decodes SIZE bytes of DATA, mutates, encodes in place and returns the new size, at most SIZE_MAX,
 * which is what DATA has room for. Input without a single record is replaced by a generated
 * scenario: engines start from an empty or one-byte input, and a mutator that keeps that finds
 * nothing. With less room than a header, random bytes fill it. */
size_t scenario_mutate_bytes(uint8_t *data, size_t size, size_t size_max, uint64_t seed);

/* Crosses two inputs into TARGET: the first one, with operations or schedule of the second. */
size_t scenario_cross_bytes(const uint8_t *first, size_t first_size, const uint8_t *second,
			    size_t second_size, uint8_t *target, size_t size_max, uint64_t seed);

#endif
