#include <argp.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/defect.h"
#include "base/fatal.h"
#include "rut/bench_defects.h"
#include "rut/number.h"
#include "rut/words.h"

enum {
	OPTION_DEFECTS = 256,
	OPTION_SEEDS,
	OPTION_TIME,
	OPTION_ENGINES,
	OPTION_MUTATORS,
	OPTION_JOBS,
	OPTION_RESULTS,
	OPTION_BUILD,
	OPTION_RUT,
};

const char *const bench_mutator_names[] = {
	[BENCH_STRUCTURE] = "structure",
	[BENCH_BYTES] = "bytes",
};

static const struct argp_option table[] = {
	{"defects", OPTION_DEFECTS, "PATTERNS", 0,
	 "names, or name:setting, with * and ?, separated by blanks or commas; default all "
	 "settings of all defects",
	 0},
	{"seeds", OPTION_SEEDS, "N", 0, "trials of each kind, with seeds 1 to N; default 20", 0},
	{"time", OPTION_TIME, "SECONDS", 0, "how long a trial goes on at most; default 120", 0},
	{"engines", OPTION_ENGINES, "NAMES", 0, "libfuzzer and afl; default both where afl-fuzz is",
	 0},
	{"mutators", OPTION_MUTATORS, "NAMES", 0,
	 "structure: scenarios become scenarios; bytes: the engine's own mutations; default both",
	 0},
	{"jobs", OPTION_JOBS, "N", 0, "trials at once; default one per core", 0},
	{"results", OPTION_RESULTS, "FOLDER", 0, "default build/bench-defects", 0},
	{"build", OPTION_BUILD, "FOLDER", 0, "where the presets are built; default build", 0},
	{"rut", OPTION_RUT, "PROGRAM", 0, "the program of a trial; default this one", 0},
	{0},
};

static void take_engines(const char *list, bool *ret_use, const struct argp_state *state)
{
	char word[32];
	enum fuzz_engine engine;
	memset(ret_use, 0, FUZZ_ENGINE_COUNT * sizeof *ret_use);
	while (words_next(&list, " ,", word, sizeof word)) {
		if (!fuzz_engine_named(word, &engine))
			argp_error(state, "%s and %s are known, got '%s'",
				   fuzz_engine_id(FUZZ_LIBFUZZER), fuzz_engine_id(FUZZ_AFL), word);
		ret_use[engine] = true;
	}
}

static void take_mutators(const char *list, bool *ret_use, const struct argp_state *state)
{
	char word[32];
	memset(ret_use, 0, BENCH_MUTATOR_COUNT * sizeof *ret_use);
	while (words_next(&list, " ,", word, sizeof word)) {
		bool is_known = false;
		for (int i = 0; i < BENCH_MUTATOR_COUNT; i++) {
			const bool is_this = strcmp(word, bench_mutator_names[i]) == 0;
			is_known |= is_this;
			ret_use[i] |= is_this;
		}
		if (!is_known)
			argp_error(state, "%s and %s are known, got '%s'",
				   bench_mutator_names[BENCH_STRUCTURE],
				   bench_mutator_names[BENCH_BYTES], word);
	}
}

static bool has_defect(const struct bench_options *options, const char *text)
{
	for (size_t i = 0; i < options->defect_count; i++)
		if (strcmp(options->defects[i], text) == 0)
			return true;
	return false;
}

/* Adds what PATTERN means of ROW, each setting once; how many it means. */
static size_t add_settings(struct bench_options *options, enum defect defect, const char *pattern)
{
	const char *name = defect_row(defect)->name;
	char setting[BENCH_DEFECT_NAME_SIZE], text[2 * BENCH_DEFECT_NAME_SIZE];
	size_t count = 0;
	/* Most of them need traces that no scenario makes, so they are benched by name only. */
	if (strcmp(defect_row(defect)->tracer, "reader") == 0 && *pattern == '*')
		return 0;
	for (unsigned i = 1; defect_setting_name(defect, i, setting, sizeof setting); i++) {
		int length = snprintf(text, sizeof text, "%s:%s", name, setting);
		ensure(length > 0 && length < BENCH_DEFECT_NAME_SIZE);
		if (fnmatch(pattern, name, 0) != 0 && fnmatch(pattern, text, 0) != 0)
			continue;
		count++;
		if (has_defect(options, text))
			continue;
		ensure(options->defect_count < BENCH_DEFECT_COUNT_MAX);
		memcpy(options->defects[options->defect_count++], text, (size_t)length + 1);
	}
	return count;
}

