/* How a toolchain stands to an issue, told from what runs of its scenarios gave. No I/O. */
#ifndef REAL_GO_STANDING_H
#define REAL_GO_STANDING_H

#include <stdbool.h>
#include <stddef.h>

#include "judge/verdict.h"
#include "scenario/text.h"

/* What the runs of one scenario gave. */
struct standing_observation {
	const struct scenario_toolchain *expectations;
	unsigned count_of[VERDICT_COUNT]; /* runs with that verdict */
};

enum standing_kind {
	STANDING_TOLD,
	STANDING_NOT_APPLICABLE, /* no scenario tells one standing from another */
	STANDING_INCONCLUSIVE,   /* what was seen fits none */
};

struct standing_answer {
	enum standing_kind kind;
	enum scenario_standing standing; /* of STANDING_TOLD */
};

/* Whether TOOLCHAIN says something of Go 1.MINOR. */
bool standing_covers(const struct scenario_toolchain *toolchain, unsigned minor);

/* What is expected of a toolchain of STANDING; false: the line names no verdict. */
bool standing_expected(const struct scenario_toolchain *toolchain, enum scenario_standing standing,
		       enum verdict_kind *ret_verdict);

/* Whether what was seen is what STANDING gives: with ok expected all runs were ok, with another
 * verdict at least one gave that and all others did or were ok. A race may miss, so not all must
 * show it. */
bool standing_fits(const struct standing_observation *observation, enum scenario_standing standing);

/* The one that all observations fit; where several do, they expect the same of these scenarios, and
 * the best is the answer. */
struct standing_answer standing_tell(const struct standing_observation *observations, size_t count);

#endif
