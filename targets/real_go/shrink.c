#include "real_go/shrink.h"

#include "base/fatal.h"
#include "shrink/reduce.h"

struct shrinker {
	const struct real_go_shrink_options *options;
	struct scenario *scenario; /* the smallest that fails so far */
	struct real_go_shrink_progress progress;
	uint32_t failure_count; /* of the measured runs: the most of all rounds */
	uint32_t confirmation_run_count;
	bool is_over; /* the caller said so */
};

uint32_t real_go_shrink_run_count(uint32_t failure_count, uint32_t run_count, uint32_t wanted)
{
	/* How likely it is to have failed so often, below the wanted number, after COUNT runs. */
	double likely[REAL_GO_SHRINK_CONFIRMATION_COUNT] = {1};
	const double failing = failure_count / (run_count + 1.0);
	uint32_t count = 0;
	double missing = 1;
	ensure(failure_count > 0 && failure_count <= run_count);
	ensure(wanted > 0 && wanted <= REAL_GO_SHRINK_CONFIRMATION_COUNT);
	for (; missing > 0.025 && count < REAL_GO_SHRINK_RUN_COUNT_MAX; count++) {
		missing = 0;
		for (uint32_t i = wanted; i-- > 0;) {
			likely[i] *= 1 - failing;
			if (i > 0)
				likely[i] += likely[i - 1] * failing;
			missing += likely[i];
		}
	}
	return count;
}

static bool run(struct shrinker *shrinker, const struct scenario *candidate)
{
	const struct real_go_shrink_options *options = shrinker->options;
	shrinker->progress.operation_count = shrinker->scenario->operation_count;
	if (!shrinker->is_over && !options->goes_on(options->context, &shrinker->progress))
		shrinker->is_over = true;
	if (shrinker->is_over)
		return false;
	shrinker->progress.run_count++;
	return options->fails(options->context, candidate);
}

/* How often the smallest one fails decides how often its candidates are run. Rounds do not lower
 * it: what fails more and more rarely would be taken step by step. */
static void measure(struct shrinker *shrinker)
{
	uint32_t failure_count = 0;
	for (uint32_t i = 0; i < REAL_GO_SHRINK_MEASURED_RUN_COUNT; i++)
		failure_count += run(shrinker, shrinker->scenario);
	if (failure_count > shrinker->failure_count)
		shrinker->failure_count = failure_count;
	shrinker->progress.candidate_run_count = real_go_shrink_run_count(
		shrinker->failure_count, REAL_GO_SHRINK_MEASURED_RUN_COUNT, 1);
	shrinker->confirmation_run_count = real_go_shrink_run_count(
		shrinker->failure_count, REAL_GO_SHRINK_MEASURED_RUN_COUNT,
		REAL_GO_SHRINK_CONFIRMATION_COUNT);
}

static bool fails_within(struct shrinker *shrinker, const struct scenario *candidate,
			 uint32_t wanted, uint32_t run_count)
{
	uint32_t failure_count = 0;
	for (uint32_t i = 0; i < run_count && failure_count < wanted; i++) {
		/* As soon as it cannot any more. */
		if (wanted - failure_count > run_count - i)
			return false;
		failure_count += run(shrinker, candidate);
	}
	return failure_count == wanted;
}

static bool candidate_fails(void *context, struct scenario *candidate)
{
	struct shrinker *shrinker = context;
	if (shrinker->is_over)
		return false;
	shrinker->progress.candidate_count++;
	return fails_within(shrinker, candidate, 1, shrinker->progress.candidate_run_count) &&
	       fails_within(shrinker, candidate, REAL_GO_SHRINK_CONFIRMATION_COUNT,
			    shrinker->confirmation_run_count);
}

bool real_go_shrink(const struct real_go_shrink_options *options, struct scenario *scenario,
		    struct real_go_shrink_progress *ret_progress)
{
	static reduce_pass *const passes[] = {
		reduce_programs,  reduce_operations, reduce_copies,
		reduce_arguments, reduce_procs,      reduce_configuration,
	};
	struct shrinker shrinker = {/* It did fail once, or it would not be here. */
				    .options = options,
				    .scenario = scenario,
				    .failure_count = 1};
	struct reducer reducer = {
		.scenario = scenario, .fails = candidate_fails, .context = &shrinker};
	do {
		reducer.has_changed = false;
		measure(&shrinker);
		for (size_t i = 0; i < sizeof passes / sizeof passes[0]; i++)
			passes[i](&reducer);
	} while (reducer.has_changed && !shrinker.is_over);
	shrinker.progress.operation_count = scenario->operation_count;
	if (ret_progress != NULL)
		*ret_progress = shrinker.progress;
	return !shrinker.is_over;
}
