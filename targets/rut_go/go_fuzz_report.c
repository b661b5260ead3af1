/* report.md of a finding: all that somebody who does not have this project needs to judge it. */
#include "rut_go/go_fuzz.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "real_go/process.h"

enum { ASK_TIME_MS = 60000, ANSWER_SIZE = 4096 };

void go_fuzz_rate_text(uint32_t failures, uint32_t runs, char *ret_text, size_t text_size)
{
	if (runs == 0)
		snprintf(ret_text, text_size, "not repeated yet");
	else
		snprintf(ret_text, text_size, "fails %" PRIu32 " of %" PRIu32, failures, runs);
}

/* What the go command answers to ARGUMENTS; or why it does not. */
static void ask(const char *const *arguments, char ret_answer[ANSWER_SIZE])
{
	char messages[1024], error[PROCESS_ERROR_SIZE];
	if (process_read(arguments, ASK_TIME_MS, ret_answer, ANSWER_SIZE, messages, sizeof messages,
			 error) != 0)
		snprintf(ret_answer, ANSWER_SIZE, "(the go command does not tell)\n");
}

static void write_environment(FILE *file, const struct go_fuzz_run *run)
{
	static const char *const names[] = {"GOOS", "GOARCH", "GOAMD64", "CGO_ENABLED",
					    "GOEXPERIMENT"};
	enum { NAME_COUNT = sizeof names / sizeof names[0] };
	char answer[ANSWER_SIZE];
	const char *const version[] = {"env", "GOTOOLCHAIN=local", run->toolchain.go, "version",
				       NULL};
	const char *variables[NAME_COUNT + 5] = {"env", "GOTOOLCHAIN=local", run->toolchain.go,
						 "env"};
	struct utsname kernel;
	ask(version, answer);
	fprintf(file, "    %s", answer);
	memcpy(&variables[4], names, sizeof names);
	ask(variables, answer);
	char *rest = answer;
	for (size_t i = 0; i < NAME_COUNT && rest != NULL; i++)
		fprintf(file, "    %s=%s\n", names[i], strsep(&rest, "\n"));
	if (run->options.build.build == SCENARIO_BUILD_RACE)
		fprintf(file, "    built with -race\n");
	if (run->options.build.build == SCENARIO_BUILD_LOCK_RANKING)
		fprintf(file, "    built with GOEXPERIMENT=staticlockranking\n");
	for (size_t i = 0; i < run->options.build.edit_count; i++)
		fprintf(file, "    the runtime was edited: %s\n", run->options.build.edits[i]);
	if (uname(&kernel) == 0)
		fprintf(file, "    %s %s %s, %ld CPUs\n", kernel.sysname, kernel.release,
			kernel.machine, sysconf(_SC_NPROCESSORS_ONLN));
}

static void write_argument(FILE *file, uint8_t kind, uint16_t value)
{
	if (kind == SCENARIO_ARGUMENT_PROGRAM)
		fprintf(file, " %c", 'a' + value);
	else if (kind == SCENARIO_ARGUMENT_TIME_US)
		fprintf(file, " %uus", value);
	else if (kind != SCENARIO_ARGUMENT_NONE)
		fprintf(file, " %u", value);
}

static void write_program(FILE *file, const struct scenario *scenario, size_t program)
{
	const struct scenario_operation *operations = scenario_program_operations(scenario,
										  program);
	int depth = 1;
	fprintf(file, "\n%c, %u goroutine%s from the start:\n\n", (int)('a' + program),
		scenario->programs[program].copies,
		scenario->programs[program].copies == 1 ? "" : "s");
	for (size_t i = 0; i < scenario->programs[program].count; i++) {
		const struct scenario_operation_row *row = scenario_operation_row(operations[i].id);
		depth -= row->id == SCENARIO_END_REPEAT;
		fprintf(file, "%*s%s", 4 * depth, "", row->name);
		write_argument(file, row->a.kind, operations[i].a);
		write_argument(file, row->b.kind, operations[i].b);
		if (row->class != SCENARIO_CLASS_STRUCTURE)
			fprintf(file, "    (%s)", row->sentence);
		fprintf(file, "%s\n", row->id == SCENARIO_REPEAT ? " {" : "");
		depth += row->id == SCENARIO_REPEAT;
	}
}

