/* rut check: scenarios with expectations, each under every setting that it names. */
#include <argp.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/defect.h"
#include "host/point.h"
#include "perform/points.h"
#include "run/run.h"
#include "rut/command.h"
#include "rut/scenario_file.h"
#include "scenario/load.h"

enum { PATH_COUNT_MAX = 1024, PATH_SIZE_BYTES = 1024 };

struct check_command {
	char paths[PATH_COUNT_MAX][PATH_SIZE_BYTES];
	size_t path_count;
	unsigned checked_count;
	unsigned met_count;
	unsigned toolchain_count; /* scenarios that only real toolchains run */
	unsigned unseen_count;    /* expected races that this build cannot see */
	bool is_quiet;
};

static const struct argp_option argp_options[] = {
	{"quiet", 'q', NULL, 0, "Print only what is not as expected, and the count", 0},
	{0},
};

/* ---- Which files --------------------------------------------------------- */

static void add_path(struct check_command *command, const char *folder, const char *name)
{
	if (command->path_count == PATH_COUNT_MAX) {
		fprintf(stderr, "rut check: more than %d scenarios\n", PATH_COUNT_MAX);
		exit(RUT_USAGE);
	}
	snprintf(command->paths[command->path_count++], PATH_SIZE_BYTES, "%s%s%s", folder,
		 *folder == '\0' ? "" : "/", name);
}

