/* rut bench: how fast, told as ratios within one run. */
#include <argp.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/fatal.h"
#include "coroutine/coroutine.h"
#include "oracle/oracle.h"
#include "perform/points.h"
#include "run/run.h"
#include "rut/bench_trace.h"
#include "rut/command.h"
#include "scenario/load.h"

enum { SCENARIO_COUNT_MAX = 256, ROUND_COUNT = 5, SLICE_COUNT = 5, VALIDATE_SIZE_BYTES = 50 << 20 };

struct bench_command {
	const char *corpus;
	const char *trace_file; /* only write it */
	double round_s;
	bool skips_validate;
};

static const struct argp_option argp_options[] = {
	{"corpus", 'c', "FOLDER", 0, "Scenarios to run (default corpus/fuzz_trace_v2/seed)", 0},
	{"seconds", 's', "S", 0, "Length of each of the five rounds of a measurement (default 0.5)",
	 0},
	{"trace", 't', "FILE", 0,
	 "Only write the trace that the reader is measured with, for other readers, to a new FILE",
	 0},
	{"no-validate", 'V', NULL, 0, "Leave out the trace reader's measurement", 0},
	{0},
};

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
	struct bench_command *command = state->input;
	char *end;
	switch (key) {
	case 'c':
		command->corpus = argument;
		return 0;
	case 's':
		command->round_s = strtod(argument, &end);
		if (*end != '\0' || command->round_s <= 0)
			argp_error(state, "seconds are expected, got `%s'", argument);
		return 0;
	case 't':
		command->trace_file = argument;
		return 0;
	case 'V':
		command->skips_validate = true;
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "no argument is expected, got `%s'", argument);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = argp_options,
	.parser = parse_option,
	.doc = "Measures the simulator with its judges on a corpus, beside a bare coroutine loop "
	       "of as many switches, what checking lock order costs, and the trace reader. Medians "
	       "of five rounds; compare ratios within one run, not figures of two runs.",
};

