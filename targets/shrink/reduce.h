/* Ways to make a scenario that fails smaller, one candidate after the other: without programs,
 * without operations, with fewer goroutines, smaller numbers, fewer overrides, a plainer
 * configuration. Who decides whether a candidate fails, and how often it is run for that, is the
 * caller's business: the simulator's shrinker (shrink/shrink.h) and that for real toolchains
 * (real_go/shrink.h). No I/O, no allocation. */
#ifndef SHRINK_REDUCE_H
#define SHRINK_REDUCE_H

#include <stdbool.h>

#include "scenario/scenario.h"

struct reducer {
	struct scenario *scenario; /* the smallest that fails so far */
	/* Whether CANDIDATE, valid and not the smallest itself, fails as the original does. May
	   give it another schedule, under which it fails. */
	bool (*fails)(void *context, struct scenario *candidate);
	void *context;
	bool has_changed; /* set when a candidate is taken */
};

/* Repairs CANDIDATE and takes it when it fails. */
bool reducer_try(struct reducer *reducer, struct scenario *candidate);

/* A way to make things smaller; each tries all of its candidates once. */
typedef void reduce_pass(struct reducer *reducer);

reduce_pass reduce_programs;   /* one less; who starts it does so no more */
reduce_pass reduce_operations; /* large parts of a program first, single ones last */
reduce_pass reduce_pairs;      /* two operations at once, of a scenario that has few */
reduce_pass reduce_copies;
reduce_pass reduce_arguments; /* rounds of repeats, too */
reduce_pass reduce_procs;
reduce_pass reduce_configuration; /* fields back to their initial values, all at once or alone */
reduce_pass reduce_overrides;     /* large parts first, single ones last */
reduce_pass reduce_schedule;      /* seed, parameter and the numbers of threads towards 0 */

#endif
