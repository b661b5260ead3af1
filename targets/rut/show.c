/* rut show: one picture of one run. */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/defect.h"
#include "rut/command.h"
#include "rut/number.h"
#include "rut/scenario_file.h"
#include "show/show.h"

enum { OPTION_STEPS = 256 };

struct show_command {
	const char *file;
	bool has_defect;
	const char *target;
	uint64_t first, last;
};

static const struct argp_option argp_options[] = {
	{"defect", 'd', "NAME[:SETTING]", 0, "Switch a historic defect on; may be repeated", 0},
	{"output", 'o', "OUT.html", 0, "Write the picture there (default: standard output)", 0},
	{"steps", OPTION_STEPS, "FROM-TO", 0,
	 "Show these steps one by one (default: the last 4000, more for a deciding one)", 0},
	{0},
};

static void parse_steps(struct show_command *command, const char *argument,
			struct argp_state *state)
{
	char from[32];
	size_t length = strcspn(argument, "-");
	if (argument[length] != '-' || length >= sizeof from)
		argp_error(state, "--steps wants FROM-TO, got `%s'", argument);
	memcpy(from, argument, length);
	from[length] = '\0';
	command->first = number_parse(from, "steps", 1, UINT32_MAX, state);
	command->last = number_parse(argument + length + 1, "steps", command->first, UINT32_MAX,
				     state);
	if (command->last - command->first >= SHOW_STEP_COUNT_MAX)
		argp_error(state, "--steps shows at most %d steps", SHOW_STEP_COUNT_MAX);
}

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
	struct show_command *command = state->input;
	switch (key) {
	case 'd':
		if (!defect_switch(argument))
			argp_error(state, "no defect or setting is called `%s'", argument);
		command->has_defect = true;
		return 0;
	case 'o':
		command->target = argument;
		return 0;
	case OPTION_STEPS:
		parse_steps(command, argument, state);
		return 0;
	default:
		return scenario_file_take_argument(key, argument, state, &command->file);
	}
}

static const struct argp argp = {
	.options = argp_options,
	.parser = parse_option,
	.args_doc = "FILE|FOLDER",
	.doc = "Runs the scenario in FILE, or in the FOLDER of a finding, on the simulator and "
	       "draws what happened: one HTML page that stands alone.\v"
	       "Exit status: 0 the picture is written, whatever the verdict, 2 wrong usage, "
	       "unreadable FILE, or OUT.html cannot be opened, 3 the picture could not be written.",
};

int rut_show(int argc, char **argv)
{
	static struct scenario_file file;
	static struct run_result result;
	struct show_command command = {0};

	argp_err_exit_status = RUT_USAGE;
	argp_parse(&argp, argc, argv, 0, NULL, &command);
	if (!scenario_file_load(command.file, NULL, &file) || !scenario_file_is_simulated(&file) ||
	    !scenario_file_switch_defect(&file, command.has_defect))
		return RUT_USAGE;
	FILE *stream = command.target != NULL ? fopen(command.target, "w") : stdout;
	if (stream == NULL) {
		fprintf(stderr, "%s: %s\n", command.target, strerror(errno));
		return RUT_USAGE;
	}
	/* Where the file lies makes no other picture. */
	const struct show_options options = {.name = scenario_file_name(file.path),
					     .scenario = &file.scenario,
					     .text = &file.text,
					     .first = command.first,
					     .last = command.last};
	show_run(&options, stream, &result);
	bool is_written = fflush(stream) == 0 && ferror(stream) == 0;
	if (stream != stdout)
		is_written &= fclose(stream) == 0;
	if (!is_written) {
		fprintf(stderr, "%s: the picture could not be written\n",
			command.target != NULL ? command.target : "standard output");
		return RUT_HARNESS;
	}
	return RUT_FINE;
}
