#include "shrink/shrink.h"

#include <string.h>
#include <xxhash.h>

#include "scenario/binary.h"
#include "shrink/internal.h"

static struct shrinker the_shrinker;

/* ---- Runs ---------------------------------------------------------------- */

bool shrinker_is_over(const struct shrinker *shrinker)
{
	return shrinker->is_stopped || shrinker->is_over_budget;
}

/* Of runs or of steps, whichever is less. */
static unsigned left_percent(const struct shrink_options *options,
			     const struct shrink_progress *progress)
{
	const double runs = (double)progress->run_count / (double)options->run_count_max;
	const double steps = (double)progress->step_count / (double)options->step_count_max;
	const double used = runs > steps ? runs : steps;
	return used < 1 ? (unsigned)(100 * (1 - used)) : 0;
}

bool shrinker_run_heard(struct shrinker *shrinker, const struct scenario *candidate,
			sim_step_listener *listener, sim_hit_listener *hit_listener)
{
	const struct shrink_options *options = shrinker->options;
	struct shrink_progress *progress = &shrinker->progress;
	struct shrink_run run;
	progress->left_percent = left_percent(options, progress);
	if (progress->run_count >= shrinker->run_count_end ||
	    progress->step_count >= shrinker->step_count_end)
		shrinker->is_over_budget = true;
	if (!shrinker_is_over(shrinker) && !options->goes_on(options->context, progress))
		shrinker->is_stopped = true;
	if (shrinker_is_over(shrinker))
		return false;
	options->run(options->context, candidate, listener, hit_listener, &run);
	progress->run_count++;
	progress->step_count += run.step_count;
	return run.fails;
}

bool shrinker_run(struct shrinker *shrinker, const struct scenario *candidate)
{
	return shrinker_run_heard(shrinker, candidate, NULL, NULL);
}

bool shrinker_is_by_chance(const struct scenario *scenario)
{
	const struct scenario_configuration *configuration = &scenario->configuration;
	return scenario->schedule.policy != SCENARIO_ROUND_ROBIN ||
	       configuration->signal_rate > 0 || configuration->stack_growth_rate > 0 ||
	       configuration->has_store_buffers || configuration->clock_skew != SCENARIO_SKEW_NONE;
}

/* Whether CANDIDATE has been here before; from now on it has. A full table forgets. */
static bool was_seen(struct shrinker *shrinker, const struct scenario *candidate)
{
	uint8_t bytes[SCENARIO_BINARY_SIZE_MAX];
	const size_t size = scenario_encode(candidate, bytes, sizeof bytes);
	const uint64_t hash = XXH3_64bits(bytes, size);
	uint64_t *place = &shrinker->seen[hash % SEEN_COUNT];
	const bool is_there = *place == hash;
	*place = hash;
	return is_there;
}

static bool candidate_fails(void *context, struct scenario *candidate)
{
	struct shrinker *shrinker = context;
	const bool is_by_chance = shrinker_is_by_chance(candidate);
	if (shrinker_is_over(shrinker) || (!is_by_chance && was_seen(shrinker, candidate)))
		return false;
	if (shrinker_run(shrinker, candidate))
		return true;
	const uint64_t step_count_end = shrinker->progress.step_count + shrinker->retry_step_count;
	for (uint32_t i = 0; is_by_chance && i < shrinker->retry_count; i++) {
		if (shrinker->progress.step_count >= step_count_end)
			return false;
		candidate->schedule.seed = choice_random_u32(&shrinker->random);
		if (shrinker_run(shrinker, candidate))
			return true;
	}
	return false;
}

/* ---- Stages -------------------------------------------------------------- */

unsigned shrink_size(const struct scenario *scenario)
{
	const struct scenario_configuration *configuration = &scenario->configuration;
	enum { CHANCE_SIZE = 6, STORE_BUFFERS_SIZE = 1 };
	unsigned size = (unsigned)scenario->operation_count + scenario->override_count;
	if (scenario->schedule.policy != SCENARIO_ROUND_ROBIN)
		size += 2 * CHANCE_SIZE;
	else if (scenario->schedule.parameter > 0)
		size += CHANCE_SIZE;
	size += configuration->signal_rate > 0 ? CHANCE_SIZE : 0;
	size += configuration->stack_growth_rate > 0 ? CHANCE_SIZE : 0;
	size += configuration->has_store_buffers ? STORE_BUFFERS_SIZE : 0;
	return size;
}