static void take_defects(struct bench_options *options, const char *list,
			 const struct argp_state *state)
{
	char pattern[256];
	options->defect_count = 0;
	while (words_next(&list, " ,", pattern, sizeof pattern)) {
		size_t count = 0;
		for (unsigned i = 0; i < DEFECT_COUNT; i++)
			count += add_settings(options, (enum defect)i, pattern);
		if (count == 0)
			argp_error(state,
				   "no setting of a defect but the defaults is called `%s'; `rut "
				   "defects' lists them",
				   pattern);
	}
}

static error_t take_option(int key, char *value, struct argp_state *state)
{
	struct bench_options *options = state->input;
	switch (key) {
	case OPTION_DEFECTS:
		take_defects(options, value, state);
		return 0;
	case OPTION_SEEDS:
		options->seed_count = (uint32_t)number_parse(value, "seeds", 1, 10000, state);
		return 0;
	case OPTION_TIME:
		options->time_s = (uint32_t)number_parse(value, "time", 1, 1000000, state);
		return 0;
	case OPTION_ENGINES:
		take_engines(value, options->use_engine, state);
		return 0;
	case OPTION_MUTATORS:
		take_mutators(value, options->use_mutator, state);
		return 0;
	case OPTION_JOBS:
		options->jobs = (uint32_t)number_parse(value, "jobs", 1, 256, state);
		return 0;
	case OPTION_RESULTS:
		options->results = value;
		return 0;
	case OPTION_BUILD:
		options->build = value;
		return 0;
	case OPTION_RUT:
		options->rut = value;
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "no argument is expected, got '%s'", value);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* What was not said follows from the machine and from what was. */
static void take_defaults(struct bench_options *options)
{
	static char results[FUZZ_PATH_SIZE], program[FUZZ_PATH_SIZE];
	char afl[FUZZ_PATH_SIZE];
	if (!options->use_engine[FUZZ_LIBFUZZER] && !options->use_engine[FUZZ_AFL]) {
		options->use_engine[FUZZ_LIBFUZZER] = true;
		options->use_engine[FUZZ_AFL] = fuzz_find_program("afl-fuzz", afl, sizeof afl);
	}
	if (!options->use_mutator[BENCH_STRUCTURE] && !options->use_mutator[BENCH_BYTES])
		options->use_mutator[BENCH_STRUCTURE] = options->use_mutator[BENCH_BYTES] = true;
	if (!options->results) {
		fuzz_path(results, sizeof results, "%s/bench-defects", options->build);
		options->results = results;
	}
	if (!options->rut) {
		ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
		ensure(length > 0);
		program[length] = '\0';
		options->rut = program;
	}
}

void bench_options_parse(int argc, char **argv, struct bench_options *ret_options)
{
	static const struct argp argp = {
		.options = table,
		.parser = take_option,
		.doc = "Measures the fuzzer: switches each historic defect on and searches for it "
		       "from nothing, with each engine, by our mutator and by plain mutation of "
		       "bytes, with many seeds. Tells how often and how soon it was found, and how "
		       "many times more executions plain bytes take.\v"
		       "For example, what it takes to find issue 65318, in minutes:\n"
		       "  rut bench-defects --defects=issue_65318 --seeds=5 --time=30\n\n"
		       "`make bench-defects' builds what this needs. Each trial is kept as it "
		       "ends: a second run goes on where the first ended, as long as the commit "
		       "and the time of a trial are the same. Ctrl-C ends the run and sums up what "
		       "there is.\n\n"
		       "Exit status: 0 by structure every engine found every defect with "
		       "every seed, 1 not so, 2 wrong usage, 3 a trial failed.",
	};
	const long cores = sysconf(_SC_NPROCESSORS_ONLN);
	*ret_options = (struct bench_options){
		.build = "build",
		.seed_count = 20,
		.time_s = 120,
		.jobs = cores > 0 && cores < 256 ? (uint32_t)cores : 1,
	};
	argp_err_exit_status = 2;
	if (argp_parse(&argp, argc, argv, 0, NULL, ret_options) != 0)
		exit(2);
	if (ret_options->defect_count == 0)
		take_defects(ret_options, "*", NULL);
	take_defaults(ret_options);
}
