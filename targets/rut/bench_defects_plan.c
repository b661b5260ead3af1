#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"
#include "rut/bench_defects.h"
#include "rut/bench_defects_statistics.h"

void bench_plan(struct bench_run *run)
{
	const struct bench_options *options = &run->options;
	const size_t count = (size_t)BENCH_MUTATOR_COUNT * options->seed_count *
			     options->defect_count * FUZZ_ENGINE_COUNT;
	run->trials = calloc(count, sizeof *run->trials);
	ensure(run->trials != NULL);
	run->trial_count = 0;
	for (size_t i = 0; i < count; i++) {
		const size_t engine = i % FUZZ_ENGINE_COUNT;
		const size_t kind = i / FUZZ_ENGINE_COUNT;
		const size_t turn = kind / options->defect_count;
		const size_t mutator = turn / options->seed_count;
		if (!options->use_engine[engine])
			continue;
		run->trials[run->trial_count++] = (struct bench_trial){
			.defect = kind % options->defect_count,
			.engine = (enum fuzz_engine)engine,
			.mutator = (enum bench_mutator)mutator,
			.seed = (uint32_t)(turn % options->seed_count) + 1,
			.state = options->use_mutator[mutator] ? BENCH_WAITS : BENCH_IS_UNWANTED,
		};
	}
}

struct bench_trial *bench_trial_of(const struct bench_run *run, const char *defect,
				   const char *engine, const char *mutator, uint64_t seed)
{
	for (size_t i = 0; i < run->trial_count; i++) {
		struct bench_trial *trial = &run->trials[i];
		if (trial->seed == seed &&
		    strcmp(run->options.defects[trial->defect], defect) == 0 &&
		    strcmp(fuzz_engine_id(trial->engine), engine) == 0 &&
		    strcmp(bench_mutator_names[trial->mutator], mutator) == 0)
			return trial;
	}
	return NULL;
}

/* Whether OTHER searches as TRIAL does, but by structure. */
static bool is_by_structure(const struct bench_trial *other, const struct bench_trial *trial)
{
	return other->mutator == BENCH_STRUCTURE && other->defect == trial->defect &&
	       other->engine == trial->engine;
}

/* What decides TRIAL's budget has to be known. */
static bool has_to_wait(const struct bench_run *run, const struct bench_trial *trial)
{
	if (trial->mutator == BENCH_STRUCTURE)
		return false;
	for (size_t i = 0; i < run->trial_count; i++) {
		const struct bench_trial *other = &run->trials[i];
		if (is_by_structure(other, trial) &&
		    (other->state == BENCH_WAITS || other->state == BENCH_RUNS))
			return true;
	}
	return false;
}

struct bench_trial *bench_next(const struct bench_run *run)
{
	for (size_t i = 0; i < run->trial_count; i++) {
		struct bench_trial *trial = &run->trials[i];
		if (trial->state == BENCH_WAITS && !has_to_wait(run, trial))
			return trial;
	}
	return NULL;
}

uint64_t bench_executions_max(const struct bench_run *run, const struct bench_trial *trial)
{
	if (trial->mutator == BENCH_STRUCTURE)
		return 0;
	struct bench_length *lengths = calloc(run->options.seed_count, sizeof *lengths);
	ensure(lengths != NULL);
	size_t count = 0;
	for (size_t i = 0; i < run->trial_count; i++) {
		const struct bench_trial *other = &run->trials[i];
		if (is_by_structure(other, trial) && other->state == BENCH_HAS_ENDED)
			lengths[count++] = (struct bench_length){
				.value = (double)other->executions,
				.is_bound = !other->is_found,
			};
	}
	uint64_t executions_max = 0;
	if (count > 0) {
		const struct bench_length median = bench_median(lengths, count);
		if (!median.is_bound)
			executions_max = (uint64_t)median.value * BENCH_BYTES_BUDGET_FACTOR;
	}
	free(lengths);
	return executions_max;
}
