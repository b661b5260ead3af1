/* rut explore: random scenarios, without feedback. */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/defect.h"
#include "perform/points.h"
#include "run/run.h"
#include "rut/command.h"
#include "rut/fixed_fields.h"
#include "rut/interrupt.h"
#include "rut/number.h"
#include "rut/trace_files.h"
#include "scenario/binary.h"
#include "scenario/generate.h"

enum { OPTION_TRACES = 256, OPTION_HASHES, OPTION_TWICE, OPTION_SET, OPTION_OPERATIONS };

struct explore_command {
	uint64_t first_seed;
	uint64_t count;
	uint64_t operation_count_min;
	const char *trace_folder;
	const char *finding_file;
	bool prints_hashes;
	bool goes_on;
	bool runs_twice;
};

static const struct argp_option argp_options[] = {
	{"seed", 's', "N", 0, "First seed; the next ones follow (default 1)", 0},
	{"runs", 'n', "N", 0, "Scenarios to run (default 1000)", 0},
	{"defect", 'd', "NAME[:SETTING]", 0, "Switch a historic defect on", 0},
	{"keep-going", 'k', NULL, 0, "Count findings instead of ending at the first", 0},
	{"output", 'o', "FILE", 0, "Write the scenario of the first finding to FILE (binary)", 0},
	{"traces", OPTION_TRACES, "FOLDER", 0, "Write every trace to FOLDER/SEED-N.trace", 0},
	{"hashes", OPTION_HASHES, NULL, 0,
	 "Print a line per scenario: seed, verdict, rule, steps' hash, traces' hash", 0},
	{"twice", OPTION_TWICE, NULL, 0,
	 "Run each scenario twice; the verdict is diverged when the runs differ", 0},
	{"operations", OPTION_OPERATIONS, "N", 0,
	 "Large scenarios: random ones are joined until there are N operations", 0},
	{"set", OPTION_SET, "FIELD=VALUE", 0,
	 "Give a configuration field this value in every scenario, as in tracer='go 1.19'", 0},
	{0},
};

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
	struct explore_command *command = state->input;
	switch (key) {
	case 's':
		command->first_seed = number_parse(argument, "seed", 0, UINT64_MAX, state);
		return 0;
	case 'n':
		command->count = number_parse(argument, "runs", 0, UINT64_MAX, state);
		return 0;
	case 'd':
		if (!defect_switch(argument))
			argp_error(state, "no defect or setting is called `%s'", argument);
		return 0;
	case 'k':
		command->goes_on = true;
		return 0;
	case 'o':
		command->finding_file = argument;
		return 0;
	case OPTION_TRACES:
		command->trace_folder = argument;
		return 0;
	case OPTION_HASHES:
		command->prints_hashes = true;
		return 0;
	case OPTION_TWICE:
		command->runs_twice = true;
		return 0;
	case OPTION_OPERATIONS:
		command->operation_count_min = number_parse(argument, "operations", 0,
							    SCENARIO_OPERATION_COUNT_MAX, state);
		return 0;
	case OPTION_SET:
		if (!fixed_fields_add(argument))
			argp_error(state, "FIELD=VALUE is expected, as in clock=normal, got `%s'",
				   argument);
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "no argument is expected, got `%s'", argument);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = argp_options,
	.parser = parse_option,
	.doc = "Generates scenarios at random and runs them, without any feedback: what "
	       "coverage-guided fuzzing has to beat.\v"
	       "Ctrl-C ends it with what was found so far.\n\n"
	       "Exit status: 0 nothing found, 1 a finding, 2 wrong usage.",
};

static bool write_seed_traces(const char *folder, uint64_t seed, const struct sessions *sessions)
{
	char prefix[4096];
	snprintf(prefix, sizeof prefix, "%s/%llu", folder, (unsigned long long)seed);
	return trace_files_write(prefix, sessions);
}

static void write_finding(const char *path, const struct scenario *scenario)
{
	uint8_t bytes[SCENARIO_BINARY_SIZE_MAX];
	size_t size_bytes = scenario_encode(scenario, bytes, sizeof bytes);
	FILE *file = fopen(path, "wb");
	if (file == NULL || fwrite(bytes, 1, size_bytes, file) != size_bytes || fclose(file) != 0)
		perror(path);
}

static void print_finding(uint64_t seed, uint64_t run_count, const struct verdict *verdict)
{
	printf("seed %llu, after %llu runs: %s %s: %s\n", (unsigned long long)seed,
	       (unsigned long long)run_count, verdict_name(verdict->kind), verdict->rule,
	       verdict->text);
	fflush(stdout);
}

static void print_rate(uint64_t run_count, uint64_t step_count, clock_t begin)
{
	double seconds = (double)(clock() - begin) / CLOCKS_PER_SEC;
	if (seconds > 0)
		printf("%llu runs, %.0f/s, %.2f million steps/s\n", (unsigned long long)run_count,
		       (double)run_count / seconds, (double)step_count / seconds / 1e6);
}

