/* From an engine's bytes to a scenario. */
#ifndef ENGINE_INPUT_H
#define ENGINE_INPUT_H

#include <stddef.h>
#include <stdint.h>

#include "scenario/scenario.h"

/* Once per process: inputs are scenarios of TRACER. Switches the defect on that the environment
 * names in TRACER_FUZZ_DEFECT; an unknown one ends the process with 2. */
void engine_input_init(enum scenario_tracer tracer);

/* Text if it parses, else binary, which every byte string is. What is of the other tracer becomes
 * one of this. */
void engine_input_read(const uint8_t *data, size_t size, struct scenario *ret_scenario);

#endif
