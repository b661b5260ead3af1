#include <argp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/defect.h"
#include "rut/fuzz.h"
#include "rut/number.h"

enum {
	OPTION_BUILD = 256,
	OPTION_TARGETS,
	OPTION_TIME,
	OPTION_EXECUTIONS,
	OPTION_JOBS,
	OPTION_SEED,
	OPTION_DEFECT,
	OPTION_SAN,
	OPTION_ENGINE,
	OPTION_MUTATOR,
	OPTION_CORPUS,
	OPTION_FINDINGS,
	OPTION_WORK,
	OPTION_SUMMARY,
	OPTION_TRIGGER,
	OPTION_NO_SHRINK,
};

static const struct argp_option table[] = {
	{"targets", OPTION_TARGETS, "PATTERNS", 0,
	 "names with * and ?, separated by blanks or commas; default fuzz_* and race_*", 0},
	{"time", OPTION_TIME, "SECONDS", 0, "how long; default 60", 0},
	{"executions", OPTION_EXECUTIONS, "N", 0, "end after so many as well; default no limit", 0},
	{"jobs", OPTION_JOBS, "N", 0, "processes at once; default one per core", 0},
	{"seed", OPTION_SEED, "NUMBER", 0, "of all random choices; default a new one, printed", 0},
	{"defect", OPTION_DEFECT, "NAME[:SETTING]", 0,
	 "switch a historic defect on; the run ends at its first finding", 0},
	{"san", OPTION_SAN, "WHAT", 0,
	 "none, asan, tsan, annotations, or rotate: the last three by turns", 0},
	{"engine", OPTION_ENGINE, "NAME", 0,
	 "libfuzzer, afl (race_* are libFuzzer's alone), or both by turns; default both where "
	 "afl-fuzz is",
	 0},
	{"mutator", OPTION_MUTATOR, "NAME", 0,
	 "structure: scenarios become scenarios; bytes: the engine's own mutations; default "
	 "structure",
	 0},
	{"corpus", OPTION_CORPUS, "FOLDER|empty", 0,
	 "start from these inputs; default corpus/ and what earlier runs found", 0},
	{"findings", OPTION_FINDINGS, "FOLDER", 0, "default build/findings", 0},
	{"no-shrink", OPTION_NO_SHRINK, NULL, 0, "keep findings as they were found", 0},
	{"summary", OPTION_SUMMARY, "FILE", 0, "write what came of the run to FILE, as JSON", 0},
	{"trigger", OPTION_TRIGGER, NULL, 0,
	 "tell in the summary when the defect first changed a run; costs a second run of each "
	 "input until then",
	 0},
	{"work", OPTION_WORK, "FOLDER", 0,
	 "for what the run needs for itself; two at once need two; default build/fuzz", 0},
	{"build", OPTION_BUILD, "FOLDER", 0, "where the presets are built; default build", 0},
	{0},
};

static void take_defect(struct fuzz_options *options, const char *value, struct argp_state *state)
{
	static char name[64];
	if (!defect_switch(value))
		argp_error(state, "no defect or setting is called `%s'; `rut defects' lists them",
			   value);
	fuzz_defect_name(value, name, sizeof(name));
	options->defect = name;
}

/* Words that stand for several settings; false when KEY is not of them. */
static bool take_word(int key, char *value, struct argp_state *state)
{
	struct fuzz_options *options = state->input;
	switch (key) {
	case OPTION_SAN:
		if (!fuzz_choose_builds(value, options->use_build))
			argp_error(state,
				   "--san wants none, asan, tsan, annotations or rotate, got '%s'",
				   value);
		return true;
	case OPTION_ENGINE:
		if (!fuzz_choose_engines(value, options->use_engine))
			argp_error(state, "--engine wants libfuzzer, afl or both, got '%s'", value);
		return true;
	case OPTION_MUTATOR:
		if (strcmp(value, "structure") != 0 && strcmp(value, "bytes") != 0)
			argp_error(state, "--mutator wants structure or bytes, got '%s'", value);
		options->mutates_bytes = strcmp(value, "bytes") == 0;
		return true;
	default:
		return false;
	}
}

