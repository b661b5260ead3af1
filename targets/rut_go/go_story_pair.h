/* One script told twice: by our runtime on the simulator and by a real toolchain. */
#ifndef RUT_GO_STORY_PAIR_H
#define RUT_GO_STORY_PAIR_H

#include <stdbool.h>

#include "real_go/real_go.h"
#include "real_go/story.h"

enum { GO_STORY_RULE_COUNT_MAX = 64, GO_STORY_WHY_SIZE = 512 };

enum go_story_answer {
	GO_STORY_SAME, /* most runs tell our story, line by line or but for listed differences */
	GO_STORY_DIFFERENT, /* they do not */
	GO_STORY_UNTOLD,    /* one side told none: `why' tells */
};

struct go_story_options {
	const struct real_go_toolchain *toolchain;
	const char *driver;
	const struct scenario *scenario;
	unsigned run_count; /* on the toolchain */
	unsigned time_limit_ms;
};

struct go_story_pair {
	enum go_story_answer answer;
	unsigned same_count; /* runs that told our story */
	/* Rows of difference.def that explain lines of these. */
	unsigned listed[GO_STORY_RULE_COUNT_MAX];
	unsigned listed_count;
	char *ours;   /* our story, NULL: none */
	char *theirs; /* the first of Go's that is another one, or the last; NULL: none */
	char why[GO_STORY_WHY_SIZE];
};

/* Our side is played under several schedules, which must all tell one story: else the script leaves
 * a choice to the scheduler, and there is nothing to compare. False: the harness failed; RET_ERROR
 * (REAL_GO_ERROR_SIZE) tells. Either way RET_PAIR is the caller's, to be given back by
 * go_story_free_pair(). */
bool go_story_tell_pair(const struct go_story_options *options, struct go_story_pair *ret_pair,
			char *ret_error);

void go_story_free_pair(struct go_story_pair *pair);

/* Prints what only one of both tells, with a few lines around it; the number of the row that lists
 * a line stands behind it. */
void go_story_print_difference(const struct go_story_pair *pair, unsigned minor);

#endif
