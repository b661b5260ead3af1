/* rut-threads: runs a scenario on real threads and judges it; `rut run --executor=threads` is this
 * program, since the executor is chosen at link time. */
#include <argp.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/defect.h"
#include "parallel/parallel.h"
#include "perform/points.h"
#include "scenario/load.h"

enum { FINE = 0, FINDING = 1, USAGE = 2 };
enum { OPTION_REPEAT = 256, OPTION_RATE, OPTION_TIMER };

struct command {
	const char *file;
	uint32_t repeat_count;
	uint32_t signal_rate_hz;
	bool uses_timer;
	bool is_quiet;
};

static const struct argp_option argp_options[] = {
	{"defect", 'd', "NAME[:SETTING]", 0, "Switch a historic defect on", 0},
	{"repeat", OPTION_REPEAT, "N", 0, "Run it N times (default 1)", 0},
	{"signal-rate", OPTION_RATE, "HZ", 0, "SIGPROF for each M, 0 to 20000 (default 1000)", 0},
	{"cpu-timer", OPTION_TIMER, NULL, 0,
	 "Take SIGPROF from timers of the Ms' CPU time, not from a sampler thread", 0},
	{"quiet", 'q', NULL, 0, "Print the verdict line only", 0},
	{0},
};

static uint32_t parse_number(const char *text, uint32_t min, uint32_t max,
			     const struct argp_state *state)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);
	if (*text < '0' || *text > '9' || *end != '\0' || value < min || value > max)
		argp_error(state, "a number from %" PRIu32 " to %" PRIu32 " is expected, got `%s'",
			   min, max, text);
	return (uint32_t)value;
}

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
	struct command *command = state->input;
	switch (key) {
	case 'd':
		if (!defect_switch(argument))
			argp_error(state, "no defect or setting is called `%s'", argument);
		return 0;
	case 'q':
		command->is_quiet = true;
		return 0;
	case OPTION_REPEAT:
		command->repeat_count = parse_number(argument, 1, 1000000, state);
		return 0;
	case OPTION_RATE:
		command->signal_rate_hz = parse_number(argument, 0, 20000, state);
		return 0;
	case OPTION_TIMER:
		command->uses_timer = true;
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
	.doc = "Runs the scenario in FILE (text or binary) on real threads with real SIGPROF and "
	       "judges its traces. Nothing about it is deterministic.\v"
	       "Exit status: 0 every verdict is ok, 1 another, 2 wrong usage or unreadable FILE, "
	       "3 the harness itself failed.",
};

/* Of all runs. */
struct sums {
	uint32_t verdict_counts[VERDICT_COUNT];
	uint64_t trace_count;
	uint64_t event_count;
	uint64_t step_count;
	uint32_t thread_count_max;
	struct threads_signals signals;
	struct books_sums books;
};

static void add_up(struct sums *sums, const struct parallel_result *result)
{
	sums->verdict_counts[result->verdict.kind]++;
	sums->trace_count += result->sessions->count;
	sums->event_count += result->trace_event_count;
	sums->step_count += result->report.step_count;
	if (result->report.thread_count > sums->thread_count_max)
		sums->thread_count_max = result->report.thread_count;
	sums->signals.sent += result->report.signals.sent;
	sums->signals.handled += result->report.signals.handled;
	sums->signals.strays += result->report.signals.strays;
	books_add(&sums->books, &result->books);
}

static void print_verdict(const struct verdict *verdict, uint32_t count, uint32_t repeat_count)
{
	printf("verdict   %s", verdict_name(verdict->kind));
	if (verdict->rule[0] != '\0')
		printf("   rule %s", verdict->rule);
	if (verdict->session > 0)
		printf("   trace %u   generation %" PRIu64 "   offset %" PRIu64, verdict->session,
		       verdict->generation, verdict->offset);
	if (repeat_count > 1)
		printf("   in %" PRIu32 " of %" PRIu32 " runs", count, repeat_count);
	printf("\n");
}

static void print_sums(const struct sums *sums)
{
	printf("traces    %" PRIu64 "   events %" PRIu64 "\n", sums->trace_count,
	       sums->event_count);
	printf("steps     %" PRIu64 "   Ms %" PRIu32 "\n", sums->step_count,
	       sums->thread_count_max);
	printf("signals   sent %" PRIu64 "   handled %" PRIu64 "   merged %" PRIu64
	       "   strays %" PRIu64 "\n",
	       sums->signals.sent, sums->signals.handled, threads_signals_merged(&sums->signals),
	       sums->signals.strays);
	printf("samples   accepted %" PRIu64 "   in traces %" PRIu64 "   lost %" PRIu64
	       "   profiles' records %" PRIu64 "   lost %" PRIu64 "\n",
	       sums->books.accepted, sums->books.told, sums->books.lost, sums->books.profile_told,
	       sums->books.profile_lost_told);
}

/* The first finding's verdict is shown, or ok. */
static int run(const struct command *command, const struct scenario *scenario)
{
	static struct parallel_result result;
	static struct verdict shown;
	static struct sums sums;
	struct threads_options options = threads_options_for(scenario);
	options.signal_rate_hz = command->signal_rate_hz;
	options.signal_source = command->uses_timer ? THREADS_CPU_TIMER : THREADS_SAMPLER;
	for (uint32_t i = 0; i < command->repeat_count; i++) {
		parallel_run(&options, &result);
		add_up(&sums, &result);
		if (shown.kind == VERDICT_OK)
			shown = result.verdict;
	}
	print_verdict(&shown, sums.verdict_counts[shown.kind], command->repeat_count);
	if (!command->is_quiet) {
		if (shown.text[0] != '\0')
			printf("%s\n", shown.text);
		print_sums(&sums);
	}
	return shown.kind == VERDICT_OK ? FINE : FINDING;
}

int main(int argc, char **argv)
{
	static struct scenario scenario;
	static struct scenario_text text;
	static char error[SCENARIO_ERROR_SIZE];
	struct command command = {.repeat_count = 1, .signal_rate_hz = 1000};
	argp_err_exit_status = USAGE;
	argp_parse(&argp, argc, argv, 0, NULL, &command);
	if (!scenario_load(command.file, &perform_points, &scenario, &text, error, sizeof error)) {
		fprintf(stderr, "%s\n", error);
		return USAGE;
	}
	const char *need = scenario_toolchain_need(&scenario);
	if (need != NULL) {
		fprintf(stderr,
			"%s: %s: only a real toolchain has it; `rut go run' runs it there\n",
			command.file, need);
		return USAGE;
	}
	return run(&command, &scenario);
}