static double now_s(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int compare_doubles(const void *left, const void *right)
{
	double l = *(const double *)left;
	double r = *(const double *)right;
	return (l > r) - (l < r);
}

static double median(double *values)
{
	qsort(values, ROUND_COUNT, sizeof *values, compare_doubles);
	return values[ROUND_COUNT / 2];
}

/* ---- The simulator ------------------------------------------------------- */

struct corpus {
	struct scenario scenarios[SCENARIO_COUNT_MAX];
	size_t count;
};

static bool load_corpus(const char *folder, struct corpus *corpus)
{
	static char error[SCENARIO_ERROR_SIZE];
	struct dirent **entries;
	int count = scandir(folder, &entries, NULL, alphasort);
	if (count < 0) {
		perror(folder);
		return false;
	}
	for (int i = 0; i < count; i++) {
		char path[4096];
		snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
		if (entries[i]->d_name[0] == '.' || corpus->count == SCENARIO_COUNT_MAX)
			continue;
		if (!scenario_load(path, &perform_points, &corpus->scenarios[corpus->count], NULL,
				   error, sizeof error)) {
			fprintf(stderr, "%s\n", error);
			return false;
		}
		corpus->count++;
	}
	return corpus->count > 0;
}

struct work {
	double seconds;
	uint64_t run_count;
	uint64_t step_count;
	uint64_t decision_count;
	uint64_t switch_count;
	uint64_t operation_count;
	uint64_t event_count;
};

static struct work run_corpus(const struct corpus *corpus, double length_s, bool judges_traces,
			      bool judges_truth)
{
	static struct run_result result;
	struct work work = {0};
	double begin_s = now_s();
	do {
		for (size_t i = 0; i < corpus->count; i++) {
			struct run_options options = run_options_for(&corpus->scenarios[i]);
			options.judges_traces = judges_traces;
			options.judges_truth = judges_truth;
			run_scenario(&options, &result);
			ensure(result.verdict.kind == VERDICT_OK);
			work.run_count++;
			work.step_count += result.simulation.step_count;
			work.decision_count += result.simulation.decision_count;
			work.switch_count += result.simulation.switch_count;
			work.operation_count += result.operation_count;
			work.event_count += result.trace_event_count;
		}
		work.seconds = now_s() - begin_s;
	} while (work.seconds < length_s);
	return work;
}

static struct coroutine loop_main;
static struct coroutine *loop_other;

static void loop_back(void *argument)
{
	(void)argument;
	for (;;)
		coroutine_switch(loop_other, &loop_main, COROUTINE_NO_ORDER);
}

/* Switches back and forth and nothing else; ns a switch. */
static double bare_switch_ns(void)
{
	const uint64_t count = 2000000;
	coroutine_run_begin(&loop_main);
	loop_other = coroutine_take(loop_back, NULL);
	double begin_s = now_s();
	for (uint64_t i = 0; i < count / 2; i++)
		coroutine_switch(&loop_main, loop_other, COROUTINE_NO_ORDER);
	double seconds = now_s() - begin_s;
	coroutine_run_end(&loop_main);
	return seconds * 1e9 / (double)count;
}

struct level {
	const char *name;
	bool judges_traces;
	bool judges_truth;
};

static const struct level levels[] = {
	{"simulation alone", false, false},
	{"and the trace reader", true, false},
	{"and ground truth", true, true},
};

enum { LEVEL_COUNT = sizeof levels / sizeof levels[0] };

static void bench_simulator(const struct corpus *corpus, double round_s)
{
	double runs_per_s[LEVEL_COUNT][ROUND_COUNT];
	double switch_ns[ROUND_COUNT];
	struct work work = {0};
	/* Interleaved, so that a noisy moment hits all alike. */
	for (int round = 0; round < ROUND_COUNT; round++) {
		switch_ns[round] = bare_switch_ns();
		for (int level = 0; level < LEVEL_COUNT; level++) {
			work = run_corpus(corpus, round_s, levels[level].judges_traces,
					  levels[level].judges_truth);
			runs_per_s[level][round] = (double)work.run_count / work.seconds;
		}
	}
	double runs = (double)work.run_count;
	printf("corpus: %zu scenarios; on average %.0f operations, %.0f steps, %.0f decisions, "
	       "%.0f switches, %.0f events\n",
	       corpus->count, (double)work.operation_count / runs, (double)work.step_count / runs,
	       (double)work.decision_count / runs, (double)work.switch_count / runs,
	       (double)work.event_count / runs);
	double bare_ns = median(switch_ns);
	double switches = (double)work.switch_count / runs;
	printf(" %-28s %10s %12s %12s %10s\n", "", "runs/s", "M steps/s", "M decisions/s",
	       "us/run");
	printf(" %-28s %10.0f %12s %12s %10.1f\n", "bare loop, as many switches",
	       1e9 / (bare_ns * switches), "-", "-", bare_ns * switches / 1e3);
	for (int level = 0; level < LEVEL_COUNT; level++) {
		double rate = median(runs_per_s[level]);
		printf(" %-28s %10.0f %12.2f %12.2f %10.1f\n", levels[level].name, rate,
		       rate * (double)work.step_count / runs / 1e6,
		       rate * (double)work.decision_count / runs / 1e6, 1e6 / rate);
	}
}

/* ---- The check of lock order --------------------------------------------- */

static void add_slice(struct corpus *corpus, double length_s, bool is_lock_order_checked,
		      struct work *sum)
{
	for (size_t i = 0; i < corpus->count; i++)
		corpus->scenarios[i].configuration.is_lock_order_checked = is_lock_order_checked;
	struct work work = run_corpus(corpus, length_s, false, false);
	sum->run_count += work.run_count;
	sum->seconds += work.seconds;
}

/* Of the simulation alone, where the check weighs most. */
static void bench_lock_order(const char *name, struct corpus *corpus, double round_s)
{
	double unchecked[ROUND_COUNT];
	double checked[ROUND_COUNT];
	double ratios[ROUND_COUNT];
	for (int round = 0; round < ROUND_COUNT; round++) {
		struct work off = {0}, on = {0};
		/* Short slices by turns, so that a noisy moment hits both. */
		for (int slice = 0; slice < SLICE_COUNT; slice++) {
			add_slice(corpus, round_s / (double)SLICE_COUNT, false, &off);
			add_slice(corpus, round_s / (double)SLICE_COUNT, true, &on);
		}
		unchecked[round] = (double)off.run_count / off.seconds;
		checked[round] = (double)on.run_count / on.seconds;
		ratios[round] = unchecked[round] / checked[round];
	}
	printf(" %-28s %10.0f %12.0f %12.3f\n", name, median(unchecked), median(checked),
	       median(ratios));
}

/* ---- The trace reader ---------------------------------------------------- */

static void bench_reader(void)
{
	struct trace_builder trace;
	trace_builder_create(&trace);
	bench_trace_write(&trace, VALIDATE_SIZE_BYTES);
	struct oracle *oracle = oracle_create();
	double rates[ROUND_COUNT];
	struct oracle_report report = {0};
	for (int round = 0; round < ROUND_COUNT; round++) {
		double begin_s = now_s();
		oracle_check(oracle, trace.bytes, trace.size, NULL, &report);
		rates[round] = (double)trace.size / (now_s() - begin_s) / 1e6;
	}
	ensure(report.is_accepted);
	double rate = median(rates);
	printf("trace reader: %.1f MB, %.2f million events: %.0f MB/s, %.1f million events/s\n",
	       (double)trace.size / 1e6, (double)report.statistics.events / 1e6, rate,
	       rate * (double)report.statistics.events / (double)trace.size);
	oracle_destroy(oracle);
	trace_builder_destroy(&trace);
}

static int write_trace(const char *path)
{
	struct trace_builder trace;
	/* A file that is there may be one of a corpus, meant for another option. */
	FILE *file = fopen(path, "wbx");
	if (file == NULL) {
		fprintf(stderr, "%s: %s; a new file was expected\n", path, strerror(errno));
		return RUT_USAGE;
	}
	trace_builder_create(&trace);
	bench_trace_write(&trace, VALIDATE_SIZE_BYTES);
	bool is_written = fwrite(trace.bytes, 1, trace.size, file) == trace.size;
	trace_builder_destroy(&trace);
	if (fclose(file) == 0 && is_written)
		return RUT_FINE;
	perror(path);
	return RUT_HARNESS;
}

int rut_bench(int argc, char **argv)
{
	struct bench_command command = {.corpus = "corpus/fuzz_trace_v2/seed", .round_s = 0.5};
	argp_err_exit_status = RUT_USAGE;
	argp_parse(&argp, argc, argv, 0, NULL, &command);
	if (command.trace_file != NULL)
		return write_trace(command.trace_file);
	static struct corpus corpus, corpora[2];
	if (!load_corpus(command.corpus, &corpus) ||
	    !load_corpus("corpus/fuzz_trace_v1/seed", &corpora[0]) ||
	    !load_corpus("corpus/fuzz_trace_v2/seed", &corpora[1]))
		return RUT_USAGE;
	bench_simulator(&corpus, command.round_s);
	printf("lock order, simulation alone:\n %-28s %10s %12s %12s\n", "", "unchecked/s",
	       "checked/s", "time, times");
	bench_lock_order("scenarios of the v1 tracer", &corpora[0], command.round_s);
	bench_lock_order("scenarios of the v2 tracer", &corpora[1], command.round_s);
	if (!command.skips_validate)
		bench_reader();
	return RUT_FINE;
}
