#include "rut_go/go_fuzz.h"

#include <argp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rut/number.h"

enum {
	OPTION_GO = 256,
	OPTION_TIME,
	OPTION_JOBS,
	OPTION_SEED,
	OPTION_CORPUS,
	OPTION_FINDINGS,
	OPTION_BUILD,
	OPTION_WITH,
	OPTION_KNOWN,
	OPTION_FIRST,
};

static const struct argp_option table[] = {
	{"go", OPTION_GO, "GO", 0, "the go command; default: of the newest toolchain found", 0},
	{"time", OPTION_TIME, "SECONDS", 0, "how long; default 60", 0},
	{"jobs", OPTION_JOBS, "N", 0, "scenarios at once; default one per core", 0},
	{"seed", OPTION_SEED, "NUMBER", 0, "of all random choices; default a new one, printed", 0},
	{"corpus", OPTION_CORPUS, "FOLDER|empty", 0,
	 "start from the scenarios (*.rut) of this folder; default: corpus/go and those that "
	 "repro/ pins for this version",
	 0},
	{"findings", OPTION_FINDINGS, "FOLDER", 0, "default build/findings", 0},
	{"build", OPTION_BUILD, "HOW", 0, "plain (default), race or lock-ranking", 0},
	{"with", OPTION_WITH, "EDIT", 0, "an edit of the toolchain's runtime; again for more", 0},
	{"known", OPTION_KNOWN, "pass|find", 0,
	 "known findings are counted and passed over (default), or are findings as any other", 0},
	{"first", OPTION_FIRST, NULL, 0, "the first finding ends the search", 0},
	{0},
};

static void add_edit(struct go_fuzz_options *options, const char *edit, struct argp_state *state)
{
	/* The text of a finding has no room for more. */
	if (options->build.edit_count == SCENARIO_EDIT_COUNT_MAX)
		argp_error(state, "--with: at most %d edits", SCENARIO_EDIT_COUNT_MAX);
	if (*edit == '\0' || strlen(edit) >= SCENARIO_WORD_SIZE ||
	    !go_build_add_edit(&options->build, edit))
		argp_error(state, "--with wants the name of an edit, got '%s'", edit);
}

static error_t take_more_options(int key, char *value, struct argp_state *state)
{
	struct go_fuzz_options *options = state->input;
	switch (key) {
	case OPTION_BUILD:
		if (!go_build_parse(value, &options->build.build))
			argp_error(state, "--build wants plain, race or lock-ranking, got '%s'",
				   value);
		return 0;
	case OPTION_WITH:
		add_edit(options, value, state);
		return 0;
	case OPTION_KNOWN:
		if (strcmp(value, "pass") != 0 && strcmp(value, "find") != 0)
			argp_error(state, "--known wants pass or find, got '%s'", value);
		options->finds_known = strcmp(value, "find") == 0;
		return 0;
	case OPTION_FIRST:
		options->ends_at_first = true;
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "no argument is expected, got '%s'", value);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t take_option(int key, char *value, struct argp_state *state)
{
	struct go_fuzz_options *options = state->input;
	switch (key) {
	case OPTION_GO:
		options->go = value;
		return 0;
	case OPTION_TIME:
		options->time_s = (uint32_t)number_parse(value, "time", 1, 10000000, state);
		return 0;
	case OPTION_JOBS:
		options->jobs = (uint32_t)number_parse(value, "jobs", 1, GO_FUZZ_JOB_COUNT_MAX,
						       state);
		return 0;
	case OPTION_SEED:
		options->seed = number_parse(value, "seed", 0, UINT64_MAX, state);
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
		return take_more_options(key, value, state);
	}
}

struct go_fuzz_options go_fuzz_options_parse(int argc, char **argv)
{
	static const struct argp argp = {
		.options = table,
		.parser = take_option,
		.doc = "Looks for defects of a real Go toolchain: performs random scenarios there, "
		       "judges the traces by our reader and by Go's own, and keeps each finding, "
		       "repeated and shrunk, as a folder.\v"
		       "Exit status: 0 nothing found, known findings apart, 1 findings, 2 wrong "
		       "usage, 3 the harness failed.",
	};
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	struct go_fuzz_options options = {
		.findings = "build/findings",
		.time_s = 60,
		.jobs = cores > 0 && cores < GO_FUZZ_JOB_COUNT_MAX ? (uint32_t)cores : 1,
		.seed = fuzz_new_seed(),
	};
	argp_err_exit_status = 2;
	if (argp_parse(&argp, argc, argv, 0, NULL, &options) != 0)
		exit(2);
	return options;
}
