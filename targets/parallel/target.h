/* What a race target needs: from the engine's bytes to runs on real threads, and to a finding. */
#ifndef PARALLEL_TARGET_H
#define PARALLEL_TARGET_H

#include <stddef.h>
#include <stdint.h>

#include "parallel/parallel.h"

/* Once per process, before the first input: inputs are scenarios of TRACER. */
void parallel_target_init(enum scenario_tracer tracer);

/* Runs the scenario in DATA; any bytes are one. Returns 0, or reports a finding, with how often it
 * showed again, and does not return. */
int parallel_target_run(const uint8_t *data, size_t size);

/* As parallel_target_run(), of PLAY. */
int parallel_target_play(const struct parallel_play *play, const uint8_t *data, size_t size);

#endif
