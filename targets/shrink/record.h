/* The steps of a run, and how to have them again without chance: as overrides of a policy that
 * switches nowhere by itself.
 *
 * A recorded run is repeated step by step: where the repetition leaves it, the pass before gets an
 * override, and it is repeated again. So only those switches become overrides that do not come
 * about by themselves. Signals and growing stacks become overrides at once. One recording per
 * process. */
#ifndef SHRINK_RECORD_H
#define SHRINK_RECORD_H

#include <stdbool.h>
#include <stddef.h>

#include "scenario/scenario.h"
#include "sim/sim.h"

/* Longer runs are recorded up to here: what made them fail is before, or they stay as they are. */
enum { RECORD_STEP_COUNT_MAX = 1 << 17 };

/* Before the first run that is recorded or compared, in the process itself or a child of it. */
void record_prepare(void);

/* A sim_step_listener: begins a recording at step 1 and follows the run. */
sim_step_listener record_step;

/* A sim_hit_listener, beside record_step(): what hits threads in between. */
sim_hit_listener record_hit;

/* Replaces SCENARIO's schedule by the plain one without overrides, but for the signals and growing
 * stacks of the recorded run, which was one of SCENARIO, and their rates by 0. False: too many. */
bool record_begin_explicit(struct scenario *scenario);

/* A sim_step_listener: compares the run with the recorded one. */
sim_step_listener record_compare;

/* Where the run that was compared last first left the recorded one, adds the override to SCENARIO
 * that keeps it there. False: it did not leave it, or nothing keeps it. */
bool record_mend(struct scenario *scenario);

#endif
