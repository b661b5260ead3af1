/* rut convert: scenarios between their two forms. */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "perform/points.h"
#include "rut/command.h"
#include "scenario/binary.h"
#include "scenario/load.h"

enum { OPTION_BYTES = 256 };

struct convert_command {
	const char *file;
	const char *target; /* NULL: standard output */
	bool takes_any_bytes;
};

static const struct argp_option argp_options[] = {
	{"output", 'o', "OUT", 0,
	 "Write OUT and print nothing: text if it ends in .rut, else the canonical binary form", 0},
	{"bytes", OPTION_BYTES, NULL, 0,
	 "FILE is what an engine made up, whatever version of the binary form it claims to be of",
	 0},
	{0},
};

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
	struct convert_command *command = state->input;

	switch (key) {
	case 'o':
		command->target = argument;
		return 0;
	case OPTION_BYTES:
		command->takes_any_bytes = true;
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
	.doc = "Prints the scenario in FILE as text. FILE is text, or any bytes: an input of a "
	       "corpus, what an engine kept of a crash.\v"
	       "For example:\n"
	       "  rut convert build/findings/1-trace-rejected-R2/input > found.rut\n"
	       "  rut convert found.rut -o corpus/found\n\n"
	       "The binary form has no comment, names of goroutines, expectations and marks.\n\n"
	       "Exit status: 0 written, 2 wrong usage, or FILE is unreadable or of a newer "
	       "version, 3 the result could not "
	       "be written.",
};

static bool wants_text(const char *target)
{
	static const char ending[] = ".rut";
	if (target == NULL)
		return true;
	const size_t length = strlen(target);
	return length >= strlen(ending) && strcmp(target + length - strlen(ending), ending) == 0;
}

static int write_bytes(const char *target, const void *bytes, size_t size_bytes)
{
	FILE *file = target != NULL ? fopen(target, "wb") : stdout;

	if (file == NULL) {
		fprintf(stderr, "%s: %s\n", target, strerror(errno));
		return RUT_USAGE;
	}
	const bool is_written = fwrite(bytes, 1, size_bytes, file) == size_bytes;
	if ((target != NULL ? fclose(file) : fflush(file)) == 0 && is_written)
		return RUT_FINE;
	fprintf(stderr, "%s: %s\n", target != NULL ? target : "standard output", strerror(errno));
	return RUT_HARNESS;
}

static bool load(const struct convert_command *command, struct scenario *ret_scenario,
		 struct scenario_text *ret_text)
{
	static char error[SCENARIO_ERROR_SIZE];
	const bool is_loaded = command->takes_any_bytes
				       ? scenario_load_bytes(command->file, ret_scenario, error,
							     sizeof error)
				       : scenario_load(command->file, &perform_points, ret_scenario,
						       ret_text, error, sizeof error);

	if (!is_loaded)
		fprintf(stderr, "%s\n", error);
	return is_loaded;
}

int rut_convert(int argc, char **argv)
{
	static struct scenario scenario;
	static struct scenario_text text;
	static char printed[SCENARIO_TEXT_SIZE_MAX];
	static uint8_t bytes[SCENARIO_BINARY_SIZE_MAX];
	struct convert_command command = {0};

	argp_err_exit_status = RUT_USAGE;
	argp_parse(&argp, argc, argv, 0, NULL, &command);
	if (!load(&command, &scenario, &text))
		return RUT_USAGE;
	if (!wants_text(command.target))
		return write_bytes(command.target, bytes,
				   scenario_encode(&scenario, bytes, sizeof bytes));
	return write_bytes(command.target, printed,
			   scenario_print(&scenario, &text, &perform_points, printed));
}
