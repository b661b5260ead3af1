#include "rut/fuzz.h"

#include <argp.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/defect.h"
#include "rut/number.h"

enum {
	OPTION_BUILD = 256,
	OPTION_TARGETS,
	OPTION_TIME,
	OPTION_JOBS,
	OPTION_SEED,
	OPTION_DEFECT,
	OPTION_SAN,
	OPTION_ENGINE,
	OPTION_CORPUS,
	OPTION_FINDINGS,
};

static const struct argp_option table[] = {
	{"targets", OPTION_TARGETS, "PATTERNS", 0,
	 "names with * and ?, separated by blanks or commas; default fuzz_* and race_*", 0},
	{"time", OPTION_TIME, "SECONDS", 0, "how long; default 60", 0},
	{"jobs", OPTION_JOBS, "N", 0, "processes at once; default one per core", 0},
	{"seed", OPTION_SEED, "NUMBER", 0, "of all random choices; default a new one, printed", 0},
	{"defect", OPTION_DEFECT, "NAME[:SETTING]", 0,
	 "switch a historic defect on; the run ends at its first finding", 0},
	{"san", OPTION_SAN, "WHAT", 0,
	 "none, asan, tsan, annotations, or rotate: the last three by turns", 0},
	{"engine", OPTION_ENGINE, "NAME", 0, "libfuzzer", 0},
	{"corpus", OPTION_CORPUS, "FOLDER|empty", 0,
	 "start from these inputs; default corpus/ and what earlier runs found", 0},
	{"findings", OPTION_FINDINGS, "FOLDER", 0, "default build/findings", 0},
	{"build", OPTION_BUILD, "FOLDER", 0, "where the presets are built; default build", 0},
	{0},
};

static const struct {
	const char *preset;
	const char *name;
	const char *targets; /* those that gain by it */
} builds[FUZZ_BUILD_COUNT] = {
	[FUZZ_PLAIN] = {"libfuzzer", "plain", "!(race_*)"},
	[FUZZ_ASAN] = {"asan", "asan", "!(race_*)"},
	[FUZZ_TSAN] = {"tsan", "tsan", "*"},
	/* Those in which goroutines run; canaries only by name. */
	[FUZZ_ANNOTATIONS] = {"annotations", "annotations", "@(fuzz_trace_v?|canary_*)"},
};

/* What a word of --san stands for. */
static const struct {
	const char *word;
	bool use_build[FUZZ_BUILD_COUNT];
} choices[] = {
	{"none", {[FUZZ_PLAIN] = true}},
	{"asan", {[FUZZ_ASAN] = true}},
	{"tsan", {[FUZZ_TSAN] = true}},
	{"annotations", {[FUZZ_ANNOTATIONS] = true}},
	{"rotate", {[FUZZ_ASAN] = true, [FUZZ_TSAN] = true, [FUZZ_ANNOTATIONS] = true}},
};

const char *fuzz_build_preset(enum fuzz_build build)
{
	return builds[build].preset;
}

bool fuzz_build_judges(enum fuzz_build build, const char *target)
{
	return fnmatch(builds[build].targets, target, FNM_EXTMATCH) == 0;
}

const char *fuzz_build_name(enum fuzz_build build)
{
	return builds[build].name;
}

static void choose_builds(struct fuzz_options *options, const char *word, struct argp_state *state)
{
	for (size_t i = 0; i < sizeof(choices) / sizeof(*choices); i++) {
		if (strcmp(choices[i].word, word) == 0) {
			memcpy(options->use_build, choices[i].use_build,
			       sizeof(options->use_build));
			return;
		}
	}
	argp_error(state, "--san wants none, asan, tsan, annotations or rotate, got '%s'", word);
}

static error_t take_option(int key, char *value, struct argp_state *state)
{
	struct fuzz_options *options = state->input;
	switch (key) {
	case OPTION_BUILD:
		options->build = value;
		return 0;
	case OPTION_TARGETS:
		options->targets = value;
		return 0;
	case OPTION_TIME:
		options->time_s = (uint32_t)number_parse(value, "time", 1, 10000000, state);
		return 0;
	case OPTION_JOBS:
		options->jobs = (uint32_t)number_parse(value, "jobs", 1, FUZZ_SLICE_COUNT_MAX,
						       state);
		return 0;
	case OPTION_SEED:
		options->seed = number_parse(value, "seed", 0, UINT64_MAX, state);
		return 0;
	case OPTION_DEFECT:
		if (!defect_switch(value))
			argp_error(state,
				   "no defect or setting is called `%s'; `rut defects' lists them",
				   value);
		options->defect = value;
		return 0;
	case OPTION_SAN:
		choose_builds(options, value, state);
		return 0;
	case OPTION_ENGINE:
		if (strcmp(value, "libfuzzer") != 0)
			argp_error(state, "--engine wants libfuzzer, got '%s'", value);
		return 0;
	case OPTION_CORPUS:
		if (strcmp(value, "empty") != 0 && !fuzz_is_folder(value))
			argp_error(state, "--corpus wants a folder or empty, got '%s'", value);
		options->corpus = value;
		return 0;
	case OPTION_FINDINGS:
		options->findings = value;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

uint64_t fuzz_new_seed(void)
{
	uint32_t seed = 0;
	if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
		return 1;
	return seed;
}

struct fuzz_options fuzz_options_parse(int argc, char **argv)
{
	static const struct argp argp = {
		.options = table,
		.parser = take_option,
		.doc = "Looks for new defects: runs the fuzz targets, several at once, in turns of "
		       "the sanitizers, and keeps each finding as a folder.\v"
		       "Exit status: 0 nothing found, 1 findings, 2 wrong usage, 3 the harness "
		       "failed.",
	};
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	struct fuzz_options options = {
		.build = "build",
		.findings = "build/findings",
		.use_build = {[FUZZ_ASAN] = true, [FUZZ_TSAN] = true, [FUZZ_ANNOTATIONS] = true},
		.time_s = 60,
		.jobs = cores > 0 && cores < FUZZ_SLICE_COUNT_MAX ? (uint32_t)cores : 1,
		.seed = fuzz_new_seed(),
	};
	argp_err_exit_status = 2;
	if (argp_parse(&argp, argc, argv, 0, NULL, &options) != 0)
		exit(2);
	return options;
}
