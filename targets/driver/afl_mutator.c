/* AFL++'s side of the mutator (scenario/mutate.h): a library that afl-fuzz loads
 * (AFL_CUSTOM_MUTATOR_LIBRARY), one for each target, whose tracer the build says in MUTATOR_TRACER.
 * afl-fuzz gives it an input and another one to splice with. The points that overrides are for come
 * from the target's page. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "engine/mutator.h"
#include "scenario/binary.h"
#include "scenario/mutate.h"

enum { SIZE_MAX_BYTES = SCENARIO_BINARY_SIZE_MAX, CROSS_EVERY = 5 };

struct mutator {
	struct choice_random random;
	uint8_t output[SIZE_MAX_BYTES];
};

void *afl_custom_init(void *afl, unsigned seed);
size_t afl_custom_fuzz(void *data, uint8_t *input, size_t size, uint8_t **ret_output,
		       uint8_t *other, size_t other_size, size_t size_max);
void afl_custom_deinit(void *data);

void *afl_custom_init(void *afl, unsigned seed)
{
	struct mutator *mutator = calloc(1, sizeof *mutator);
	(void)afl;
	if (mutator == NULL)
		return NULL;
	engine_mutator_init(MUTATOR_TRACER);
	choice_random_init(&mutator->random, seed);
	return mutator;
}

size_t afl_custom_fuzz(void *data, uint8_t *input, size_t size, uint8_t **ret_output,
		       uint8_t *other, size_t other_size, size_t size_max)
{
	struct mutator *mutator = data;
	const uint64_t seed = choice_random_u64(&mutator->random);
	if (size_max > sizeof mutator->output)
		size_max = sizeof mutator->output;
	*ret_output = mutator->output;
	if (other != NULL && choice_random_chance(&mutator->random, 1, CROSS_EVERY))
		return scenario_cross_bytes(input, size, other, other_size, mutator->output,
					    size_max, seed);
	if (size > size_max)
		size = size_max;
	memcpy(mutator->output, input, size);
	return scenario_mutate_bytes(mutator->output, size, size_max, seed);
}

void afl_custom_deinit(void *data)
{
	free(data);
}