static void add_folder(struct check_command *command, const char *folder)
{
	struct dirent **entries;
	int count = scandir(folder, &entries, NULL, alphasort);
	for (int i = 0; i < count; i++) {
		if (scenario_file_is_text(entries[i]->d_name))
			add_path(command, folder, entries[i]->d_name);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
}

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
	struct check_command *command = state->input;
	struct stat status;
	switch (key) {
	case 'q':
		command->is_quiet = true;
		return 0;
	case ARGP_KEY_ARG:
		if (stat(argument, &status) != 0)
			argp_error(state, "%s: no such file or folder", argument);
		if (S_ISDIR(status.st_mode))
			add_folder(command, argument);
		else
			add_path(command, "", argument);
		return 0;
	case ARGP_KEY_END:
		if (command->path_count == 0)
			argp_error(state,
				   "a scenario, or a folder with scenarios (*.rut), is expected");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = argp_options,
	.parser = parse_option,
	.args_doc = "FILE|FOLDER...",
	.doc = "Runs each scenario once for each of its `expect' lines, with the setting of the "
	       "defect that the line names, and compares verdict and rule; the marks must be "
	       "reached every time. A race is expected with the build that sees it, as in `expect "
	       "issue_65207:defect race annotations', and checked there alone, in the "
	       "place of what other builds see under that setting.\v"
	       "Exit status: 0 all as expected, 1 not, 2 wrong usage or an unreadable scenario.",
};

/* ---- One expectation ----------------------------------------------------- */

static const char *missed_mark(const struct scenario_text *text, const bool *point_is_reached)
{
	for (size_t i = 0; i < text->mark_count; i++) {
		uint16_t number;
		if (!perform_points.id(text->marks[i], &number) || !point_is_reached[number])
			return text->marks[i];
	}
	return NULL;
}

static bool switch_defect(const char *path, const char *setting)
{
	defect_reset();
	if (strcmp(setting, "default") == 0 || defect_switch(setting))
		return true;
	fprintf(stderr, "%s: no defect or setting is called `%s'; `rut defects' lists them\n", path,
		setting);
	return false;
}

static void check_expectation(struct check_command *command, const char *path,
			      const struct scenario *scenario, const struct scenario_text *text,
			      const struct scenario_expectation *expected)
{
	static struct run_result result;
	static bool point_is_reached[POINT_LIMIT];
	memset(point_is_reached, 0, sizeof point_is_reached);
	struct run_options options = run_options_for(scenario);
	options.point_is_reached = point_is_reached;
	run_scenario(&options, &result);

	const struct verdict *verdict = &result.verdict;
	const char *missed = missed_mark(text, point_is_reached);
	bool is_met = strcmp(verdict_name(verdict->kind), expected->verdict) == 0 &&
		      (expected->rule[0] == '\0' || verdict->kind == VERDICT_RACE ||
		       strcmp(verdict->rule, expected->rule) == 0) &&
		      missed == NULL;
	command->checked_count++;
	command->met_count += is_met;
	if (is_met && command->is_quiet)
		return;
	printf(" %-52s %-24s %s%s%s", scenario_file_name(path), expected->setting,
	       verdict_name(verdict->kind), *verdict->rule != '\0' ? " " : "", verdict->rule);
	if (!is_met)
		printf("   EXPECTED %s %s%s%s", expected->verdict, expected->rule,
		       missed != NULL ? ", not reached: " : "", missed != NULL ? missed : "");
	printf("\n");
	if (!is_met)
		printf("   %s\n", verdict->text);
}

/* A race is seen by one build alone, which the line names in the place of a rule. */
static bool names_a_judge(const char *path, const struct scenario_expectation *expected)
{
	if (strcmp(expected->verdict, verdict_name(VERDICT_RACE)) != 0 ||
	    strcmp(expected->rule, "tsan") == 0 || strcmp(expected->rule, "annotations") == 0)
		return true;
	fprintf(stderr, "%s: `expect %s race' wants who sees it, tsan or annotations, got `%s'\n",
		path, expected->setting, expected->rule);
	return false;
}

static bool is_unseen(const struct scenario_expectation *expected)
{
	return strcmp(expected->verdict, verdict_name(VERDICT_RACE)) == 0 &&
	       strcmp(expected->rule, run_race_judge()) != 0;
}

/* Where this build sees a race, that comes before whatever other builds see under the setting. */
static bool is_overtaken(const struct scenario_text *text,
			 const struct scenario_expectation *expected)
{
	for (size_t i = 0; i < text->expectation_count; i++) {
		const struct scenario_expectation *other = &text->expectations[i];
		if (other != expected && strcmp(other->setting, expected->setting) == 0 &&
		    strcmp(other->verdict, verdict_name(VERDICT_RACE)) == 0 && !is_unseen(other))
			return true;
	}
	return false;
}

static int check_file(struct check_command *command, const char *path)
{
	static struct scenario scenario;
	static struct scenario_text text;
	static char error[SCENARIO_ERROR_SIZE];
	if (!scenario_load(path, &perform_points, &scenario, &text, error, sizeof error)) {
		fprintf(stderr, "%s\n", error);
		return RUT_USAGE;
	}
	if (text.expectation_count == 0 && text.toolchain.is_given) {
		command->toolchain_count++;
		return RUT_FINE;
	}
	if (text.expectation_count == 0) {
		fprintf(stderr, "%s: an `expect' line is expected\n", path);
		return RUT_USAGE;
	}
	const char *need = scenario_toolchain_need(&scenario);
	if (need != NULL) {
		fprintf(stderr,
			"%s: %s: only a real toolchain has it, so there can be no `expect'\n", path,
			need);
		return RUT_USAGE;
	}
	for (size_t i = 0; i < text.expectation_count; i++) {
		if (!switch_defect(path, text.expectations[i].setting) ||
		    !names_a_judge(path, &text.expectations[i]))
			return RUT_USAGE;
		if (is_unseen(&text.expectations[i]))
			command->unseen_count++;
		else if (!is_overtaken(&text, &text.expectations[i]))
			check_expectation(command, path, &scenario, &text, &text.expectations[i]);
	}
	return RUT_FINE;
}

int rut_check(int argc, char **argv)
{
	static struct check_command command;
	argp_err_exit_status = RUT_USAGE;
	argp_parse(&argp, argc, argv, 0, NULL, &command);
	for (size_t i = 0; i < command.path_count; i++) {
		int status = check_file(&command, command.paths[i]);
		if (status != RUT_FINE)
			return status;
	}
	if (command.unseen_count > 0)
		printf("%u expected of another build, which judges that race: not checked in this "
		       "one\n",
		       command.unseen_count);
	if (command.toolchain_count > 0)
		printf("%u for real toolchains only: `rut go check'\n", command.toolchain_count);
	printf("%u of %u as expected\n", command.met_count, command.checked_count);
	return command.met_count == command.checked_count ? RUT_FINE : RUT_FINDING;
}
