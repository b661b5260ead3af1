/* From an engine's bytes to a scenario, and libFuzzer's mutator for it. */
#ifndef ENGINE_INPUT_H
#define ENGINE_INPUT_H

#include <stddef.h>
#include <stdint.h>

#include "scenario/scenario.h"

/* Once per process: switches the defect on that the environment names in TRACER_FUZZ_DEFECT; an
 * unknown one ends the process with 2. */
void engine_input_init(void);

/* Text if it parses, else binary, which every byte string is. Of the v1 tracer's dialects none is
 * left. */
void engine_input_read(const uint8_t *data, size_t size, struct scenario *ret_scenario);

#endif
