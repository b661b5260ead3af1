/* The mutator of scenarios as engines call it. */
#ifndef ENGINE_MUTATOR_H
#define ENGINE_MUTATOR_H

#include "scenario/scenario.h"

/* Once per process, before the first input: inputs are scenarios of TRACER. The points that
 * overrides are for come from the page. With TRACER_FUZZ_MUTATOR=bytes libFuzzer mutates bytes, and
 * knows nothing of scenarios. */
void engine_mutator_init(enum scenario_tracer tracer);

#endif
