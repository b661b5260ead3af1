/* What the files of this room share: the state of the one shrinking that is under way. */
#ifndef SHRINK_INTERNAL_H
#define SHRINK_INTERNAL_H

#include "choice/random.h"
#include "shrink/reduce.h"
#include "shrink/shrink.h"

enum { SEEN_COUNT = 1 << 16 };

struct shrinker {
	const struct shrink_options *options;
	struct scenario smallest;
	struct shrink_progress progress;
	struct choice_random random;
	uint32_t retry_count;      /* other seeds that a candidate is given at present */
	uint64_t retry_step_count; /* no more of them after so many steps */
	bool is_stopped;
	uint64_t run_count_end; /* of the stage */
	uint64_t step_count_end;
	bool is_over_budget;       /* of the stage */
	bool was_over_budget;      /* of an earlier one */
	uint64_t seen[SEEN_COUNT]; /* hashes of candidates without chance that did not fail */
};

/* One run within the budget; false, too, when that is used up. */
bool shrinker_run(struct shrinker *shrinker, const struct scenario *candidate);

/* Likewise; the listeners, which may be NULL, hear of it. */
bool shrinker_run_heard(struct shrinker *shrinker, const struct scenario *candidate,
			sim_step_listener *listener, sim_hit_listener *hit_listener);

bool shrinker_is_over(const struct shrinker *shrinker);

/* Whether another seed may give another run. */
bool shrinker_is_by_chance(const struct scenario *scenario);

/* schedule.c */

/* Gives the smallest the plainest policy that is at least half as good as the best at letting it
 * fail; sets the number of retries by its rate. */
void schedule_choose(struct shrinker *shrinker);

/* Looks for a schedule without chance under which SCENARIO fails; RET_EXPLICIT fails when true. */
bool schedule_make_explicit(struct shrinker *shrinker, const struct scenario *scenario,
			    struct scenario *ret_explicit);

#endif
