/* Looks at each step of a run for whoever searches: which (point, state) pairs it shows
 * (engine/coverage.h), and how often it passes each point, which is where the mutator's overrides
 * can take hold. */
#ifndef DRIVER_WATCH_H
#define DRIVER_WATCH_H

#include "host/host.h"
#include "scenario/scenario.h"
#include "sim/sim.h"

/* Before a run of SCENARIO by the runtime as a whole; NULL: of something smaller, of whose state
 * nothing is known. */
void watch_begin(const struct scenario *scenario);

/* A sim_observer. */
sim_observer watch_step;

/* After the run: its passes are the page's. */
void watch_end(void);

#endif
