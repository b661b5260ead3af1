/* libFuzzer's side of the mutator (scenario/mutate.h): the engine finds these by name. A target
 * gets them by engine_mutator_init(). */
#include "engine/mutator.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "engine/page.h"
#include "perform/points.h"
#include "scenario/generate.h"
#include "scenario/mutate.h"

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t size_max) __attribute__((weak));
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t size_max, unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *first, size_t first_size, const uint8_t *second,
				 size_t second_size, uint8_t *target, size_t size_max,
				 unsigned seed);

/* The engine's own mutations, to be measured against. */
static bool mutates_bytes;

void engine_mutator_init(enum scenario_tracer tracer)
{
	const char *kind = getenv("TRACER_FUZZ_MUTATOR");
	mutates_bytes = kind != NULL && strcmp(kind, "bytes") == 0;
	perform_points_teach_generator();
	scenario_set_drawn_tracer(tracer);
	scenario_set_passes(page_attach()->pass_counts, PAGE_POINT_LIMIT);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t size_max, unsigned seed)
{
	if (mutates_bytes && LLVMFuzzerMutate != NULL)
		return LLVMFuzzerMutate(data, size, size_max);
	return scenario_mutate_bytes(data, size, size_max, seed);
}

size_t LLVMFuzzerCustomCrossOver(const uint8_t *first, size_t first_size, const uint8_t *second,
				 size_t second_size, uint8_t *target, size_t size_max,
				 unsigned seed)
{
	if (mutates_bytes)
		return 0;
	return scenario_cross_bytes(first, first_size, second, second_size, target, size_max, seed);
}
