/* A finding of the simulator made smaller: what a scenario has to keep is its verdict's kind, rule
 * and the line that is the same for the same finding, with the defects as they are switched. */
#ifndef SHRINK_FINDING_H
#define SHRINK_FINDING_H

#include "judge/verdict.h"
#include "shrink/shrink.h"

enum {
	/* What some ten seconds are enough for: of data races, each run of which is a process, and
	   of other findings. */
	FINDING_RACE_RUN_COUNT = 1000,
	FINDING_RUN_COUNT = 100000,
	FINDING_STEP_COUNT_MAX = 60000000,
};

struct finding_options {
	/* As in shrink_options. */
	bool (*goes_on)(void *context, const struct shrink_progress *progress);
	void *context;
	uint64_t run_count_max; /* 0: as above */
};

bool finding_is_same(const struct verdict *left, const struct verdict *right);

/* Replaces SCENARIO by the smallest that is found to have its verdict, which is RET_VERDICT; the
 * numbers in that verdict's text are those of the original. */
enum shrink_ending finding_shrink(const struct finding_options *options, struct scenario *scenario,
				  struct verdict *ret_verdict,
				  struct shrink_progress *ret_progress);

#endif
