/* Makes a scenario that fails on the simulator as small as it gets: few operations, goroutines and
 * overrides, a plain configuration, and a schedule that says itself where it switches.
 *
 * First with whichever policy lets it fail most often: a candidate that does not fail under its
 * schedule is given others of the same kind, as many as the rate of failures asks for. When nothing
 * more can be taken away, a failing run with few switches becomes a schedule without chance: a
 * policy that switches nowhere, and overrides, of which those go that are not needed. The smaller
 * of the two is the result, and it is run twice more.
 *
 * Deterministic: the same scenario gives the same result, as long as `run' does and nobody stops
 * it; budgets are counted in runs and steps, not in time. One at a time per process. No I/O. */
#ifndef SHRINK_SHRINK_H
#define SHRINK_SHRINK_H

#include <stdbool.h>
#include <stdint.h>

#include "scenario/scenario.h"
#include "sim/sim.h"

/* What a run of a candidate told. */
struct shrink_run {
	bool fails; /* as the original does */
	uint64_t step_count;
};

enum shrink_stage {
	SHRINK_SEARCHES,   /* for a policy under which it fails often */
	SHRINK_OPERATIONS, /* takes operations away, and all else but the schedule */
	SHRINK_SCHEDULE,   /* for a schedule without chance */
	SHRINK_OVERRIDES,  /* takes overrides away, and what else can go then */
	SHRINK_VERIFIES,
};

struct shrink_progress {
	enum shrink_stage stage;
	uint64_t run_count;
	uint64_t step_count;
	unsigned left_percent;           /* of the budget */
	const struct scenario *smallest; /* so far; it fails */
};

struct shrink_options {
	/* One run of CANDIDATE, which is valid. The listeners,
	   where they are not NULL, hear of it. */
	void (*run)(void *context, const struct scenario *candidate, sim_step_listener *listener,
		    sim_hit_listener *hit_listener, struct shrink_run *ret_run);
	/* Before each run but those that verify. False: to be stopped. */
	bool (*goes_on)(void *context, const struct shrink_progress *progress);
	void *context;
	uint64_t run_count_max;
	uint64_t step_count_max; /* the run that reaches it is the last */
};

enum shrink_ending {
	SHRINK_MINIMAL,     /* nothing more could be taken away */
	SHRINK_OVER_BUDGET, /* runs or steps were used up before */
	SHRINK_STOPPED,     /* by the caller */
	SHRINK_NO_FAILURE,  /* SCENARIO does not fail; nothing was changed */
	SHRINK_DIVERGED,    /* the result failed once, and not again; nothing was changed */
};

/* Replaces SCENARIO by the smallest that is found to fail. RET_PROGRESS may be NULL. */
enum shrink_ending shrink(const struct shrink_options *options, struct scenario *scenario,
			  struct shrink_progress *ret_progress);

/* How large a scenario is to who reads it: operations and overrides, and some for what a reader
 * cannot foresee, a policy or a rate that is left to chance. */
unsigned shrink_size(const struct scenario *scenario);

#endif
