/* rut go run: one scenario on a real toolchain, from its file to its verdict. */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "perform/points.h"
#include "rut/command.h"
#include "rut/number.h"
#include "rut/trace_files.h"
#include "rut_go/go_command.h"
#include "rut_go/go_toolchain.h"
#include "scenario/load.h"

enum { OPTION_GO = 256, OPTION_BUILD, OPTION_WITH, OPTION_LIMIT, OPTION_WIND_DOWN, OPTION_TRACE };

struct run_command {
	const char *file;
	const char *go;
	const char *trace_prefix;
	const char *edits[GO_EDIT_COUNT_MAX];
	size_t edit_count;
	enum scenario_toolchain_build build;
	bool has_build;
	unsigned run_count;
	unsigned time_limit_ms;
	unsigned wind_down_ms; /* 0: as the limit asks for */
};

/* Of all runs. */
struct run_counts {
	unsigned of[VERDICT_COUNT];
	unsigned disagreements;
};

static const struct argp_option argp_options[] = {
	{"go", OPTION_GO, "GO", 0, "The go command of the toolchain; default: the newest found", 0},
	{"build", OPTION_BUILD, "BUILD", 0,
	 "plain, race or lock-ranking; default: as the scenario says", 0},
	{"with", OPTION_WITH, "EDIT", 0,
	 "With this edit of the toolchain's runtime, and not those that the scenario names; may be "
	 "given several times",
	 0},
	{"runs", 'n', "RUNS", 0, "Run it so many times and count the verdicts", 0},
	{"limit", OPTION_LIMIT, "SECONDS", 0, "What takes longer is a deadlock; default 20", 0},
	{"wind-down", OPTION_WIND_DOWN, "MS", 0,
	 "Then programs end early; default: half of the limit, at most 2000", 0},
	{"trace", OPTION_TRACE, "PREFIX", 0,
	 "Write the traces to PREFIX-1.trace, PREFIX-2.trace ...; with -n those of the first run "
	 "that is not ok",
	 0},
	{0},
};

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
	struct run_command *command = state->input;
	switch (key) {
	case OPTION_GO:
		command->go = argument;
		return 0;
	case OPTION_BUILD:
		command->has_build = true;
		if (!go_build_parse(argument, &command->build))
			argp_error(state, "--build wants plain, race or lock-ranking, got `%s'",
				   argument);
		return 0;
	case OPTION_WITH:
		if (command->edit_count == GO_EDIT_COUNT_MAX)
			argp_error(state, "at most %d edits are expected", GO_EDIT_COUNT_MAX);
		command->edits[command->edit_count++] = argument;
		return 0;
	case 'n':
		command->run_count = (unsigned)number_parse(argument, "runs", 1, 1000000, state);
		return 0;
	case OPTION_LIMIT:
		command->time_limit_ms = 1000 *
					 (unsigned)number_parse(argument, "limit", 1, 86400, state);
		return 0;
	case OPTION_WIND_DOWN:
		command->wind_down_ms = (unsigned)number_parse(argument, "wind-down", 1, 86400000,
							       state);
		return 0;
	case OPTION_TRACE:
		command->trace_prefix = argument;
		return 0;
	case ARGP_KEY_ARG:
		if (command->file != NULL)
			argp_error(state, "one FILE is expected, got %s too", argument);
		command->file = argument;
		return 0;
	case ARGP_KEY_END:
		if (command->file == NULL)
			argp_error(state, "a scenario FILE is expected");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = argp_options,
	.parser = parse_option,
	.args_doc = "FILE",
	.doc = "Performs the scenario in FILE (text or binary) on a real Go toolchain and judges "
	       "its traces by our oracle and Go's own reader. The schedule is not played: runs "
	       "may differ.\v"
	       "Exit status: 0 the verdict is ok, 1 another, or the judges disagree, 2 wrong "
	       "usage, unreadable FILE or unusable toolchain, 3 the harness failed.",
};

/* ---- What is printed ----------------------------------------------------- */

static void print_lines(const char *text)
{
	for (const char *line = text; *line != '\0';) {
		size_t length = strcspn(line, "\n");
		printf("  %.*s\n", (int)length, line);
		line += length + (line[length] == '\n');
	}
}

