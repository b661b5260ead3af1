/* rut convert: scenarios between their two forms. */
#include <argp.h>
#include <stdio.h>

#include "perform/points.h"
#include "rut/command.h"
#include "rut/output.h"
#include "rut/scenario_file.h"
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
	default:
		return scenario_file_take_argument(key, argument, state, &command->file);
	}
}

static const struct argp argp = {
	.options = argp_options,
	.parser = parse_option,
	.args_doc = "FILE|FOLDER",
	.doc = "Prints the scenario in FILE, or in the FOLDER of a finding, as text. FILE is text, "
	       "or any bytes: an input of a corpus, what an engine kept of a crash.\v"
	       "For example:\n"
	       "  rut convert build/findings/1-trace-rejected-R2/input > found.rut\n"
	       "  rut convert found.rut -o corpus/found\n\n"
	       "The binary form has no comment, names of goroutines, expectations and marks.\n\n"
	       "Exit status: 0 written, 2 wrong usage, FILE is unreadable or of a newer version, "
	       "or OUT cannot be opened, 3 the result could not be written.",
};

static bool load(const struct convert_command *command, struct scenario_file *ret_file)
{
	static char error[SCENARIO_ERROR_SIZE];
	if (!command->takes_any_bytes)
		return scenario_file_load(command->file, ret_file);
	if (scenario_load_bytes(command->file, &ret_file->scenario, error, sizeof error))
		return true;
	fprintf(stderr, "%s\n", error);
	return false;
}

int rut_convert(int argc, char **argv)
{
	static struct scenario_file file;
	static char printed[SCENARIO_TEXT_SIZE_MAX];
	static uint8_t bytes[SCENARIO_BINARY_SIZE_MAX];
	struct convert_command command = {0};

	argp_err_exit_status = RUT_USAGE;
	argp_parse(&argp, argc, argv, 0, NULL, &command);
	if (!load(&command, &file))
		return RUT_USAGE;
	const bool wants_text = command.target == NULL || scenario_file_is_text(command.target);
	const size_t size = wants_text ? scenario_print(&file.scenario, &file.text, &perform_points,
							printed)
				       : scenario_encode(&file.scenario, bytes, sizeof bytes);
	const void *written = wants_text ? (const void *)printed : bytes;
	return output_write(command.target, written, size, stderr);
}
