/* rut shrink: from a scenario that fails to a small one that fails in the same way. */
#include <argp.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/defect.h"
#include "perform/points.h"
#include "run/run.h"
#include "rut/command.h"
#include "rut/interrupt.h"
#include "rut/number.h"
#include "rut/output.h"
#include "rut/scenario_file.h"
#include "shrink/finding.h"

enum { OPTION_RUNS = 256 };

/* How often the progress is told, on a terminal and elsewhere. */
enum { QUIET_MS = 2000, TERMINAL_EVERY_MS = 500, PLAIN_EVERY_MS = 5000 };

struct shrink_command {
	const char *file;
	const char *target;
	const char *defect;
	uint64_t run_count_max;
	bool is_quiet;
	FILE *messages; /* standard error, as long as ThreadSanitizer has another one */
	bool is_terminal;
	int64_t begin_ms;
	int64_t next_ms;
	struct scenario original;
};

static const struct argp_option argp_options[] = {
	{"defect", 'd', "NAME[:SETTING]", 0,
	 "Switch a historic defect on (rut defects lists them), as it was when FILE failed", 0},
	{"output", 'o', "FILE", 0, "Write the small scenario to FILE instead of standard output",
	 0},
	{"runs", OPTION_RUNS, "N", 0, "Run at most N candidates (default: for about ten seconds)",
	 0},
	{"quiet", 'q', NULL, 0, "Print nothing but the scenario", 0},
	{0},
};

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
	struct shrink_command *command = state->input;
	switch (key) {
	case 'd':
		command->defect = argument;
		if (!defect_switch(argument))
			argp_error(state, "no defect or setting is called `%s'", argument);
		return 0;
	case 'o':
		command->target = argument;
		return 0;
	case OPTION_RUNS:
		command->run_count_max = number_parse(argument, "runs", 1, UINT64_MAX, state);
		return 0;
	case 'q':
		command->is_quiet = true;
		return 0;
	default:
		return scenario_file_take_argument(key, argument, state, &command->file);
	}
}

static const struct argp argp = {
	.options = argp_options,
	.parser = parse_option,
	.args_doc = "FILE|FOLDER",
	.doc = "Makes the failing scenario in FILE, text or binary, or in the FOLDER of a "
	       "finding, small: with as few operations, goroutines and overrides as it still "
	       "fails with, a plain configuration, and a "
	       "schedule that says itself where it switches, where there is one. It fails as "
	       "before: same verdict, same rule, same text of a throw; the result is run twice "
	       "more. The same FILE gives the same result.\v"
	       "For example:\n"
	       "  rut explore -d issue_65318 -o found.bin\n"
	       "  rut shrink -d issue_65318 found.bin -o small.rut\n"
	       "  rut run -d issue_65318 small.rut\n\n"
	       "Ctrl-C ends it with the smallest so far. Data races are found by the tsan and "
	       "annotations builds of this tool: build/tsan/bin/rut shrink.\n\n"
	       "Exit status: 0 made smaller as far as it goes, 1 the scenario does not fail, "
	       "2 wrong usage or unreadable input, 3 the harness itself failed.",
};

/* ---- While it goes on ---------------------------------------------------- */

static int64_t now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static const char *stage_text(enum shrink_stage stage)
{
	static const char *const texts[] = {
		[SHRINK_SEARCHES] = "how it fails most often",
		[SHRINK_OPERATIONS] = "fewer operations",
		[SHRINK_SCHEDULE] = "a schedule without chance",
		[SHRINK_OVERRIDES] = "fewer overrides",
		[SHRINK_VERIFIES] = "once more",
	};
	return texts[stage];
}

static bool goes_on(void *context, const struct shrink_progress *progress)
{
	struct shrink_command *command = context;
	const int64_t time_ms = now_ms();
	if (command->is_quiet || time_ms < command->next_ms)
		return !interrupt_has_come();
	command->next_ms = time_ms + (command->is_terminal ? TERMINAL_EVERY_MS : PLAIN_EVERY_MS);
	const double seconds = (double)(time_ms - command->begin_ms) / 1000;
	fprintf(command->messages,
		"%s%u operations, %u overrides; now %s; %" PRIu64
		" runs, %.0f/s; %u %% of the budget left%s",
		command->is_terminal ? "\r\033[K" : "", progress->smallest->operation_count,
		progress->smallest->override_count, stage_text(progress->stage),
		progress->run_count, (double)progress->run_count / seconds, progress->left_percent,
		command->is_terminal ? "" : "\n");
	fflush(command->messages);
	return !interrupt_has_come();
}

/* Thousands of reports of the same race would tell nothing. */
static void silence_race_reports(struct shrink_command *command)
{
	command->messages = stderr;
	if (*run_race_judge() == '\0')
		return;
	const int copy = dup(STDERR_FILENO);
	FILE *messages = copy < 0 ? NULL : fdopen(copy, "w");
	if (messages == NULL || freopen("/dev/null", "w", stderr) == NULL) {
		perror("rut shrink: standard error");
		exit(RUT_HARNESS);
	}
	command->messages = messages;
}

