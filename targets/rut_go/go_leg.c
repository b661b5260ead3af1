#include "rut_go/go_leg.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "perform/points.h"
#include "rut/command.h"
#include "rut/scenario_file.h"
#include "rut_go/go_toolchain.h"
#include "scenario/load.h"

/* ---- Which scenarios ----------------------------------------------------- */

static int is_scenario(const struct dirent *entry)
{
	return scenario_file_is_text(entry->d_name);
}

static bool knows_verdicts(const char *path, const struct scenario_toolchain *toolchain)
{
	for (int i = 0; i < SCENARIO_STANDING_COUNT; i++) {
		enum verdict_kind kind;
		if (standing_expected(toolchain, (enum scenario_standing)i, &kind))
			continue;
		fprintf(stderr, "%s: toolchain-expect %s wants a verdict, got %s\n", path,
			scenario_standing_names[i], toolchain->expected[i]);
		return false;
	}
	return true;
}

static int load_scenario(struct go_leg *leg, const char *folder, const char *name)
{
	static struct scenario_text text;
	char error[SCENARIO_ERROR_SIZE];
	if (leg->scenario_count == GO_LEG_SCENARIO_COUNT_MAX) {
		fprintf(stderr, "%s: more than %d scenarios\n", folder, GO_LEG_SCENARIO_COUNT_MAX);
		return RUT_USAGE;
	}
	struct go_leg_scenario *scenario = &leg->scenarios[leg->scenario_count];
	snprintf(scenario->path, sizeof scenario->path, "%s/%s", folder, name);
	scenario->name = scenario->path + strlen(folder) + 1;
	if (!scenario_load(scenario->path, &perform_points, &scenario->scenario, &text, error,
			   sizeof error)) {
		fprintf(stderr, "%s\n", error);
		return RUT_USAGE;
	}
	if (!text.toolchain.is_given) {
		leg->other_count++;
		return RUT_FINE;
	}
	scenario->toolchain = text.toolchain;
	leg->scenario_count++;
	return knows_verdicts(scenario->path, &scenario->toolchain) ? RUT_FINE : RUT_USAGE;
}

/* The N of a folder that is called issue-N. */
static void find_issue(const char *folder, char ret_issue[GO_LEG_ISSUE_SIZE])
{
	const char *name = folder;
	for (const char *at = folder; *at != '\0'; at++) {
		if (*at == '/' && at[1] != '/' && at[1] != '\0')
			name = at + 1;
	}
	ret_issue[0] = '\0';
	if (strncmp(name, "issue-", 6) == 0)
		snprintf(ret_issue, GO_LEG_ISSUE_SIZE, "%.*s", (int)strcspn(name + 6, "/"),
			 name + 6);
}

