#include "real_go/shrink.h"

#include "base/fatal.h"

struct shrinker {
	const struct shrink_options *options;
	struct scenario *scenario; /* the smallest that fails so far */
	struct shrink_progress progress;
	uint32_t failure_count; /* of the measured runs: the most of all rounds */
	uint32_t confirmation_run_count;
	bool is_over; /* the caller said so */
	bool has_changed;
};

/* A way to make things smaller; all are tried in each round. */
typedef void shrink_pass(struct shrinker *shrinker);

uint32_t shrink_run_count(uint32_t failure_count, uint32_t run_count, uint32_t wanted)
{
	/* How likely it is to have failed so often, below the wanted number, after COUNT runs. */
	double likely[SHRINK_CONFIRMATION_COUNT] = {1};
	const double failing = failure_count / (run_count + 1.0);
	uint32_t count = 0;
	double missing = 1;
	ensure(failure_count > 0 && failure_count <= run_count);
	ensure(wanted > 0 && wanted <= SHRINK_CONFIRMATION_COUNT);
	for (; missing > 0.025 && count < SHRINK_RUN_COUNT_MAX; count++) {
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
	const struct shrink_options *options = shrinker->options;
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
	for (uint32_t i = 0; i < SHRINK_MEASURED_RUN_COUNT; i++)
		failure_count += run(shrinker, shrinker->scenario);
	if (failure_count > shrinker->failure_count)
		shrinker->failure_count = failure_count;
	shrinker->progress.candidate_run_count = shrink_run_count(shrinker->failure_count,
								  SHRINK_MEASURED_RUN_COUNT, 1);
	shrinker->confirmation_run_count = shrink_run_count(
		shrinker->failure_count, SHRINK_MEASURED_RUN_COUNT, SHRINK_CONFIRMATION_COUNT);
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

/* Repairs CANDIDATE and takes it when it fails. */
static bool try(struct shrinker *shrinker, struct scenario *candidate)
{
	if (shrinker->is_over)
		return false;
	scenario_repair(candidate);
	if (scenario_equal(candidate, shrinker->scenario))
		return false;
	shrinker->progress.candidate_count++;
	if (!fails_within(shrinker, candidate, 1, shrinker->progress.candidate_run_count) ||
	    !fails_within(shrinker, candidate, SHRINK_CONFIRMATION_COUNT,
			  shrinker->confirmation_run_count))
		return false;
	*shrinker->scenario = *candidate;
	shrinker->has_changed = true;
	return true;
}

/* ---- Less of it ---------------------------------------------------------- */

/* Operations that start PROGRAM go with it; later programs move up. */
static void drop_program(struct scenario *scenario, size_t program)
{
	for (size_t i = 0; i < scenario->program_count; i++) {
		for (size_t k = scenario->programs[i].count; k-- > 0;) {
			struct scenario_operation *operation =
				&scenario->operations[scenario->programs[i].first + k];
			const bool is_go = operation->id == SCENARIO_GO;
			if (i == program || (is_go && operation->a == program))
				scenario_remove(scenario, i, k);
			else if (is_go && operation->a > program)
				operation->a--;
		}
	}
	for (size_t i = program; i + 1 < SCENARIO_PROGRAM_COUNT_MAX; i++)
		scenario->programs[i] = scenario->programs[i + 1];
	scenario->programs[SCENARIO_PROGRAM_COUNT_MAX - 1] = (struct scenario_program){
		.first = scenario->operation_count};
	scenario->program_count--;
}

static void drop_programs(struct shrinker *shrinker)
{
	for (size_t i = shrinker->scenario->program_count; i-- > 0;) {
		if (shrinker->scenario->program_count == 1)
			return;
		struct scenario candidate = *shrinker->scenario;
		drop_program(&candidate, i);
		try(shrinker, &candidate);
	}
}

/* Parts of LENGTH operations, from the end: what comes last is needed most rarely. */
static void drop_parts(struct shrinker *shrinker, size_t program, size_t length)
{
	for (size_t end = shrinker->scenario->programs[program].count; end > 0;) {
		/* A taken candidate may have lost more than the part: ends of repeat. */
		const size_t count = shrinker->scenario->programs[program].count;
		end = end < count ? end : count;
		const size_t begin = end > length ? end - length : 0;
		struct scenario candidate = *shrinker->scenario;
		for (size_t i = begin; i < end; i++)
			scenario_remove(&candidate, program, begin);
		try(shrinker, &candidate);
		end = begin;
	}
}

static void drop_operations(struct shrinker *shrinker)
{
	for (size_t program = 0; program < shrinker->scenario->program_count; program++) {
		size_t length = shrinker->scenario->programs[program].count;
		for (; length > 0; length /= 2)
			drop_parts(shrinker, program, length);
	}
}

/* ---- Smaller numbers ----------------------------------------------------- */

/* VALUE and what is next in ascending order between MIN and it; VALUE itself when there is none. */
static uint32_t next_smaller(uint32_t attempt, uint32_t min, uint32_t value)
{
	switch (attempt) {
	case 0:
		return min;
	case 1:
		return min + (value - min) / 2;
	default:
		return value > min ? value - 1 : value;
	}
}

enum { ATTEMPT_COUNT = 3 };

static void lower_copies(struct shrinker *shrinker)
{
	for (size_t i = 0; i < shrinker->scenario->program_count; i++) {
		for (uint32_t attempt = 0; attempt < ATTEMPT_COUNT; attempt++) {
			struct scenario candidate = *shrinker->scenario;
			uint8_t *copies = &candidate.programs[i].copies;
			*copies = (uint8_t)next_smaller(attempt, 0, *copies);
			try(shrinker, &candidate);
		}
	}
}

/* Of a number: by halves. Of a name or a semaphore: the first will do as well, or not. */
static void lower_argument(struct shrinker *shrinker, size_t index, bool is_second)
{
	for (uint32_t attempt = 0; attempt < ATTEMPT_COUNT; attempt++) {
		struct scenario candidate = *shrinker->scenario;
		struct scenario_operation *operation = &candidate.operations[index];
		const struct scenario_operation_row *row = scenario_operation_row(operation->id);
		const struct scenario_argument *argument = is_second ? &row->b : &row->a;
		uint16_t *value = is_second ? &operation->b : &operation->a;
		const bool is_number = argument->kind == SCENARIO_ARGUMENT_NUMBER ||
				       argument->kind == SCENARIO_ARGUMENT_TIME_US;
		if (argument->kind == SCENARIO_ARGUMENT_NONE ||
		    argument->kind == SCENARIO_ARGUMENT_PROGRAM || (!is_number && attempt > 0))
			return;
		*value = (uint16_t)next_smaller(attempt, argument->min, *value);
		try(shrinker, &candidate);
	}
}

static void lower_arguments(struct shrinker *shrinker)
{
	for (size_t i = 0; i < shrinker->scenario->operation_count; i++) {
		lower_argument(shrinker, i, false);
		lower_argument(shrinker, i, true);
	}
}

static void lower_configuration(struct shrinker *shrinker)
{
	struct scenario candidate = *shrinker->scenario;
	candidate.configuration.advance_period_ns = 0;
	try(shrinker, &candidate);
	for (uint32_t attempt = 0; attempt < ATTEMPT_COUNT; attempt++) {
		candidate = *shrinker->scenario;
		candidate.configuration.procs = (uint8_t)next_smaller(
			attempt, 1, candidate.configuration.procs);
		try(shrinker, &candidate);
	}
}

bool shrink(const struct shrink_options *options, struct scenario *scenario,
	    struct shrink_progress *ret_progress)
{
	static shrink_pass *const passes[] = {
		drop_programs, drop_operations, lower_copies, lower_arguments, lower_configuration,
	};
	struct shrinker shrinker = {/* It did fail once, or it would not be here. */
				    .options = options,
				    .scenario = scenario,
				    .failure_count = 1};
	do {
		shrinker.has_changed = false;
		measure(&shrinker);
		for (size_t i = 0; i < sizeof passes / sizeof passes[0]; i++)
			passes[i](&shrinker);
	} while (shrinker.has_changed && !shrinker.is_over);
	shrinker.progress.operation_count = scenario->operation_count;
	if (ret_progress != NULL)
		*ret_progress = shrinker.progress;
	return !shrinker.is_over;
}
