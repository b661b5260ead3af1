/* What a fuzz target of a tracer core needs: from the engine's bytes to a finding.
 *
 * A finding prints one line, `FINDING verdict=.. rule=.. where=..`, and what a person needs to
 * know, and aborts, so that the engine keeps the input. The defect that the environment variable
 * TRACER_FUZZ_DEFECT names is switched on. Engines know only this room. */
#ifndef DRIVER_SCENARIO_TARGET_H
#define DRIVER_SCENARIO_TARGET_H

#include <stddef.h>
#include <stdint.h>

#include "host/host.h"
#include "scenario/scenario.h"

/* Once per process, before the first input: inputs are scenarios of TRACER. Ends the process with 2
 * when the environment asks for an unknown defect. */
void driver_scenario_init(enum scenario_tracer tracer);

/* Runs the scenario in DATA; any bytes are one. Text scenarios (.rut) are recognised. Returns 0,
 * or does not return. */
int driver_scenario_run(const uint8_t *data, size_t size);

/* Something smaller than the whole runtime that a target plays on the simulator, scheduled as a
 * scenario says. It ends by executor_finish() or executor_find_fault(). */
struct driver_play {
	/* Before each run, as if none had been; gives the first thread's argument. May take from
	   the scenario what would have no meaning. */
	void *(*prepare)(struct scenario *scenario);
	host_entry *entry; /* of the first thread */
	uint64_t step_count_max;
	/* After a run that came to its end: what is wrong, or NULL; may be NULL itself. */
	const char *(*check)(void);
	/* What was played, as part of a finding's place; may be NULL. */
	const char *(*name)(void);
};

/* As driver_scenario_run(), of PLAY. */
int driver_scenario_play(const struct driver_play *play, const uint8_t *data, size_t size);

#endif
