/* rut coverage: which yield points scenarios pass, and at which of them another M ever went on. */
#include <argp.h>
#include <errno.h>
#include <ftw.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/defect.h"
#include "perform/points.h"
#include "ring_play/ring_play.h"
#include "run/run.h"
#include "rut/command.h"
#include "rut/scenario_file.h"
#include "scenario/load.h"
#include "scenario/version.h"

enum {
	FOLDER_DEPTH = 16, /* open at once while folders are looked through */
	PROGRESS_EVERY_S = 2,
	OPTION_PLAY = 256,
	RING_STEP_COUNT_MAX = 40000,
};

/* What happened at one point, in all runs. */
struct passes {
	uint64_t count;
	uint64_t contested_count; /* while another M could run */
	uint64_t preempted_count; /* the next step was another M's */
};

static struct coverage {
	bool shows_all;
	bool plays_ring;
	bool has_failed;
	uint64_t scenario_count;
	uint64_t run_count; /* one for each setting that a scenario names */
	uint64_t finding_count;
	uint64_t toolchain_count; /* scenarios that only real toolchains run */
	uint64_t step_count;
	struct passes passes[POINT_LIMIT];
	/* The step before, of the same run. */
	bool has_last;
	enum point last_point;
	unsigned last_thread;
	time_t told_s;
} coverage;

/* ---- Runs ---------------------------------------------------------------- */

static void see_step(void *context, uint64_t step, unsigned thread, enum point point)
{
	(void)context;
	(void)step;
	coverage.step_count++;
	if (coverage.has_last && thread != coverage.last_thread)
		coverage.passes[coverage.last_point].preempted_count++;
	coverage.passes[point].count++;
	coverage.passes[point].contested_count += sim_runnable_count() > 1;
	coverage.has_last = true;
	coverage.last_point = point;
	coverage.last_thread = thread;
}

static enum verdict_kind run_whole(const struct scenario *scenario)
{
	static struct run_result result;
	struct run_options options = run_options_for(scenario);
	options.listener = see_step;
	run_scenario(&options, &result);
	return result.verdict.kind;
}

static enum verdict_kind run_ring(const struct scenario *scenario)
{
	static struct sim_report report;
	const struct sim_options options = {
		.scenario = scenario, .listener = see_step, .step_count_max = RING_STEP_COUNT_MAX};
	sim_set_deadlock_describer(NULL);
	sim_run(&options, ring_play_main, ring_play_prepare(scenario, 1), &report);
	return run_verdict_of(report.ending);
}

static void tell_progress(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	if (coverage.told_s == 0)
		coverage.told_s = now.tv_sec;
	if (now.tv_sec - coverage.told_s < PROGRESS_EVERY_S)
		return;
	coverage.told_s = now.tv_sec;
	fprintf(stderr, "%" PRIu64 " runs\n", coverage.run_count);
}

static void run_setting(const struct scenario *scenario, const char *path, const char *setting)
{
	defect_reset();
	if (strcmp(setting, "default") != 0 && !defect_switch(setting)) {
		fprintf(stderr,
			"%s: no defect or setting is called `%s'; `rut defects' lists them\n", path,
			setting);
		coverage.has_failed = true;
		return;
	}
	coverage.has_last = false;
	coverage.run_count++;
	enum verdict_kind verdict = coverage.plays_ring ? run_ring(scenario) : run_whole(scenario);
	coverage.finding_count += verdict != VERDICT_OK;
	tell_progress();
}

static void run_file(const char *path)
{
	static struct scenario scenario;
	static struct scenario_text text;
	static char error[SCENARIO_ERROR_SIZE];
	if (!scenario_load(path, &perform_points, &scenario, &text, error, sizeof error)) {
		fprintf(stderr, "%s\n", error);
		coverage.has_failed = true;
		return;
	}
	if (scenario_toolchain_need(&scenario) != NULL) {
		coverage.toolchain_count++;
		return;
	}
	coverage.scenario_count++;
	if (text.expectation_count == 0)
		run_setting(&scenario, path, "default");
	for (size_t i = 0; i < text.expectation_count; i++)
		run_setting(&scenario, path, text.expectations[i].setting);
}

/* Folders hold other files besides: scenarios are called *.rut, or begin with their version. */
static bool is_scenario(const char *path)
{
	if (scenario_file_is_text(path))
		return true;
	FILE *file = fopen(path, "rb");
	if (file == NULL)
		return false;
	const int first = fgetc(file);
	fclose(file);
	return first > 0 && first <= SCENARIO_BINARY_VERSION;
}

static int visit(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
	(void)status;
	if (kind == FTW_F && (walk->level == 0 || is_scenario(path)))
		run_file(path);
	return 0;
}

static void run_path(const char *path)
{
	const uint64_t count_before = coverage.scenario_count + coverage.toolchain_count;
	if (nftw(path, visit, FOLDER_DEPTH, 0) != 0)
		fprintf(stderr, "rut coverage: %s: %s; a scenario or a folder is expected\n", path,
			strerror(errno));
	else if (coverage.scenario_count + coverage.toolchain_count > count_before ||
		 coverage.has_failed)
		return;
	else
		fprintf(stderr,
			"rut coverage: %s: there is no scenario in it, neither *.rut nor "
			"binary\n",
			path);
	coverage.has_failed = true;
}

