/* rut run: one scenario, from its file to its verdict. */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/defect.h"
#include "lock/lock_rank.h"
#include "perform/points.h"
#include "run/run.h"
#include "rut/command.h"
#include "rut/trace_files.h"
#include "scenario/load.h"

enum { OPTION_STEPS = 256, OPTION_TRACE };

struct run_command {
	const char *file;
	const char *defect;
	const char *trace_prefix;
	bool prints_steps;
	bool is_quiet;
};

static const struct argp_option argp_options[] = {
	{"defect", 'd', "NAME[:SETTING]", 0, "Switch a historic defect on (rut defects lists them)",
	 0},
	{"steps", OPTION_STEPS, NULL, 0, "Print each step: its number, M and yield point", 0},
	{"trace", OPTION_TRACE, "PREFIX", 0,
	 "Write the traces to PREFIX-1.trace, PREFIX-2.trace ...", 0},
	{"quiet", 'q', NULL, 0, "Print the verdict line only", 0},
	{0},
};

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
	struct run_command *command = state->input;
	switch (key) {
	case 'd':
		command->defect = argument;
		if (!defect_switch(argument))
			argp_error(state, "no defect or setting is called `%s'", argument);
		return 0;
	case 'q':
		command->is_quiet = true;
		return 0;
	case OPTION_STEPS:
		command->prints_steps = true;
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
	.doc = "Runs the scenario in FILE (text or binary) on the simulator and judges it.\v"
	       "Exit status: 0 the verdict is ok, 1 another, 2 wrong usage or unreadable FILE.",
};

static void print_step(void *context, uint64_t step, unsigned thread, enum point point)
{
	(void)context;
	printf("%8llu  m%-3u %s\n", (unsigned long long)step, thread,
	       lock_rank_point_name((uint16_t)point));
}

static void print_verdict(const struct verdict *verdict)
{
	printf("verdict   %s", verdict_name(verdict->kind));
	if (verdict->rule[0] != '\0')
		printf("   rule %s", verdict->rule);
	if (verdict->session > 0)
		printf("   trace %u   generation %llu   offset %llu", verdict->session,
		       (unsigned long long)verdict->generation,
		       (unsigned long long)verdict->offset);
	printf("\n");
}

static void print_marks(const struct scenario_text *text, const bool *point_is_reached)
{
	for (size_t i = 0; i < text->mark_count; i++) {
		uint16_t number;
		bool is_known = perform_points.id(text->marks[i], &number);
		printf("mark      %s   %s\n", text->marks[i],
		       !is_known                  ? "unknown"
		       : point_is_reached[number] ? "hit"
						  : "not hit");
	}
}

static void print_result(const struct run_command *command, const struct scenario_text *text,
			 const struct run_result *result, const bool *point_is_reached)
{
	print_verdict(&result->verdict);
	if (command->is_quiet)
		return;
	for (const char *line = result->verdict.text; *line != '\0';) {
		size_t length = strcspn(line, "\n");
		printf("  %.*s\n", (int)length, line);
		line += length + (line[length] == '\n');
	}
	print_marks(text, point_is_reached);
	printf("traces    %u   events %llu\n", result->sessions->count,
	       (unsigned long long)result->trace_event_count);
	printf("steps     %llu   decisions %llu   signals %llu   hash %016llx   "
	       "traces' hash %016llx\n",
	       (unsigned long long)result->simulation.step_count,
	       (unsigned long long)result->simulation.decision_count,
	       (unsigned long long)result->simulation.signal_count,
	       (unsigned long long)result->simulation.hash, (unsigned long long)result->trace_hash);
}

int rut_run(int argc, char **argv)
{
	static struct scenario scenario;
	static struct scenario_text text;
	static struct run_result result;
	static bool point_is_reached[POINT_LIMIT];
	static char error[SCENARIO_ERROR_SIZE];
	struct run_command command = {0};

	argp_err_exit_status = RUT_USAGE;
	argp_parse(&argp, argc, argv, 0, NULL, &command);
	if (!scenario_load(command.file, &perform_points, &scenario, &text, error, sizeof error)) {
		fprintf(stderr, "%s\n", error);
		return RUT_USAGE;
	}
	const char *need = scenario_toolchain_need(&scenario);
	if (need != NULL) {
		fprintf(stderr,
			"%s: %s: only a real toolchain has it; `rut go run' runs it there\n",
			command.file, need);
		return RUT_USAGE;
	}
	struct run_options options = run_options_for(&scenario);
	options.listener = command.prints_steps ? print_step : NULL;
	options.point_is_reached = point_is_reached;
	run_scenario(&options, &result);
	if (command.trace_prefix != NULL &&
	    !trace_files_write(command.trace_prefix, result.sessions))
		return RUT_HARNESS;
	print_result(&command, &text, &result, point_is_reached);
	return result.verdict.kind == VERDICT_OK ? RUT_FINE : RUT_FINDING;
}
