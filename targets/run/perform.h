/* The interpreter: performs a scenario's programs on the runtime.
 *
 * Operations are valid by construction: a task or region ends only what is open, a return stays
 * above the bottom. A goroutine that waits for a semaphore nobody will release is left waiting:
 * that is the scenario's, not the runtime's fault. When no other goroutine of the scenario is
 * left, the trace is stopped and the run finishes. */
#ifndef RUN_PERFORM_H
#define RUN_PERFORM_H

#include "run/session.h"
#include "scenario/scenario.h"

struct perform_options {
	const struct scenario *scenario;
	struct sessions *sessions;
	bool notes_truth;              /* tells truth/ of user annotations */
	uint64_t *ret_operation_count; /* performed */
};

/* Entry for sim_run(): never returns. ARGUMENT is what perform_prepare() gave. */
void perform_main(void *argument);

/* Sets the interpreter up; the result, of process-wide memory, is valid until the next call. */
void *perform_prepare(const struct perform_options *options);

/* Whether SCENARIO uses the runtime wrongly on purpose: its traces then prove nothing. */
bool perform_is_misuse(const struct scenario *scenario);

#endif