/* ---- The end ------------------------------------------------------------- */

static void describe(const struct shrink_command *command, const struct verdict *verdict,
		     struct scenario_text *ret_text)
{
	const char *setting = defect_switched_text();
	struct scenario_expectation *expectation = &ret_text->expectations[0];
	memset(ret_text, 0, sizeof *ret_text);
	snprintf(ret_text->comment, sizeof ret_text->comment,
		 "%s%s%s: %s\nShrunk from %u operations and %u overrides.",
		 verdict_name(verdict->kind), verdict->rule[0] != '\0' ? " " : "", verdict->rule,
		 verdict->where, command->original.operation_count,
		 command->original.override_count);
	ret_text->expectation_count = 1;
	snprintf(expectation->setting, sizeof expectation->setting, "%s",
		 *setting != '\0' ? setting : "default");
	snprintf(expectation->verdict, sizeof expectation->verdict, "%s",
		 verdict_name(verdict->kind));
	snprintf(expectation->rule, sizeof expectation->rule, "%s",
		 verdict->kind == VERDICT_RACE ? run_race_judge() : verdict->rule);
}

static int write_text(const struct shrink_command *command, const struct scenario *scenario,
		      const struct verdict *verdict)
{
	static struct scenario_text text;
	static char printed[SCENARIO_TEXT_SIZE_MAX];
	describe(command, verdict, &text);
	const size_t length = scenario_print(scenario, &text, &perform_points, printed);
	return output_write(command->target, printed, length, command->messages);
}

static void print_summary(const struct shrink_command *command, const struct scenario *scenario,
			  enum shrink_ending ending, const struct shrink_progress *progress)
{
	static const char *const endings[] = {
		[SHRINK_MINIMAL] = "nothing more can be taken away",
		[SHRINK_OVER_BUDGET] = "the runs are used up; more may go with --runs",
		[SHRINK_STOPPED] = "stopped before the end",
	};
	if (command->is_quiet)
		return;
	fprintf(command->messages,
		"%s%u operations and %u overrides, from %u and %u; verified twice; %" PRIu64
		" runs in %.1f s; %s\n",
		command->is_terminal ? "\r\033[K" : "", scenario->operation_count,
		scenario->override_count, command->original.operation_count,
		command->original.override_count, progress->run_count,
		(double)(now_ms() - command->begin_ms) / 1000, endings[ending]);
}

static int shrink_file(struct shrink_command *command, struct scenario *scenario)
{
	static struct verdict verdict;
	struct shrink_progress progress;
	const struct finding_options options = {
		.goes_on = goes_on,
		.context = command,
		.run_count_max = command->run_count_max,
	};
	const enum shrink_ending ending = finding_shrink(&options, scenario, &verdict, &progress);
	if (ending == SHRINK_NO_FAILURE) {
		const char *setting = defect_switched_text();
		fprintf(command->messages, "%s: does not fail%s%s\n", command->file,
			*setting != '\0' ? " with " : "; a historic defect is switched on by -d",
			setting);
		return RUT_FINDING;
	}
	if (ending == SHRINK_DIVERGED) {
		fprintf(command->messages,
			"%s: the same scenario failed once and not again: the harness is not "
			"deterministic\n",
			command->file);
		return RUT_HARNESS;
	}
	print_summary(command, scenario, ending, &progress);
	return write_text(command, scenario, &verdict);
}

/* Told before the work, not after it. */
static bool can_be_written(const char *path)
{
	const int file = open(path, O_WRONLY | O_CREAT | O_EXCL, 0666);
	if (file < 0)
		return errno == EEXIST && access(path, W_OK) == 0;
	close(file);
	unlink(path);
	return true;
}

int rut_shrink(int argc, char **argv)
{
	static struct shrink_command command;
	static struct scenario_file file;

	argp_err_exit_status = RUT_USAGE;
	argp_parse(&argp, argc, argv, 0, NULL, &command);
	if (!scenario_file_load(command.file, NULL, &file) || !scenario_file_is_simulated(&file) ||
	    !scenario_file_switch_defect(&file, command.defect != NULL))
		return RUT_USAGE;
	if (command.target != NULL && !can_be_written(command.target)) {
		fprintf(stderr, "%s: %s\n", command.target, strerror(errno));
		return RUT_USAGE;
	}
	silence_race_reports(&command);
	interrupt_catch();
	command.original = file.scenario;
	command.is_terminal = isatty(fileno(command.messages)) != 0;
	command.begin_ms = now_ms();
	command.next_ms = command.begin_ms + QUIET_MS;
	return shrink_file(&command, &file.scenario);
}
