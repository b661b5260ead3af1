/* rut export: a scenario, or a trace of its run, for Go's own tools. */
#include "rut/export.h"

#include <argp.h>
#include <stdlib.h>
#include <string.h>

#include "base/defect.h"
#include "oracle/oracle.h"
#include "run/run.h"
#include "rut/command.h"
#include "rut/number.h"
#include "rut/output.h"

enum { OPTION_GO_TEST = 256, OPTION_GO_TRACE, OPTION_TRACE };

struct export_command {
	const char *path;
	const char *target; /* NULL: standard output */
	uint32_t trace;     /* 0: the one that the verdict is about, else the first */
	bool has_defect;
	bool wants_test;
	bool wants_trace;
	struct scenario_file file;
};

static const struct argp_option argp_options[] = {
	{"go-test", OPTION_GO_TEST, NULL, 0,
	 "A Go test of one file that performs the operations on the toolchain that runs it", 0},
	{"go-trace", OPTION_GO_TRACE, NULL, 0,
	 "A trace of the run as a test case of Go's internal/trace", 0},
	{"trace", OPTION_TRACE, "N", 0,
	 "The trace to write (default: the one that the verdict is about, else the first)", 0},
	{"defect", 'd', "NAME[:SETTING]", 0,
	 "Switch a historic defect on in the run whose trace is written; may be repeated", 0},
	{"output", 'o', "OUT", 0, "Write OUT instead of standard output", 0},
	{0},
};

static error_t check_end(const struct export_command *command, const struct argp_state *state)
{
	if (command->path == NULL)
		argp_error(state, "a scenario FILE, or a FOLDER of a finding, is expected");
	if (command->wants_test == command->wants_trace)
		argp_error(state, "either --go-test or --go-trace is expected");
	if (command->wants_test && command->trace != 0)
		argp_error(state, "--trace is about --go-trace");
	if (command->wants_test && *defect_switched_text() != '\0')
		argp_error(state, "a real toolchain has the defects that it has: -d is about "
				  "--go-trace");
	return 0;
}

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
	struct export_command *command = state->input;
	switch (key) {
	case OPTION_GO_TEST:
		command->wants_test = true;
		return 0;
	case OPTION_GO_TRACE:
		command->wants_trace = true;
		return 0;
	case OPTION_TRACE:
		command->trace = (uint32_t)number_parse(argument, "trace", 1, SESSION_COUNT_MAX,
							state);
		return 0;
	case 'd':
		if (!defect_switch(argument))
			argp_error(state, "no defect or setting is called `%s'", argument);
		command->has_defect = true;
		return 0;
	case 'o':
		command->target = argument;
		return 0;
	case ARGP_KEY_ARG:
		if (command->path != NULL)
			argp_error(state, "one FILE is expected, got %s too", argument);
		command->path = argument;
		return 0;
	case ARGP_KEY_END:
		return check_end(command, state);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = argp_options,
	.parser = parse_option,
	.args_doc = "FILE|FOLDER",
	.doc = "Writes what Go's own tools understand of the scenario in FILE, or in the folder of "
	       "a finding.\v"
	       "For example, to show a toolchain's defect without this project:\n"
	       "  rut export --go-test -o p_dies_test.go found.rut\n"
	       "  go test -count=10 p_dies_test.go\n\n"
	       "The test needs the standard library alone. It performs the operations with "
	       "runtime/trace, without the schedule, which a real scheduler chooses; what Go has "
	       "no counterpart for is a comment. `go tool trace' of the toolchain reads the "
	       "traces.\n\n"
	       "For Go's reader, a file for internal/trace/testdata/tests:\n"
	       "  rut export --go-trace -d issue_65318 -o go122-stale.test found.rut\n\n"
	       "Exit status: 0 written, 2 wrong usage, unreadable FILE, a trace that has no such "
	       "form, or OUT cannot be opened, 3 the result could not be written.",
};

/* ---- A trace ------------------------------------------------------------- */

static int refuse(const struct export_command *command, const char *why)
{
	fprintf(stderr, "%s: %s\n", command->file.path, why);
	return RUT_USAGE;
}

/* What Go's reader is expected to say of the trace, and to whom the rest is told. */
static void write_expectation(const struct export_command *command, uint32_t number,
			      struct fault fault, FILE *stream)
{
	const char *setting = defect_switched_text();
	bool is_refused = fault.rule != RULE_NONE && rule_level(fault.rule) == RULE_LEVEL_reader;
	fprintf(stream, "Trace %u of %s%s%s.\n", number, scenario_file_name(command->file.path),
		*setting != '\0' ? " with " : "", setting);
	if (fault.rule != RULE_NONE)
		fprintf(stream, "%s: %s.\n", rule_id(fault.rule), rule_sentence(fault.rule));
	if (fault.rule != RULE_NONE && !is_refused)
		fprintf(stream, "Go's reader passes over it.\n");
	fprintf(stream, "-- expect --\n%s\n-- trace --\n",
		is_refused ? "FAILURE \".\"" : "SUCCESS");
}

static struct fault judge_trace(const uint8_t *bytes, size_t size)
{
	struct oracle *oracle = oracle_create();
	struct oracle_report report;
	oracle_check(oracle, bytes, size, NULL, &report);
	oracle_destroy(oracle);
	return report.fault;
}

static int export_trace(const struct export_command *command, FILE *stream)
{
	static struct run_result result;
	const struct run_options options = run_options_for(&command->file.scenario);
	run_scenario(&options, &result);
	uint32_t number = command->trace;
	if (number == 0)
		number = result.verdict.session != 0 ? result.verdict.session : 1;
	if (number > result.sessions->count) {
		fprintf(stderr, "%s: the run has %u traces, and trace %u is wanted\n",
			command->file.path, result.sessions->count, number);
		return RUT_USAGE;
	}
	const struct session *session = &result.sessions->all[number - 1];
	const uint8_t *bytes = session_bytes(result.sessions, session);
	size_t offset;
	write_expectation(command, number, judge_trace(bytes, session->size_bytes), stream);
	if (export_trace_text(bytes, session->size_bytes, stream, &offset))
		return RUT_FINE;
	fprintf(stderr,
		"%s: trace %u breaks the wire format at byte %zu, which the text form "
		"cannot say\n",
		command->file.path, number, offset);
	return RUT_USAGE;
}

/* ---- The command --------------------------------------------------------- */

static int export(const struct export_command *command)
{
	char *text;
	size_t size;
	FILE *stream = open_memstream(&text, &size);
	if (stream == NULL) {
		perror("rut export");
		return RUT_HARNESS;
	}
	int status = RUT_FINE;
	if (command->wants_test)
		export_go_test(&command->file, stream);
	else
		status = export_trace(command, stream);
	fclose(stream);
	if (status == RUT_FINE)
		status = output_write(command->target, text, size, stderr);
	free(text);
	return status;
}

int rut_export(int argc, char **argv)
{
	static struct export_command command;
	memset(&command, 0, sizeof command);
	argp_err_exit_status = RUT_USAGE;
	argp_parse(&argp, argc, argv, 0, NULL, &command);
	if (!scenario_file_load(command.path, NULL, &command.file))
		return RUT_USAGE;
	if (command.wants_trace) {
		const struct scenario *scenario = &command.file.scenario;
		if (!scenario_file_is_simulated(&command.file) ||
		    !scenario_file_switch_defect(&command.file, command.has_defect))
			return RUT_USAGE;
		if (scenario_dialect_is_v1(scenario->configuration.dialect))
			return refuse(&command, "traces before Go 1.22 have no text form in Go");
	}
	return export(&command);
}