static void print_result(const struct real_go_toolchain *toolchain, const struct scenario *scenario,
			 const struct real_go_result *result)
{
	const struct verdict *verdict = &result->verdict;
	const struct real_go_known *known = real_go_known(toolchain, scenario, verdict);
	printf("verdict   %s", verdict_name(verdict->kind));
	if (verdict->rule[0] != '\0')
		printf("   rule %s", verdict->rule);
	if (verdict->session > 0)
		printf("   trace %u   generation %llu   offset %llu", verdict->session,
		       (unsigned long long)verdict->generation,
		       (unsigned long long)verdict->offset);
	printf("\n");
	if (verdict->where[0] != '\0')
		printf("where     %s\n", verdict->where);
	print_lines(verdict->text);
	if (known != NULL)
		printf("known     issue %s: %s\n", known->issue, known->sentence);
	if (result->disagreement[0] != '\0')
		printf("judges    %s\n", result->disagreement);
	for (size_t i = 0; i < result->note_count; i++)
		printf("note      %s\n", result->notes[i]);
	printf("driver    %s\n", result->hello);
	printf("traces    %u   events %llu   time %llu.%03llu ms\n", result->sessions->count,
	       (unsigned long long)result->event_count,
	       (unsigned long long)result->run_time_us / 1000,
	       (unsigned long long)result->run_time_us % 1000);
}

static void print_counts(const struct run_counts *counts, unsigned run_count)
{
	printf("runs      %u", run_count);
	for (int i = 0; i < VERDICT_COUNT; i++) {
		if (counts->of[i] > 0)
			printf("   %s %u", verdict_name((enum verdict_kind)i), counts->of[i]);
	}
	if (counts->disagreements > 0)
		printf("   judges disagree %u", counts->disagreements);
	printf("\n");
}

/* ---- The runs ------------------------------------------------------------ */

/* Of several runs the first that is not ok is told whole, or the last. */
static int run_all(const struct run_command *command, const struct real_go_toolchain *toolchain,
		   const struct real_go_options *options)
{
	static struct real_go_result result;
	static char error[REAL_GO_ERROR_SIZE];
	struct run_counts counts = {0};
	bool is_told = false;
	for (unsigned i = 1; i <= command->run_count; i++) {
		if (!real_go_run(options, &result, error)) {
			fprintf(stderr, "%s\n", error);
			return RUT_HARNESS;
		}
		bool is_finding = result.verdict.kind != VERDICT_OK ||
				  result.disagreement[0] != '\0';
		counts.of[result.verdict.kind]++;
		counts.disagreements += result.disagreement[0] != '\0';
		if (is_told || (!is_finding && i < command->run_count))
			continue;
		is_told = true;
		if (command->trace_prefix != NULL &&
		    !trace_files_write(command->trace_prefix, result.sessions))
			return RUT_HARNESS;
		print_result(toolchain, options->scenario, &result);
	}
	if (command->run_count > 1)
		print_counts(&counts, command->run_count);
	return counts.of[VERDICT_OK] == command->run_count && counts.disagreements == 0
		       ? RUT_FINE
		       : RUT_FINDING;
}

static struct go_build build_for(const struct run_command *command,
				 const struct scenario_toolchain *toolchain)
{
	struct go_build build = go_build_of(toolchain);
	if (command->has_build)
		build.build = command->build;
	if (command->edit_count > 0) {
		memcpy(build.edits, command->edits, sizeof build.edits);
		build.edit_count = command->edit_count;
	}
	return build;
}

int rut_go_run(int argc, char **argv)
{
	static struct scenario scenario;
	static struct scenario_text text;
	static char error[SCENARIO_ERROR_SIZE], driver[REAL_GO_PATH_SIZE];
	struct run_command command = {.run_count = 1, .time_limit_ms = GO_RUN_TIME_MAX_MS};
	struct real_go_toolchain toolchain;

	argp_err_exit_status = RUT_USAGE;
	argp_parse(&argp, argc, argv, 0, NULL, &command);
	if (!scenario_load(command.file, &perform_points, &scenario, &text, error, sizeof error)) {
		fprintf(stderr, "%s\n", error);
		return RUT_USAGE;
	}
	int status = go_choose(command.go, &toolchain);
	if (status != RUT_FINE)
		return status;
	const struct go_build build = build_for(&command, &text.toolchain);
	status = go_driver(&toolchain, &build, driver);
	if (status != RUT_FINE)
		return status;
	struct real_go_reader *reader = go_reader(&toolchain);
	const struct real_go_options options = {
		.driver = driver,
		.scenario = &scenario,
		.time_limit_ms = command.time_limit_ms,
		.wind_down_ms = command.wind_down_ms,
		.reader = reader,
	};
	status = run_all(&command, &toolchain, &options);
	real_go_reader_stop(reader);
	return status;
}
