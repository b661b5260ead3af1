/* Random scenarios, in swarm style: each one draws its own subset and weights of operations and its
 * own configuration, so that rare mixtures are as common as the average one. */
#ifndef SCENARIO_GENERATE_H
#define SCENARIO_GENERATE_H

#include "choice/random.h"
#include "scenario/scenario.h"

/* The ids of yield points to draw for overrides and targets: COUNT of them, at least 1, which the
 * caller keeps for good. Set once at start: equal ids give equal scenarios. Until then ids 1 to 127
 * are drawn. */
void scenario_set_point_ids(const uint16_t *ids, size_t count);

/* Whose scenarios are drawn. Set once at start; until then those of v2. */
void scenario_set_drawn_tracer(enum scenario_tracer tracer);

/* Points that the last run passed, and how often each: most overrides are for one of these. COUNTS
 * has LIMIT entries, is kept by the caller for good, and may change at any moment; equal counts
 * give equal results. Until then there is none. */
void scenario_set_passes(const uint16_t *counts, size_t limit);

/* A valid scenario: 1 to 4 programs, 8 to 96 operations, no misuse. Equal states of RANDOM give
 * equal scenarios. */
void scenario_generate(struct choice_random *random, struct scenario *ret_scenario);

/* A valid scenario for a real toolchain: with operations that only it performs, without a schedule,
 * which it does not follow, and short: most take some ten milliseconds there. */
void scenario_generate_for_toolchain(struct choice_random *random, struct scenario *ret_scenario);

/* The pieces, for the mutator. Results are in range. */
struct scenario_operation scenario_generate_operation(struct choice_random *random,
						      size_t program_count);
struct scenario_override scenario_generate_override(struct choice_random *random);
void scenario_generate_schedule(struct choice_random *random,
				struct scenario_schedule *ret_schedule);
void scenario_generate_configuration(struct choice_random *random,
				     struct scenario_configuration *ret_configuration);

#endif