static void write_what_was_seen(FILE *file, const struct go_fuzz_run *run,
				const struct go_fuzz_finding *finding)
{
	const struct verdict *verdict = &finding->verdict;
	fprintf(file, "\n## What was seen\n\n%s: %s.\n", verdict_name(verdict->kind),
		verdict_sentence(verdict->kind));
	if (verdict->rule[0] != '\0')
		fprintf(file, "Rule %s: %s.\n", verdict->rule, verdict->where);
	if (verdict->session > 0)
		fprintf(file,
			"In trace-%" PRIu32 ".trace, generation %" PRIu64 ", offset %" PRIu64
			" (0: not told).\n",
			verdict->session, verdict->generation, verdict->offset);
	if (finding->disagreement[0] != '\0')
		fprintf(file, "\nThe judges disagree: %s\n", finding->disagreement);
	fprintf(file, "\n```\n%s\n```\n", verdict->text);
	if (run->reader_version[0] != '\0')
		fprintf(file, "\nBeside our own reader, that of %s judged (internal/trace).\n",
			run->reader_version);
	else
		fprintf(file, "\nNo reader of Go was at hand.\n");
	fprintf(file, "What the process said is in messages.txt.\n");
}

static void write_how_to_repeat(FILE *file, const struct go_fuzz_run *run,
				const struct go_fuzz_finding *finding)
{
	char rate[64], original_rate[64], command[4 * FUZZ_PATH_SIZE];
	go_fuzz_rate_text(finding->failures, finding->runs, rate, sizeof rate);
	go_fuzz_rate_text(finding->original_failures, finding->original_runs, original_rate,
			  sizeof original_rate);
	go_fuzz_replay_command(run, command);
	fprintf(file,
		"\n## How to repeat it\n\n"
		"`./replay`, which is\n\n    %s --wind-down %d -n 20 scenario.rut\n\n"
		"or the driver alone, a Go program (runtime-under-test/go), which writes the "
		"traces to its standard output as frames:\n\n    %s -wind-down %dms <script.txt\n\n"
		"scenario.rut %s; original.rut, as it was found, %s.\n",
		command, GO_FUZZ_WIND_DOWN_MS, run->driver, GO_FUZZ_WIND_DOWN_MS, rate,
		original_rate);
}

bool go_fuzz_report_write(const struct go_fuzz_worker *worker,
			  const struct go_fuzz_finding *finding, const char *path)
{
	const struct go_fuzz_run *run = worker->run;
	FILE *file = fopen(path, "w");
	if (file != NULL) {
		fprintf(file, "# %s on %s\n\n## Where\n\n", finding->kind, run->toolchain.version);
		write_environment(file, run);
		fprintf(file,
			"    the driver: %s\n\n## What was done\n\n"
			"Times are real, work n computes for n x 100 us, and what makes no sense "
			"where it stands (stop without a trace) does nothing.\n\n"
			"GOMAXPROCS(%u) first.",
			finding->hello, finding->scenario.configuration.procs);
		if (finding->scenario.configuration.advance_period_ns > 0)
			fprintf(file, " GODEBUG=traceadvanceperiod=%" PRIu64 ".",
				finding->scenario.configuration.advance_period_ns);
		fprintf(file, "\n");
		for (size_t i = 0; i < finding->scenario.program_count; i++)
			write_program(file, &finding->scenario, i);
		write_what_was_seen(file, run, finding);
		write_how_to_repeat(file, run, finding);
		if (fclose(file) == 0)
			return true;
	}
	fprintf(stderr, "%s: %s\n", path, strerror(errno));
	return false;
}
