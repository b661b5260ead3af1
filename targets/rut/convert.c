/* rut convert: scenarios between their two forms. */
#include <argp.h>
#include <stdio.h>

#include "perform/points.h"
#include "rut/command.h"
#include "rut/fuzz.h"
#include "rut/input_target.h"
#include "rut/output.h"
#include "rut/scenario_file.h"
#include "scenario/binary.h"

enum { OPTION_TARGET = 256 };

struct convert_command {
	const char *file;
	const char *output; /* NULL: standard output */
	const char *target; /* of which FILE is an input; NULL: its name tells */
};

static const struct argp_option argp_options[] = {
	{"output", 'o', "OUT", 0,
	 "Write OUT and print nothing: text if it ends in .rut, else the canonical binary form", 0},
	{"target", OPTION_TARGET, "NAME", 0,
	 "FILE is an input of this target, whatever bytes they are; default: what its name or its "
	 "folder tells",
	 0},
	{0},
};

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
	struct convert_command *command = state->input;

	switch (key) {
	case 'o':
		command->output = argument;
		return 0;
	case OPTION_TARGET:
		command->target = argument;
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
	       "  rut convert found.rut -o corpus/found\n"
	       "  rut convert --target=fuzz_trace_v2 crash-da39a3ee -o found.rut\n\n"
	       "The binary form has no comment, names of goroutines, expectations and marks.\n\n"
	       "Exit status: 0 written, 2 wrong usage, FILE is unreadable or of a newer version, "
	       "or OUT cannot be opened, 3 the result could not be written.",
};

static bool load(const struct convert_command *command, struct scenario_file *ret_file)
{
	char target[INPUT_TARGET_SIZE] = "";
	if (!fuzz_is_folder(command->file) &&
	    !input_target_of(command->file, command->target, target))
		return false;
	if (target[0] == '\0')
		return scenario_file_load(command->file, NULL, ret_file);
	if (input_target_takes_scenarios(target))
		return scenario_file_read_input(command->file, target, &ret_file->scenario,
						&ret_file->text);
	fprintf(stderr, "%s: inputs of %s are execution traces; a scenario is expected\n",
		command->file, target);
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
	const bool wants_text = command.output == NULL || scenario_file_is_text(command.output);
	const size_t size = wants_text ? scenario_print(&file.scenario, &file.text, &perform_points,
							printed)
				       : scenario_encode(&file.scenario, bytes, sizeof bytes);
	const void *written = wants_text ? (const void *)printed : bytes;
	return output_write(command.output, written, size, stderr);
}