static void print_hashes(uint64_t seed, const struct run_result *result)
{
	const char *rule = result->verdict.rule;
	printf("%llu %s %s %016llx %016llx\n", (unsigned long long)seed,
	       verdict_name(result->verdict.kind), *rule == '\0' ? "-" : rule,
	       (unsigned long long)result->simulation.hash, (unsigned long long)result->trace_hash);
}

/* The second run begins in what the first one left behind. */
static void run_again_and_compare(const struct run_options *options, struct run_result *result)
{
	static struct run_result again;
	run_scenario(options, &again);
	const char *what = NULL;
	if (again.simulation.hash != result->simulation.hash)
		what = "steps";
	else if (again.trace_hash != result->trace_hash)
		what = "traces";
	else if (again.verdict.kind != result->verdict.kind ||
		 strcmp(again.verdict.rule, result->verdict.rule) != 0 ||
		 strcmp(again.verdict.text, result->verdict.text) != 0)
		what = "verdicts";
	if (what == NULL)
		return;
	struct verdict *verdict = &result->verdict;
	*verdict = (struct verdict){.kind = VERDICT_DIVERGED};
	snprintf(verdict->where, sizeof verdict->where, "the %s of two runs in one process differ",
		 what);
	snprintf(verdict->text, sizeof verdict->text, "%s", verdict->where);
}

/* Appends the programs of other random scenarios until there are enough operations. */
static void enlarge(struct choice_random *random, uint64_t operation_count_min,
		    struct scenario *scenario)
{
	static struct scenario other;
	while (scenario->operation_count < operation_count_min) {
		scenario_generate(random, &other);
		for (size_t i = 0; i < other.program_count; i++) {
			const struct scenario_operation *operations = scenario_program_operations(
				&other, i);
			for (size_t k = 0; k < other.programs[i].count; k++)
				scenario_append(scenario, i % scenario->program_count,
						operations[k].id, operations[k].a, operations[k].b);
		}
		scenario_repair(scenario);
	}
}

static void run_seed(const struct explore_command *command, uint64_t seed,
		     struct scenario *scenario, struct run_result *result)
{
	struct choice_random random;
	choice_random_init(&random, seed);
	scenario_generate(&random, scenario);
	enlarge(&random, command->operation_count_min, scenario);
	fixed_fields_apply(scenario);
	struct run_options options = run_options_for(scenario);
	run_scenario(&options, result);
	if (command->runs_twice)
		run_again_and_compare(&options, result);
}

static int explore(const struct explore_command *command)
{
	static struct scenario scenario;
	static struct run_result result;
	uint64_t finding_count = 0;
	uint64_t step_count = 0;
	clock_t begin = clock();
	uint64_t i = 0;
	interrupt_catch();
	for (; i < command->count && (finding_count == 0 || command->goes_on) &&
	       !interrupt_has_come();
	     i++) {
		uint64_t seed = command->first_seed + i;
		run_seed(command, seed, &scenario, &result);
		step_count += result.simulation.step_count;
		if (command->prints_hashes)
			print_hashes(seed, &result);
		/* Traces of a program that ended itself are cut off. */
		if (command->trace_folder != NULL && result.simulation.ending != SIM_EXITED &&
		    !write_seed_traces(command->trace_folder, seed, result.sessions))
			return RUT_HARNESS;
		if (result.verdict.kind == VERDICT_OK)
			continue;
		if (finding_count++ == 0 && command->finding_file != NULL)
			write_finding(command->finding_file, &scenario);
		if (!command->prints_hashes)
			print_finding(seed, i + 1, &result.verdict);
	}
	if (!command->prints_hashes) {
		printf("%llu findings\n", (unsigned long long)finding_count);
		print_rate(i, step_count, begin);
	}
	return finding_count == 0 ? RUT_FINE : RUT_FINDING;
}

/* What is fixed says of which tracer scenarios are. */
static bool set_tracer(void)
{
	static struct scenario scenario;
	scenario_init(&scenario);
	fixed_fields_apply(&scenario);
	const char *need = scenario_toolchain_need(&scenario);
	if (need != NULL) {
		fprintf(stderr, "rut explore: %s: only a real toolchain has it\n", need);
		return false;
	}
	scenario_set_drawn_tracer(scenario_dialect_is_v1(scenario.configuration.dialect)
					  ? SCENARIO_TRACER_V1
					  : SCENARIO_TRACER_V2);
	return true;
}

int rut_explore(int argc, char **argv)
{
	struct explore_command command = {.first_seed = 1, .count = 1000};
	argp_err_exit_status = RUT_USAGE;
	argp_parse(&argp, argc, argv, 0, NULL, &command);
	perform_points_teach_generator();
	if (!set_tracer())
		return RUT_USAGE;
	return explore(&command);
}
