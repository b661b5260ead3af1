/* The few steps of a run that decided how it ended, told in words: what the schedule did, the
 * scenario's marks, and what the verdict is about. */
#ifndef SHOW_DECISION_H
#define SHOW_DECISION_H

#include <stdbool.h>
#include <stdint.h>

#include "run/run.h"
#include "scenario/text.h"

enum { DECISION_COUNT_MAX = 48, DECISION_LABEL_SIZE_BYTES = 48, DECISION_TEXT_SIZE_BYTES = 1024 };

struct decision {
	uint32_t step;
	char label[DECISION_LABEL_SIZE_BYTES]; /* in the picture */
	char text[DECISION_TEXT_SIZE_BYTES];   /* beside it */
};

/* In the order of their steps, no two of the same step. */
struct decisions {
	struct decision all[DECISION_COUNT_MAX];
	uint32_t count;
	uint32_t left_out; /* there was no room for */
};

/* Of the recorded run with RESULT. */
void decisions_find(const struct scenario *scenario, const struct scenario_text *text,
		    const struct run_result *result, struct decisions *ret_decisions);

#endif
