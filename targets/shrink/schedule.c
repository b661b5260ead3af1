/* Schedules under which a scenario fails: often, for making it smaller, and then without chance. */
#include "shrink/internal.h"
#include "shrink/record.h"

enum {
	SAMPLE_COUNT = 12,
	RETRY_COUNT_MIN = 2,
	RETRY_COUNT_MAX = 60,
	/* Parts of the steps of the whole budget. */
	RETRY_BUDGET_PART = 500,
	RETRY_RUN_PART = 100, /* likewise of the runs */
	SEARCH_BUDGET_PART = 60,
	TRIED_COUNT_MAX = 400,
	CHANGE_COUNT_MAX = 5,
	RANGE_COUNT = 6,
	MEND_COUNT_MAX = SCENARIO_OVERRIDE_COUNT_MAX,
};

/* The parameter of PCT and delay-bounded for so many changes, 1 to 5, within 256 << RANGE steps. */
static uint8_t parameter_of(uint32_t change_count, uint32_t range)
{
	uint32_t parameter = 16 * range;
	while (1 + parameter % CHANGE_COUNT_MAX != change_count)
		parameter++;
	return (uint8_t)parameter;
}

/* From plain to wild. */
static const struct {
	uint8_t policy;
	uint8_t change_count; /* 0: the parameter as it is */
	uint8_t parameter;    /* the range where there are changes */
} settings[] = {
	{SCENARIO_ROUND_ROBIN, 0, 0},   {SCENARIO_DELAY_BOUNDED, 2, 1},
	{SCENARIO_DELAY_BOUNDED, 5, 3}, {SCENARIO_STICKY, 0, 5},
	{SCENARIO_PCT, 3, 2},           {SCENARIO_STICKY, 0, 1},
	{SCENARIO_UNIFORM, 0, 0},
};

enum { SETTING_COUNT = sizeof settings / sizeof settings[0] };

static void set_schedule(struct scenario *scenario, size_t setting)
{
	const uint8_t parameter = settings[setting].parameter;
	const uint8_t change_count = settings[setting].change_count;
	scenario->override_count = 0;
	scenario->schedule = (struct scenario_schedule){
		.policy = settings[setting].policy,
		.parameter = change_count > 0 ? parameter_of(change_count, parameter) : parameter,
	};
}

struct sample {
	struct scenario failing;
	uint32_t failure_count;
};

/* How often SCENARIO fails with other seeds. */
static void take_sample(struct shrinker *shrinker, struct scenario *scenario, struct sample *sample)
{
	sample->failure_count = 0;
	if (!shrinker_is_by_chance(scenario)) {
		if (shrinker_run(shrinker, scenario)) {
			sample->failing = *scenario;
			sample->failure_count = SAMPLE_COUNT;
		}
		return;
	}
	for (uint32_t i = 0; i < SAMPLE_COUNT; i++) {
		scenario->schedule.seed = choice_random_u32(&shrinker->random);
		if (!shrinker_run(shrinker, scenario))
			continue;
		sample->failing = *scenario;
		sample->failure_count++;
	}
}

/* So many that what fails as often is missed in one of twenty candidates at most. */
static uint32_t retry_count(const struct shrinker *shrinker, uint32_t failure_count)
{
	const double passing = 1 - (double)failure_count / (SAMPLE_COUNT + 1);
	double missing = 1;
	uint32_t count = 0;
	const uint64_t affordable = shrinker->options->run_count_max / RETRY_RUN_PART;
	for (; missing > 0.05 && count < RETRY_COUNT_MAX && count < affordable; count++)
		missing *= passing;
	return count > RETRY_COUNT_MIN ? count : RETRY_COUNT_MIN;
}

void schedule_choose(struct shrinker *shrinker)
{
	static struct sample samples[SETTING_COUNT + 1];
	static struct scenario tried;
	uint32_t most = 0;
	for (size_t i = 0; i <= SETTING_COUNT; i++) {
		tried = shrinker->smallest;
		if (i < SETTING_COUNT)
			set_schedule(&tried, i);
		take_sample(shrinker, &tried, &samples[i]);
		if (samples[i].failure_count > most)
			most = samples[i].failure_count;
	}
	shrinker->retry_step_count = shrinker->options->step_count_max / RETRY_BUDGET_PART;
	shrinker->retry_count = retry_count(shrinker, most);
	for (size_t i = 0; i <= SETTING_COUNT && most > 0; i++) {
		if (2 * samples[i].failure_count < most)
			continue;
		shrinker->retry_count = retry_count(shrinker, samples[i].failure_count);
		shrinker->smallest = samples[i].failing;
		return;
	}
}