static bool make_pass_over(struct shrinker *shrinker, reduce_pass *const *passes, size_t count)
{
	struct reducer reducer = {
		.scenario = &shrinker->smallest,
		.fails = candidate_fails,
		.context = shrinker,
	};
	for (size_t i = 0; i < count && !shrinker_is_over(shrinker); i++)
		passes[i](&reducer);
	return reducer.has_changed && !shrinker_is_over(shrinker);
}

#define MAKE_PASS_OVER(shrinker, passes)                                                           \
	make_pass_over((shrinker), (passes), sizeof(passes) / sizeof((passes)[0]))

static void reduce_all(struct shrinker *shrinker)
{
	static reduce_pass *const passes[] = {
		reduce_overrides, reduce_programs, reduce_operations,    reduce_copies,
		reduce_arguments, reduce_procs,    reduce_configuration,
	};
	do {
		shrinker->progress.stage = SHRINK_SEARCHES;
		schedule_choose(shrinker);
		shrinker->progress.stage = SHRINK_OPERATIONS;
	} while (MAKE_PASS_OVER(shrinker, passes));
}

static void reduce_explicit(struct shrinker *shrinker)
{
	static reduce_pass *const passes[] = {
		reduce_overrides, reduce_programs,      reduce_operations,
		reduce_pairs,     reduce_copies,        reduce_arguments,
		reduce_procs,     reduce_configuration, reduce_schedule,
	};
	shrinker->progress.stage = SHRINK_OVERRIDES;
	while (MAKE_PASS_OVER(shrinker, passes))
		;
}

static bool is_verified(struct shrinker *shrinker)
{
	enum { VERIFICATION_COUNT = 2 };
	const struct shrink_options *options = shrinker->options;
	shrinker->progress.stage = SHRINK_VERIFIES;
	for (int i = 0; i < VERIFICATION_COUNT; i++) {
		struct shrink_run run;
		options->run(options->context, &shrinker->smallest, NULL, NULL, &run);
		shrinker->progress.run_count++;
		shrinker->progress.step_count += run.step_count;
		if (!run.fails)
			return false;
	}
	return true;
}

enum { BY_CHANCE_PERCENT = 65 };

static uint64_t percent_of(uint64_t count, unsigned percent)
{
	return count / 100 * percent + count % 100 * percent / 100;
}

/* PERCENT of the budget are for what is done up to the next call. */
static void open_budget(struct shrinker *shrinker, unsigned percent)
{
	const struct shrink_options *options = shrinker->options;
	shrinker->run_count_end = percent_of(options->run_count_max, percent);
	shrinker->step_count_end = percent_of(options->step_count_max, percent);
	shrinker->was_over_budget |= shrinker->is_over_budget;
	shrinker->is_over_budget = false;
}

static void shrink_within_budget(struct shrinker *shrinker)
{
	static struct scenario by_chance, explicit;
	open_budget(shrinker, BY_CHANCE_PERCENT);
	reduce_all(shrinker);
	open_budget(shrinker, 100);
	by_chance = shrinker->smallest;
	shrinker->progress.stage = SHRINK_SCHEDULE;
	if (!schedule_make_explicit(shrinker, &by_chance, &explicit))
		return;
	shrinker->smallest = explicit;
	reduce_explicit(shrinker);
	if (shrink_size(&by_chance) < shrink_size(&shrinker->smallest))
		shrinker->smallest = by_chance;
}

enum shrink_ending shrink(const struct shrink_options *options, struct scenario *scenario,
			  struct shrink_progress *ret_progress)
{
	struct shrinker *shrinker = &the_shrinker;
	enum shrink_ending ending = SHRINK_MINIMAL;
	struct shrink_run run;
	memset(shrinker, 0, sizeof *shrinker);
	shrinker->options = options;
	shrinker->smallest = *scenario;
	shrinker->progress.smallest = &shrinker->smallest;
	choice_random_init(&shrinker->random, scenario->schedule.seed);
	options->run(options->context, scenario, NULL, NULL, &run);
	shrinker->progress.run_count = 1;
	shrinker->progress.step_count = run.step_count;
	if (run.fails) {
		shrink_within_budget(shrinker);
		if (shrinker->is_stopped)
			ending = SHRINK_STOPPED;
		else if (shrinker->was_over_budget || shrinker->is_over_budget)
			ending = SHRINK_OVER_BUDGET;
		if (is_verified(shrinker))
			*scenario = shrinker->smallest;
		else
			ending = SHRINK_DIVERGED;
	} else {
		ending = SHRINK_NO_FAILURE;
	}
	shrinker->progress.smallest = scenario;
	if (ret_progress != NULL)
		*ret_progress = shrinker->progress;
	return ending;
}
