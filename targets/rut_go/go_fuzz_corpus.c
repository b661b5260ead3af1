/* What a search starts from. It keeps nothing for later: what traces show, fed back into the choice
 * of scenarios, did not find rejected traces sooner (go1.23.5, medians of 10: 40 runs with it, 38
 * without). */
#include "rut_go/go_fuzz.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"
#include "perform/points.h"
#include "real_go/standing.h"
#include "real_go/toolchain.h"
#include "scenario/load.h"

/* Adds the scenario in PATH; one that is pinned for other versions only is left out. */
static bool add_file(struct go_fuzz_run *run, const char *path)
{
	static struct scenario scenario;
	static struct scenario_text text;
	char error[SCENARIO_ERROR_SIZE];
	if (!scenario_load(path, &perform_points, &scenario, &text, error, sizeof error)) {
		fprintf(stderr, "%s\n", error);
		return false;
	}
	const bool is_pinned_elsewhere = text.expectation_count > 0 && !text.toolchain.is_given;
	const bool is_of_other_version = text.toolchain.is_given &&
					 !standing_covers(&text.toolchain, run->toolchain.minor);
	if (is_pinned_elsewhere || is_of_other_version || run->seed_count == GO_FUZZ_SEED_COUNT_MAX)
		return true;
	run->seeds[run->seed_count++] = scenario;
	return true;
}

/* Adds what matches PATTERN, which may be nothing. */
static bool add_matching(struct go_fuzz_run *run, const char *pattern)
{
	glob_t files;
	bool is_added = true;
	int result = glob(pattern, 0, NULL, &files);
	for (size_t i = 0; result == 0 && is_added && i < files.gl_pathc; i++)
		is_added = add_file(run, files.gl_pathv[i]);
	globfree(&files);
	if (result == 0 || result == GLOB_NOMATCH)
		return is_added;
	fprintf(stderr, "%s: cannot be listed\n", pattern);
	return false;
}

static bool add_pinned(struct go_fuzz_run *run)
{
	static const char *const seeds[] = {"corpus/go/*.rut", "repro/issue-*/*.rut"};
	char root[REAL_GO_PATH_SIZE], pattern[REAL_GO_PATH_SIZE + 64], error[REAL_GO_ERROR_SIZE];
	if (!toolchain_root(root, error)) {
		fprintf(stderr, "%s\n", error);
		return false;
	}
	for (size_t i = 0; i < sizeof seeds / sizeof seeds[0]; i++) {
		fuzz_path(pattern, sizeof pattern, "%s/%s", root, seeds[i]);
		if (!add_matching(run, pattern))
			return false;
	}
	return true;
}

bool go_fuzz_corpus_load(struct go_fuzz_run *run)
{
	char pattern[FUZZ_PATH_SIZE];
	run->seeds = calloc(GO_FUZZ_SEED_COUNT_MAX, sizeof *run->seeds);
	ensure(run->seeds != NULL);
	if (run->options.corpus == NULL)
		return add_pinned(run);
	if (strcmp(run->options.corpus, "empty") == 0)
		return true;
	fuzz_path(pattern, sizeof pattern, "%s/*.rut", run->options.corpus);
	return add_matching(run, pattern);
}
