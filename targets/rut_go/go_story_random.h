/* Random scripts in which only one goroutine acts at a time. */
#ifndef RUT_GO_STORY_RANDOM_H
#define RUT_GO_STORY_RANDOM_H

#include <stdint.h>

#include "scenario/text.h"

/* The script of SEED, and of which releases it is: one in which Ps come back waits for the fix of
 * 76572, since before that such Ps break the trace where they are used. */
void go_story_random(uint64_t seed, struct scenario *ret_scenario, struct scenario_text *ret_text);

#endif