/* ---- Tables -------------------------------------------------------------- */

enum kind { NEVER_PASSED, NEVER_CONTESTED, NEVER_PREEMPTED, PREEMPTED, KIND_COUNT };

static enum kind kind_of(const struct passes *passes)
{
	if (passes->count == 0)
		return NEVER_PASSED;
	if (passes->preempted_count > 0)
		return PREEMPTED;
	return passes->contested_count > 0 ? NEVER_PREEMPTED : NEVER_CONTESTED;
}

static const char *const headings[KIND_COUNT] = {
	[NEVER_PASSED] = "never passed",
	[NEVER_CONTESTED] = "passed, but only while no other M could run",
	[NEVER_PREEMPTED] = "passed while others could run, and nobody ever went on there",
	[PREEMPTED] = "another M went on",
};

struct table {
	enum kind kind;
	uint64_t count; /* of its points */
	bool is_printed;
};

static void see_point(void *context, uint16_t number, const char *name)
{
	struct table *table = context;
	const struct passes *passes = &coverage.passes[number];
	if (kind_of(passes) != table->kind)
		return;
	table->count++;
	if (!table->is_printed)
		return;
	if (table->kind == NEVER_PASSED)
		printf("  %s\n", name);
	else
		printf("  %-32s %12" PRIu64 " %12" PRIu64 " %12" PRIu64 "\n", name, passes->count,
		       passes->contested_count, passes->preempted_count);
}

static uint64_t visit_points(enum kind kind, bool is_printed)
{
	struct table table = {.kind = kind, .is_printed = is_printed};
	perform_points_visit(see_point, &table);
	return table.count;
}

static void print_table(enum kind kind)
{
	const uint64_t count = visit_points(kind, false);
	if (count == 0)
		return;
	printf("\n%s: %" PRIu64 "\n", headings[kind], count);
	if (kind != NEVER_PASSED)
		printf("  %-32s %12s %12s %12s\n", "", "passed", "others could", "others did");
	visit_points(kind, true);
}

static void print_report(void)
{
	uint64_t counts[KIND_COUNT];
	for (enum kind kind = NEVER_PASSED; kind < KIND_COUNT; kind++)
		counts[kind] = visit_points(kind, false);
	printf("%" PRIu64 " scenarios, %" PRIu64 " runs, %.2f million steps",
	       coverage.scenario_count, coverage.run_count, (double)coverage.step_count / 1e6);
	if (coverage.finding_count > 0)
		printf(", %" PRIu64 " of them end in a finding", coverage.finding_count);
	if (coverage.toolchain_count > 0)
		printf(", %" PRIu64 " for real toolchains passed over", coverage.toolchain_count);
	printf("\npoints: %" PRIu64 " passed and another M went on there, %" PRIu64
	       " passed only, %" PRIu64 " passed while no other M could run, %" PRIu64 " never\n",
	       counts[PREEMPTED], counts[NEVER_PREEMPTED], counts[NEVER_CONTESTED],
	       counts[NEVER_PASSED]);
	print_table(NEVER_PASSED);
	print_table(NEVER_PREEMPTED);
	if (coverage.shows_all) {
		print_table(NEVER_CONTESTED);
		print_table(PREEMPTED);
	}
}

/* ---- The command --------------------------------------------------------- */

static const struct argp_option argp_options[] = {
	{"all", 'a', NULL, 0, "One row for every point", 0},
	{"play", OPTION_PLAY, "runtime|ring", 0,
	 "What the files behind it play: the whole runtime (default), or the ring of CPU samples, "
	 "as fuzz_cpu_sample_ring does",
	 0},
	{0},
};

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
	switch (key) {
	case 'a':
		coverage.shows_all = true;
		return 0;
	case OPTION_PLAY:
		coverage.plays_ring = strcmp(argument, "ring") == 0;
		if (!coverage.plays_ring && strcmp(argument, "runtime") != 0)
			argp_error(state, "--play wants runtime or ring, got `%s'", argument);
		return 0;
	case ARGP_KEY_ARG:
		run_path(argument);
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "a scenario, or a folder with scenarios, is expected");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = argp_options,
	.parser = parse_option,
	.args_doc = "FILE|FOLDER...",
	.doc = "Runs scenarios, each under every setting that its `expect' lines name, and tells "
	       "of every yield point whether it was passed, and whether another M ever went on "
	       "there. Folders are looked through to their depth for *.rut and binary scenarios.\v"
	       "Points that were passed only while no other M could run (as before the second one "
	       "starts) are counted apart: no schedule could have done more in these scenarios.\n\n"
	       "Example: rut coverage corpus/fuzz_trace_v2 repro --play=ring "
	       "corpus/fuzz_cpu_sample_ring\n\n"
	       "Exit status: 0 told, 2 wrong usage, an unreadable scenario, or a folder without "
	       "any: nothing is told.",
};

int rut_coverage(int argc, char **argv)
{
	argp_err_exit_status = RUT_USAGE;
	memset(&coverage, 0, sizeof coverage);
	if (argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &coverage) != 0)
		return RUT_USAGE;
	if (coverage.has_failed)
		return RUT_USAGE;
	print_report();
	return RUT_FINE;
}
