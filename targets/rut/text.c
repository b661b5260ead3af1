/* rut text: scenarios between their two forms. */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>

#include "lock/lock_rank.h"
#include "rut/command.h"
#include "scenario/binary.h"
#include "scenario/load.h"

struct text_command {
	const char *file;
	const char *binary_target; /* NULL: print the text */
};

static const struct argp_option options[] = {
	{"binary", 'b', "OUT", 0, "Write the canonical binary form to OUT and print nothing", 0},
	{0},
};

static const struct scenario_points points = {
	.name = lock_rank_point_name,
	.id = lock_rank_point_number,
};

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
	struct text_command *command = state->input;

	switch (key) {
	case 'b':
		command->binary_target = argument;
		return 0;
	case ARGP_KEY_ARG:
		if (command->file != NULL)
			argp_error(state, "one FILE is expected, got %s too", argument);
		command->file = argument;
		return 0;
	case ARGP_KEY_END:
		if (command->file == NULL)
			argp_error(state, "a FILE is expected");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse_option,
	.args_doc = "FILE",
	.doc = "Prints the scenario in FILE, which may be text or binary, as text.",
};

static int print_text(const struct scenario *scenario, const struct scenario_text *text)
{
	char *buffer = malloc(SCENARIO_TEXT_SIZE_MAX);

	if (buffer == NULL) {
		(void)fputs("rut text: no memory for the text\n", stderr);
		return RUT_HARNESS;
	}
	const size_t length = scenario_print(scenario, text, &points, buffer);
	const bool is_written = fwrite(buffer, 1, length, stdout) == length && fflush(stdout) == 0;

	free(buffer);
	if (!is_written) {
		perror("rut text: standard output");
		return RUT_HARNESS;
	}
	return RUT_FINE;
}

static int write_binary(const struct scenario *scenario, const char *path)
{
	uint8_t bytes[SCENARIO_BINARY_SIZE_MAX];
	const size_t size = scenario_encode(scenario, bytes, sizeof bytes);
	FILE *file = fopen(path, "wb");

	if (file == NULL) {
		perror(path);
		return RUT_USAGE;
	}
	const bool is_written = fwrite(bytes, 1, size, file) == size;
	const bool is_closed = fclose(file) == 0;

	if (!is_written || !is_closed) {
		perror(path);
		return RUT_HARNESS;
	}
	return RUT_FINE;
}

int rut_text(int argument_count, char **arguments)
{
	struct text_command command = {0};
	struct scenario scenario;
	struct scenario_text text;
	char error[SCENARIO_ERROR_SIZE];

	argp_err_exit_status = RUT_USAGE;
	arguments[0] = (char *)(uintptr_t)"rut text";
	if (argp_parse(&argp, argument_count, arguments, 0, NULL, &command) != 0)
		return RUT_USAGE;
	if (!scenario_load(command.file, &points, &scenario, &text, error, sizeof error)) {
		(void)fprintf(stderr, "%s\n", error);
		return RUT_USAGE;
	}
	if (command.binary_target != NULL)
		return write_binary(&scenario, command.binary_target);
	return print_text(&scenario, &text);
}
