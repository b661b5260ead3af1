/* The scenarios of a pinned issue on a real toolchain: which are there, what they gave, and how the
 * toolchain stands to the issue by that. */
#ifndef RUT_GO_LEG_H
#define RUT_GO_LEG_H

#include "real_go/real_go.h"
#include "real_go/standing.h"

enum {
	GO_LEG_SCENARIO_COUNT_MAX = 64,
	GO_LEG_PATH_SIZE = 1024,
	GO_LEG_ISSUE_SIZE = 32,
	GO_LEG_EDIT_SIZE = 64,
};

/* What is done to the toolchain's runtime before. */
enum go_leg_change { GO_LEG_AS_IT_IS, GO_LEG_FIX, GO_LEG_UNFIX };

struct go_leg_scenario {
	char path[GO_LEG_PATH_SIZE];
	const char *name; /* of the file, in PATH */
	struct scenario scenario;
	struct scenario_toolchain toolchain;
	bool was_run; /* the rest is valid then */
	struct standing_observation observation;
	struct verdict evidence;                    /* the first that was not ok */
	char disagreement[VERDICT_TEXT_SIZE_BYTES]; /* the first of the judges; empty: none */
	uint64_t disagreement_count;
	uint64_t trace_count;
	uint64_t event_count;
	uint64_t run_time_us;
};

struct go_leg {
	char issue[GO_LEG_ISSUE_SIZE]; /* "65318"; empty when the folder is not called issue-N */
	size_t scenario_count;         /* with a toolchain line */
	size_t other_count;            /* without */
	struct go_leg_scenario scenarios[GO_LEG_SCENARIO_COUNT_MAX];
};

struct go_leg_options {
	const struct real_go_toolchain *toolchain;
	struct real_go_reader *reader; /* may be NULL */
	enum go_leg_change change;
	unsigned run_count; /* of each scenario */
	unsigned time_limit_ms;
	/* After each scenario; NULL: none. */
	void (*on_scenario)(const struct go_leg_scenario *scenario);
};

/* Reads the scenarios of FOLDER that have a line `toolchain'; there may be none. As with
 * go_leg_run(), the result is an exit status (rut/command.h) with a message on stderr unless it is
 * 0. */
int go_leg_load(const char *folder, struct go_leg *ret_leg);

/* Runs those that cover the toolchain. RET_ANSWER is how it stands to the issue. */
int go_leg_run(struct go_leg *leg, const struct go_leg_options *options,
	       struct standing_answer *ret_answer);

#endif