/* Where things lie; false when KEY is not of them. */
static bool take_path(int key, char *value, struct argp_state *state)
{
	struct fuzz_options *options = state->input;
	switch (key) {
	case OPTION_BUILD:
		options->build = value;
		return true;
	case OPTION_CORPUS:
		if (strcmp(value, "empty") != 0 && !fuzz_is_folder(value))
			argp_error(state, "--corpus wants a folder or empty, got '%s'", value);
		options->corpus = value;
		return true;
	case OPTION_FINDINGS:
		options->findings = value;
		return true;
	case OPTION_WORK:
		options->work = value;
		return true;
	case OPTION_SUMMARY:
		options->summary = value;
		return true;
	default:
		return false;
	}
}

static error_t take_option(int key, char *value, struct argp_state *state)
{
	struct fuzz_options *options = state->input;
	if (take_word(key, value, state) || take_path(key, value, state))
		return 0;
	switch (key) {
	case OPTION_TARGETS:
		options->targets = value;
		return 0;
	case OPTION_TIME:
		options->time_s = (uint32_t)number_parse(value, "time", 1, 10000000, state);
		return 0;
	case OPTION_EXECUTIONS:
		options->executions_max = number_parse(value, "executions", 1, UINT64_MAX, state);
		return 0;
	case OPTION_JOBS:
		options->jobs = (uint32_t)number_parse(value, "jobs", 1, FUZZ_SLICE_COUNT_MAX,
						       state);
		return 0;
	case OPTION_SEED:
		options->seed = number_parse(value, "seed", 0, UINT64_MAX, state);
		return 0;
	case OPTION_DEFECT:
		take_defect(options, value, state);
		return 0;
	case OPTION_TRIGGER:
		options->tells_trigger = true;
		return 0;
	case OPTION_NO_SHRINK:
		options->shrinks = false;
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

/* What was not said follows from the machine and from what was. */
static void take_defaults(struct fuzz_options *options, char *default_work, size_t work_size)
{
	char path[FUZZ_PATH_SIZE];
	const bool has_afl = fuzz_find_program("afl-fuzz", path, sizeof(path));
	if (strcmp(fuzz_engine_word(options->use_engine), "none") == 0) {
		options->lacks_afl = !has_afl;
		fuzz_choose_engines(has_afl ? "both" : "libfuzzer", options->use_engine);
	} else if (options->use_engine[FUZZ_AFL] && !has_afl) {
		fprintf(stderr,
			"rut fuzz: --engine=%s wants afl-fuzz, which is not in PATH; "
			"Debian has it in afl++\n",
			fuzz_engine_word(options->use_engine));
		exit(2);
	}
	fuzz_path(default_work, work_size, "%s/fuzz", options->build);
	if (!options->work)
		options->work = default_work;
}

struct fuzz_options fuzz_options_parse(int argc, char **argv)
{
	static const struct argp argp = {
		.options = table,
		.parser = take_option,
		.doc = "Looks for new defects: runs the fuzz targets, several at once, in turns of "
		       "the sanitizers and of libFuzzer and AFL++, and keeps each finding as a "
		       "folder, made small. It goes on where the last run stopped.\v"
		       "For example, to see a known defect found from nothing:\n"
		       "  rut fuzz --defect=issue_65318 --corpus=empty\n\n"
		       "`make fuzz' builds what this needs. Ctrl-C ends the run and sums up.\n\n"
		       "Exit status: 0 nothing found, 1 findings, new ones or seen before, 2 wrong "
		       "usage, 3 the harness failed.",
	};
	static char default_work[FUZZ_PATH_SIZE];
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	struct fuzz_options options = {
		.build = "build",
		.findings = "build/findings",
		.use_build = {[FUZZ_ASAN] = true, [FUZZ_TSAN] = true, [FUZZ_ANNOTATIONS] = true},
		.shrinks = true,
		.time_s = 60,
		.jobs = cores > 0 && cores < FUZZ_SLICE_COUNT_MAX ? (uint32_t)cores : 1,
		.seed = fuzz_new_seed(),
	};
	argp_err_exit_status = 2;
	if (argp_parse(&argp, argc, argv, 0, NULL, &options) != 0)
		exit(2);
	take_defaults(&options, default_work, sizeof(default_work));
	return options;
}