int go_leg_load(const char *folder, struct go_leg *ret_leg)
{
	struct dirent **entries;
	int status = RUT_FINE;
	memset(ret_leg, 0, sizeof *ret_leg);
	int count = strlen(folder) + NAME_MAX + 2 > GO_LEG_PATH_SIZE
			    ? (errno = ENAMETOOLONG, -1)
			    : scandir(folder, &entries, is_scenario, alphasort);
	if (count < 0) {
		fprintf(stderr, "%s: %s; a folder with scenarios is expected\n", folder,
			strerror(errno));
		return RUT_USAGE;
	}
	find_issue(folder, ret_leg->issue);
	for (int i = 0; i < count; i++) {
		if (status == RUT_FINE)
			status = load_scenario(ret_leg, folder, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return status;
}

/* ---- The runs ------------------------------------------------------------ */

/* The edit's name is kept until the next call. */
static int add_change(const struct go_leg *leg, enum go_leg_change change, struct go_build *build)
{
	static char edit[GO_LEG_EDIT_SIZE];
	if (change == GO_LEG_AS_IT_IS)
		return RUT_FINE;
	if (leg->issue[0] == '\0') {
		fprintf(stderr, "a folder called issue-N is expected, its edit is issue-N-%s\n",
			change == GO_LEG_FIX ? "fix" : "unfix");
		return RUT_USAGE;
	}
	snprintf(edit, sizeof edit, "issue-%s-%s", leg->issue,
		 change == GO_LEG_FIX ? "fix" : "unfix");
	return go_build_add_edit(build, edit) ? RUT_FINE : RUT_USAGE;
}

static int run_scenario_often(const struct go_leg_options *options, const char *driver,
			      struct go_leg_scenario *scenario)
{
	static struct real_go_result result;
	static char error[REAL_GO_ERROR_SIZE];
	const struct real_go_options run_options = {
		.driver = driver,
		.scenario = &scenario->scenario,
		.time_limit_ms = options->time_limit_ms,
		.reader = options->reader,
	};
	for (unsigned i = 0; i < options->run_count; i++) {
		if (!real_go_run(&run_options, &result, error)) {
			fprintf(stderr, "%s: %s\n", scenario->path, error);
			return RUT_HARNESS;
		}
		scenario->observation.count_of[result.verdict.kind]++;
		if (result.verdict.kind != VERDICT_OK && scenario->evidence.kind == VERDICT_OK)
			scenario->evidence = result.verdict;
		scenario->disagreement_count += result.disagreement[0] != '\0';
		scenario->trace_count += result.sessions->count;
		scenario->event_count += result.event_count;
		scenario->run_time_us += result.run_time_us;
		if (scenario->disagreement[0] == '\0')
			memcpy(scenario->disagreement, result.disagreement,
			       sizeof scenario->disagreement);
	}
	return RUT_FINE;
}

static bool is_same_build(const struct go_build *left, const struct go_build *right)
{
	if (left->build != right->build || left->edit_count != right->edit_count)
		return false;
	for (size_t i = 0; i < left->edit_count; i++) {
		if (strcmp(left->edits[i], right->edits[i]) != 0)
			return false;
	}
	return true;
}

/* The driver of the last scenario, which most have in common: to see whether one is up to date
 * takes longer than some runs of it. */
struct built {
	bool is_there;
	struct go_build build;
	char driver[REAL_GO_PATH_SIZE];
};

static int run_one(const struct go_leg *leg, const struct go_leg_options *options,
		   struct go_leg_scenario *scenario, struct built *built)
{
	struct go_build build = go_build_of(&scenario->toolchain);
	int status = add_change(leg, options->change, &build);
	if (status == RUT_FINE && !(built->is_there && is_same_build(&built->build, &build))) {
		status = go_driver(options->toolchain, &build, built->driver);
		built->is_there = status == RUT_FINE;
		built->build = build;
	}
	if (status != RUT_FINE)
		return status;
	scenario->was_run = true;
	scenario->evidence = (struct verdict){.kind = VERDICT_OK};
	scenario->disagreement[0] = '\0';
	scenario->disagreement_count = 0;
	scenario->trace_count = 0;
	scenario->event_count = 0;
	scenario->run_time_us = 0;
	scenario->observation = (struct standing_observation){.expectations = &scenario->toolchain};
	return run_scenario_often(options, built->driver, scenario);
}

int go_leg_run(struct go_leg *leg, const struct go_leg_options *options,
	       struct standing_answer *ret_answer)
{
	struct standing_observation observations[GO_LEG_SCENARIO_COUNT_MAX];
	struct built built = {.is_there = false};
	size_t count = 0;
	for (size_t i = 0; i < leg->scenario_count; i++) {
		struct go_leg_scenario *scenario = &leg->scenarios[i];
		scenario->was_run = false;
		if (!standing_covers(&scenario->toolchain, options->toolchain->minor))
			continue;
		int status = run_one(leg, options, scenario, &built);
		if (status != RUT_FINE)
			return status;
		observations[count++] = scenario->observation;
		if (options->on_scenario != NULL)
			options->on_scenario(scenario);
	}
	*ret_answer = standing_tell(observations, count);
	return RUT_FINE;
}