/* ---- Without chance ------------------------------------------------------ */

/* FAILING fails: the same steps without chance, as far as they are needed for it to fail still. */
static bool repeat_without_chance(struct shrinker *shrinker, const struct scenario *failing,
				  struct scenario *ret_explicit)
{
	static struct scenario tried;
	record_prepare();
	if (!shrinker_run_heard(shrinker, failing, record_step, record_hit))
		return false;
	tried = *failing;
	if (!record_begin_explicit(&tried))
		return false;
	for (int i = 0; i <= MEND_COUNT_MAX; i++) {
		if (shrinker_run_heard(shrinker, &tried, record_compare, NULL)) {
			*ret_explicit = tried;
			return true;
		}
		if (shrinker_is_over(shrinker) || !record_mend(&tried))
			return false;
	}
	return false;
}

static uint8_t draw_rate(struct shrinker *shrinker, uint8_t rate)
{
	return (uint8_t)(rate >> (2 * choice_random_below(&shrinker->random, 4)));
}

/* From plain to wild; few switches become few overrides. */
static const struct {
	uint8_t policy;
	uint8_t change_count; /* 0: the parameter as it is */
	uint8_t parameter;
} searched[] = {
	{SCENARIO_ROUND_ROBIN, 0, 0},   {SCENARIO_DELAY_BOUNDED, 1, 0},
	{SCENARIO_DELAY_BOUNDED, 2, 0}, {SCENARIO_DELAY_BOUNDED, 3, 0},
	{SCENARIO_PCT, 1, 0},           {SCENARIO_PCT, 3, 0},
	{SCENARIO_DELAY_BOUNDED, 5, 0}, {SCENARIO_PCT, 5, 0},
	{SCENARIO_STICKY, 0, 5},        {SCENARIO_STICKY, 0, 4},
	{SCENARIO_STICKY, 0, 3},        {SCENARIO_STICKY, 0, 2},
};

enum { SEARCHED_COUNT = sizeof searched / sizeof searched[0] };

/* With fewer signals and growing stacks than there were, most of the time. */
static void draw_schedule(struct shrinker *shrinker, size_t kind, struct scenario *scenario)
{
	struct choice_random *random = &shrinker->random;
	struct scenario_configuration *configuration = &scenario->configuration;
	const uint8_t change_count = searched[kind].change_count;
	scenario->override_count = 0;
	scenario->schedule = (struct scenario_schedule){
		.policy = searched[kind].policy,
		.parameter = change_count == 0
				     ? searched[kind].parameter
				     : parameter_of(change_count,
						    choice_random_below(random, RANGE_COUNT)),
		.seed = choice_random_u32(random),
	};
	configuration->signal_rate = draw_rate(shrinker, configuration->signal_rate);
	configuration->stack_growth_rate = draw_rate(shrinker, configuration->stack_growth_rate);
}

/* Tries so many schedules of KIND, for so many steps. */
static bool search_kind(struct shrinker *shrinker, size_t kind, const struct scenario *scenario,
			struct scenario *ret_explicit)
{
	static struct scenario tried;
	const uint64_t step_count_end = shrinker->progress.step_count +
					shrinker->options->step_count_max / SEARCH_BUDGET_PART;
	const uint64_t affordable = shrinker->options->run_count_max / SEARCH_BUDGET_PART;
	for (uint64_t i = 0; i < TRIED_COUNT_MAX && i < affordable; i++) {
		if (shrinker_is_over(shrinker) || shrinker->progress.step_count >= step_count_end)
			return false;
		tried = *scenario;
		draw_schedule(shrinker, kind, &tried);
		if (shrinker_run(shrinker, &tried) &&
		    repeat_without_chance(shrinker, &tried, ret_explicit))
			return true;
	}
	return false;
}

bool schedule_make_explicit(struct shrinker *shrinker, const struct scenario *scenario,
			    struct scenario *ret_explicit)
{
	if (!shrinker_is_by_chance(scenario)) {
		*ret_explicit = *scenario;
		return true;
	}
	for (size_t kind = 0; kind < SEARCHED_COUNT; kind++) {
		if (search_kind(shrinker, kind, scenario, ret_explicit))
			return true;
	}
	return repeat_without_chance(shrinker, scenario, ret_explicit);
}
