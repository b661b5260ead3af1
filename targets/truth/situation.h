/* What the runtime is about, in a few bits: the state in the (point, state) pairs that a fuzzing
 * engine is rewarded for. */
#ifndef TRUTH_SITUATION_H
#define TRUTH_SITUATION_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/sim.h"

enum { SITUATION_COUNT = 48 };

/* Before a run, whose trace has DIALECT. */
void situation_begin(uint32_t dialect);

/* When M, in a run of the runtime, comes to a point: whether a trace is on, whether somebody stops
 * the world, on which kind of stack M is and whether it has a P, and whether HAS_WAITED: others ran
 * since it did its last step; and whether a generation began or ended meanwhile, a trace of v1. 0
 * to SITUATION_COUNT - 1. */
unsigned situation_of(const struct sim_who *m, bool has_waited);

#endif
