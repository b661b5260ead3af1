/* rut run: one scenario, from its file to its verdict. */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/defect.h"
#include "run/run.h"
#include "rut/command.h"
#include "rut/number.h"
#include "rut/result_text.h"
#include "rut/scenario_file.h"
#include "rut/search.h"
#include "rut/trace_files.h"

enum { OPTION_TRACE = 256, OPTION_EXECUTOR, OPTION_SEARCH, OPTION_RUNS };

struct run_command {
	const char *file;
	const char *defect;
	const char *trace_prefix;
	const char *wanted; /* a verdict's name to search for; "": any finding; NULL: no search */
	uint64_t run_count; /* of a search */
	bool is_quiet;
};

static const struct argp_option argp_options[] = {
	{"defect", 'd', "NAME[:SETTING]", 0, "Switch a historic defect on (rut defects lists them)",
	 0},
	{"trace", OPTION_TRACE, "PREFIX", 0,
	 "Write the traces to PREFIX-1.trace, PREFIX-2.trace ...", 0},
	{"quiet", 'q', NULL, 0, "Print the verdict line only", 0},
	{"executor", OPTION_EXECUTOR, "NAME", 0,
	 "sim (default), or threads: real threads and signals; `--executor=threads --help' lists "
	 "its options",
	 0},
	{"search", OPTION_SEARCH, "VERDICT", OPTION_ARG_OPTIONAL,
	 "Try schedules of the same operations until one gives a finding, or VERDICT; print the "
	 "scenario that replays it",
	 0},
	{"runs", OPTION_RUNS, "N", 0, "Schedules that a search tries (default 100000)", 0},
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
	case OPTION_EXECUTOR:
		if (strcmp(argument, "sim") != 0)
			argp_error(state, "--executor wants sim or threads, got `%s'", argument);
		return 0;
	case OPTION_SEARCH:
		command->wanted = argument != NULL ? argument : "";
		if (*command->wanted != '\0' && !search_knows_verdict(command->wanted))
			argp_error(state, "no finding's verdict is called `%s'", argument);
		return 0;
	case OPTION_RUNS:
		command->run_count = number_parse(argument, "runs", 1, UINT64_MAX, state);
		return 0;
	case OPTION_TRACE:
		command->trace_prefix = argument;
		return 0;
	default:
		return scenario_file_take_argument(key, argument, state, &command->file);
	}
}

static const struct argp argp = {
	.options = argp_options,
	.parser = parse_option,
	.args_doc = "FILE|FOLDER",
	.doc = "Runs the scenario in FILE (text or binary), or in the FOLDER of a finding, on the "
	       "simulator and judges it.\v"
	       "Exit status: 0 the verdict is ok, 1 another, 2 wrong usage or unreadable FILE.",
};

/* The executor is chosen at link time: real threads are the program beside this one. */
static bool wants_threads(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--executor=threads") == 0 ||
		    (strcmp(argv[i], "--executor") == 0 && i + 1 < argc &&
		     strcmp(argv[i + 1], "threads") == 0))
			return true;
	}
	return false;
}

static int run_on_threads(int argc, char **argv)
{
	static char program[4096];
	ssize_t length = readlink("/proc/self/exe", program, sizeof program - sizeof "-threads");
	char **arguments = calloc((size_t)argc + 1, sizeof *arguments);
	if (length < 0 || arguments == NULL) {
		perror("rut run");
		return RUT_HARNESS;
	}
	snprintf(program + length, sizeof program - (size_t)length, "-threads");
	arguments[0] = argv[0];
	for (int i = 1, count = 1; i < argc; i++) {
		if (strcmp(argv[i], "--executor") == 0)
			i++;
		else if (strcmp(argv[i], "--executor=threads") != 0)
			arguments[count++] = argv[i];
	}
	execv(program, arguments);
	fprintf(stderr, "%s: %s; `make` builds it\n", program, strerror(errno));
	return RUT_HARNESS;
}

int rut_run(int argc, char **argv)
{
	static struct scenario_file file;
	static struct run_result result;
	static bool point_is_reached[POINT_LIMIT];
	struct run_command command = {.run_count = 100000};

	argp_err_exit_status = RUT_USAGE;
	if (wants_threads(argc, argv))
		return run_on_threads(argc, argv);
	argp_parse(&argp, argc, argv, 0, NULL, &command);
	if (!scenario_file_load(command.file, NULL, &file) || !scenario_file_is_simulated(&file) ||
	    !scenario_file_switch_defect(&file, command.defect != NULL))
		return RUT_USAGE;
	if (command.wanted != NULL)
		return search_schedules(&file.scenario, &file.text, command.wanted,
					command.run_count);
	struct run_options options = run_options_for(&file.scenario);
	options.point_is_reached = point_is_reached;
	run_scenario(&options, &result);
	if (command.trace_prefix != NULL &&
	    !trace_files_write(command.trace_prefix, result.sessions))
		return RUT_HARNESS;
	result_print_verdict(&result.verdict, stdout);
	if (!command.is_quiet) {
		result_print_text(&result.verdict, stdout);
		result_print_counts(&result, &file.text, point_is_reached, stdout);
		scenario_file_print_judge(&file, result.verdict.kind, "run", stdout);
	}
	return result.verdict.kind == VERDICT_OK ? RUT_FINE : RUT_FINDING;
}
