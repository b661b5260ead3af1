/* Makes a scenario that fails smaller, as long as it still fails: without programs, without
 * operations, with fewer goroutines and smaller numbers.
 *
 * Runs on a real toolchain are not deterministic. A candidate is given some runs to fail once, and
 * one that does must then fail three times more within some others: what fails far more rarely than
 * the original, by luck, is not taken. How many runs follows from how often the scenario fails,
 * which is measured before each round: a candidate that fails as often is missed with a probability
 * of at most 5 %. Does no I/O and reads no clock; the caller runs and says when to end. */
#ifndef REAL_GO_SHRINK_H
#define REAL_GO_SHRINK_H

#include <stdbool.h>
#include <stdint.h>

#include "scenario/scenario.h"

enum {
	REAL_GO_SHRINK_MEASURED_RUN_COUNT = 20,
	REAL_GO_SHRINK_CONFIRMATION_COUNT = 3,
	/* Of a candidate, to fail so often: what fails more rarely is missed more often. */
	REAL_GO_SHRINK_RUN_COUNT_MAX = 80,
};

struct real_go_shrink_progress {
	uint32_t run_count;
	uint32_t candidate_count;
	uint32_t candidate_run_count; /* how many each has to fail at present */
	uint16_t operation_count;     /* of the smallest that fails so far */
};

struct real_go_shrink_options {
	/* One run of CANDIDATE: whether it fails as the original does. */
	bool (*fails)(void *context, const struct scenario *candidate);
	/* Before each run. False: the time is over. */
	bool (*goes_on)(void *context, const struct real_go_shrink_progress *progress);
	void *context;
};

/* How many runs to give what has failed FAILURE_COUNT times of RUN_COUNT, so that it fails WANTED
 * times, 1 to 3, with a probability of at least 97.5 %. A little pessimistic: one more run is taken
 * to have passed. FAILURE_COUNT is at least 1; at most REAL_GO_SHRINK_RUN_COUNT_MAX. */
uint32_t real_go_shrink_run_count(uint32_t failure_count, uint32_t run_count, uint32_t wanted);

/* Replaces SCENARIO, which has failed, by the smallest that is found to fail. Whether nothing more
 * could be taken away; false: the time was over before. RET_PROGRESS may be NULL. */
bool real_go_shrink(const struct real_go_shrink_options *options, struct scenario *scenario,
		    struct real_go_shrink_progress *ret_progress);

#endif
