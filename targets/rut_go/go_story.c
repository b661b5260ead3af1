/* rut go story: the same script on our runtime and on real toolchains, and the stories that their
 * traces tell. */
#include <argp.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "perform/points.h"
#include "real_go/difference.h"
#include "real_go/standing.h"
#include "real_go/toolchain.h"
#include "rut/command.h"
#include "rut/number.h"
#include "rut/scenario_file.h"
#include "rut_go/go_command.h"
#include "rut_go/go_story_pair.h"
#include "rut_go/go_story_random.h"
#include "rut_go/go_toolchain.h"
#include "scenario/load.h"

enum {
	OPTION_GO = 256,
	OPTION_PRINT,
	OPTION_DIFFERENCES,
	OPTION_RANDOM,
	OPTION_SEED,
	RUN_COUNT_DEFAULT = 5,
	SCRIPT_COUNT_MAX = 256,
	NAME_WIDTH = 34,
	CELL_WIDTH = 13,
};

struct story_command {
	const char *go[GO_TOOLCHAIN_COUNT_MAX];
	size_t go_count;
	struct real_go_toolchain toolchains[GO_TOOLCHAIN_COUNT_MAX];
	char drivers[GO_TOOLCHAIN_COUNT_MAX][REAL_GO_PATH_SIZE];
	size_t toolchain_count;
	char scripts[SCRIPT_COUNT_MAX][REAL_GO_PATH_SIZE];
	size_t script_count;
	unsigned run_count;
	unsigned random_count;
	unsigned first_seed;
	bool tells_all; /* the default scripts */
	bool prints_stories;
	bool lists_differences;
	bool is_listed[GO_STORY_RULE_COUNT_MAX]; /* by number: rows that explained a line */
	unsigned pair_count, same_count;
};

static const struct argp_option argp_options[] = {
	{"go", OPTION_GO, "GO", 0,
	 "The go command of a toolchain, may be given several times; default: of each minor "
	 "version from 1.22 on the newest that is found",
	 0},
	{"runs", 'n', "RUNS", 0, "Run each script so many times on each toolchain; default 5", 0},
	{"random", OPTION_RANDOM, "COUNT", 0, "Tell so many random scripts", 0},
	{"seed", OPTION_SEED, "SEED", 0, "Of the first random script; default 1", 0},
	{"print", OPTION_PRINT, NULL, 0, "Print the stories too", 0},
	{"differences", OPTION_DIFFERENCES, NULL, 0, "List the known differences and end", 0},
	{0},
};

/* ---- Which scripts ------------------------------------------------------- */

static void add_script(struct story_command *command, const char *folder, const char *name)
{
	if (command->script_count == SCRIPT_COUNT_MAX) {
		fprintf(stderr, "rut go story: more than %d scripts\n", SCRIPT_COUNT_MAX);
		exit(RUT_USAGE);
	}
	int length = snprintf(command->scripts[command->script_count++], REAL_GO_PATH_SIZE,
			      "%s%s%s", folder, *folder == '\0' ? "" : "/", name);
	if (length >= REAL_GO_PATH_SIZE) {
		fprintf(stderr, "rut go story: %s: a shorter path is expected\n", name);
		exit(RUT_USAGE);
	}
}

static int is_script(const struct dirent *entry)
{
	return scenario_file_is_text(entry->d_name);
}

static void add_folder(struct story_command *command, const char *folder)
{
	struct dirent **entries;
	int count = scandir(folder, &entries, is_script, alphasort);
	if (count <= 0) {
		fprintf(stderr, "rut go story: %s: %s\n", folder,
			count == 0 ? "a folder with scripts (*.rut) is expected" : strerror(errno));
		exit(RUT_USAGE);
	}
	for (int i = 0; i < count; i++) {
		add_script(command, folder, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
}

static void add_default_folder(struct story_command *command)
{
	char root[REAL_GO_PATH_SIZE], folder[REAL_GO_PATH_SIZE + 32], error[REAL_GO_ERROR_SIZE];
	if (!toolchain_root(root, error)) {
		fprintf(stderr, "%s\n", error);
		exit(RUT_HARNESS);
	}
	snprintf(folder, sizeof folder, "%s/corpus/story", root);
	add_folder(command, folder);
	command->tells_all = true;
}

/* ---- Arguments ----------------------------------------------------------- */

static void add_argument(struct story_command *command, const char *argument,
			 struct argp_state *state)
{
	struct stat status;
	if (stat(argument, &status) != 0)
		argp_error(state, "%s: no such file or folder", argument);
	if (S_ISDIR(status.st_mode))
		add_folder(command, argument);
	else
		add_script(command, "", argument);
}

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
	struct story_command *command = state->input;
	switch (key) {
	case OPTION_GO:
		if (command->go_count == GO_TOOLCHAIN_COUNT_MAX)
			argp_error(state, "at most %d toolchains are expected",
				   GO_TOOLCHAIN_COUNT_MAX);
		command->go[command->go_count++] = argument;
		return 0;
	case OPTION_RANDOM:
		command->random_count = (unsigned)number_parse(argument, "random", 1, 1000000,
							       state);
		return 0;
	case OPTION_SEED:
		command->first_seed = (unsigned)number_parse(argument, "seed", 1, UINT32_MAX,
							     state);
		return 0;
	case OPTION_PRINT:
		command->prints_stories = true;
		return 0;
	case OPTION_DIFFERENCES:
		command->lists_differences = true;
		return 0;
	case 'n':
		command->run_count = (unsigned)number_parse(argument, "runs", 1, 100000, state);
		return 0;
	case ARGP_KEY_ARG:
		add_argument(command, argument, state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = argp_options,
	.parser = parse_option,
	.args_doc = "[FILE|FOLDER...]",
	.doc = "Runs scripts in which only one goroutine acts at a time (default: those of "
	       "corpus/story) on our runtime, in the form of each toolchain's release, and on the "
	       "toolchain, and compares what their traces tell, generation by generation.\v"
	       "Exit status: 0 the same but for listed differences, 1 a difference, 2 wrong usage, "
	       "an unreadable script or an unusable toolchain, 3 the harness failed. A script that "
	       "says another first version (`toolchain 1.23 plain') is left out before it.",
};

/* ---- Which toolchains ---------------------------------------------------- */

static int choose_toolchains(struct story_command *command)
{
	static struct real_go_toolchain found[GO_TOOLCHAIN_COUNT_MAX];
	for (size_t i = 0; i < command->go_count; i++) {
		int status = go_choose(command->go[i], &command->toolchains[i]);
		if (status != RUT_FINE)
			return status;
	}
	command->toolchain_count = command->go_count;
	if (command->go_count > 0)
		return RUT_FINE;
	size_t count = real_go_find(found, GO_TOOLCHAIN_COUNT_MAX);
	for (size_t i = 0; i < count; i++) {
		/* They come oldest first. */
		bool is_newest = i + 1 == count || found[i + 1].minor != found[i].minor;
		if (is_newest && story_form_for(found[i].minor) != NULL)
			command->toolchains[command->toolchain_count++] = found[i];
	}
	if (command->toolchain_count > 0)
		return RUT_FINE;
	fprintf(stderr, "no Go 1.22 or newer is here: `ci/toolchains --install' gets some, --go "
			"names one\n");
	return RUT_USAGE;
}

/* All scripts have the same driver, the plain one. */
static int build_drivers(struct story_command *command)
{
	const struct go_build plain = {.build = SCENARIO_BUILD_PLAIN};
	int status = RUT_FINE;
	for (size_t i = 0; i < command->toolchain_count && status == RUT_FINE; i++)
		status = go_driver(&command->toolchains[i], &plain, command->drivers[i]);
	return status;
}

/* ---- The table ----------------------------------------------------------- */

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash == NULL ? path : slash + 1;
}

static void print_head(const struct story_command *command)
{
	printf(" %-*s", NAME_WIDTH, "script");
	for (size_t i = 0; i < command->toolchain_count; i++)
		printf(" %-*s", CELL_WIDTH, command->toolchains[i].version);
	printf("\n");
}

static void print_cell(const struct story_command *command, const struct go_story_pair *pair)
{
	char cell[128];
	int length = 0;
	if (pair->answer != GO_STORY_SAME) {
		snprintf(cell, sizeof cell, "%s",
			 pair->answer == GO_STORY_DIFFERENT ? "DIFFERENT" : "UNTOLD");
	} else {
		length = snprintf(cell, sizeof cell, "%s",
				  pair->listed_count == 0 ? "same" : "listed");
		for (unsigned i = 0; i < pair->listed_count && length < CELL_WIDTH; i++)
			length += snprintf(cell + length, sizeof cell - (size_t)length, " %u",
					   pair->listed[i]);
		if (pair->same_count < command->run_count)
			snprintf(cell + length, sizeof cell - (size_t)length, " %u/%u",
				 pair->same_count, command->run_count);
	}
	printf(" %-*s", CELL_WIDTH, cell);
	fflush(stdout);
}

static void print_details(const struct story_command *command,
			  const struct real_go_toolchain *toolchain,
			  const struct go_story_pair *pair)
{
	bool is_steady = pair->answer == GO_STORY_SAME && pair->same_count == command->run_count;
	if (is_steady && !command->prints_stories)
		return;
	printf("  %s: %u of %u runs tell our story%s%s\n", toolchain->version, pair->same_count,
	       command->run_count, *pair->why == '\0' ? "" : "; ", pair->why);
	if (command->prints_stories)
		printf("ours:\n%stheirs:\n%s", pair->ours == NULL ? "" : pair->ours,
		       pair->theirs == NULL ? "" : pair->theirs);
	if (!is_steady && pair->ours != NULL && pair->theirs != NULL)
		go_story_print_difference(pair, toolchain->minor);
}

/* ---- One script ---------------------------------------------------------- */

static int tell_pair(struct story_command *command, size_t toolchain,
		     const struct scenario *scenario, struct go_story_pair *ret_pair)
{
	char error[REAL_GO_ERROR_SIZE];
	const struct go_story_options options = {
		.toolchain = &command->toolchains[toolchain],
		.driver = command->drivers[toolchain],
		.scenario = scenario,
		.run_count = command->run_count,
		.time_limit_ms = GO_RUN_TIME_MAX_MS,
	};
	if (!go_story_tell_pair(&options, ret_pair, error)) {
		fprintf(stderr, "%s\n", error);
		return RUT_HARNESS;
	}
	command->pair_count++;
	command->same_count += ret_pair->answer == GO_STORY_SAME;
	for (unsigned i = 0; i < ret_pair->listed_count; i++) {
		if (ret_pair->listed[i] < GO_STORY_RULE_COUNT_MAX)
			command->is_listed[ret_pair->listed[i]] = true;
	}
	return RUT_FINE;
}

static int load_script(const char *path, struct scenario *ret_scenario,
		       struct scenario_text *ret_text)
{
	char error[SCENARIO_ERROR_SIZE];
	if (!scenario_load(path, &perform_points, ret_scenario, ret_text, error, sizeof error)) {
		fprintf(stderr, "%s\n", error);
		return RUT_USAGE;
	}
	if (ret_text->toolchain.build != SCENARIO_BUILD_PLAIN ||
	    ret_text->toolchain.edit_count > 0) {
		fprintf(stderr, "%s: `toolchain ... plain' without edits is expected of a story\n",
			path);
		return RUT_USAGE;
	}
	const char *need = scenario_toolchain_need(ret_scenario);
	if (need == NULL)
		return RUT_FINE;
	fprintf(stderr, "%s: %s: only a real toolchain has it, so there is no story to compare\n",
		path, need);
	return RUT_USAGE;
}

/* The script itself goes with a difference where no file has it: TEXT is then to be printed. */
static int tell_script(struct story_command *command, const char *name,
		       const struct scenario *scenario, const struct scenario_text *text,
		       bool prints_script)
{
	static struct go_story_pair pairs[GO_TOOLCHAIN_COUNT_MAX];
	static char script[SCENARIO_TEXT_SIZE_MAX];
	bool is_told[GO_TOOLCHAIN_COUNT_MAX];
	unsigned same_count = command->same_count, pair_count = command->pair_count;
	printf(" %-*s", NAME_WIDTH, name);
	for (size_t i = 0; i < command->toolchain_count; i++) {
		is_told[i] = !text->toolchain.is_given ||
			     standing_covers(&text->toolchain, command->toolchains[i].minor);
		if (!is_told[i]) {
			printf(" %-*s", CELL_WIDTH, "-");
			continue;
		}
		int status = tell_pair(command, i, scenario, &pairs[i]);
		if (status != RUT_FINE)
			return status;
		print_cell(command, &pairs[i]);
	}
	printf("\n");
	for (size_t i = 0; i < command->toolchain_count; i++) {
		if (!is_told[i])
			continue;
		print_details(command, &command->toolchains[i], &pairs[i]);
		go_story_free_pair(&pairs[i]);
	}
	if (prints_script && command->same_count - same_count < command->pair_count - pair_count) {
		scenario_print(scenario, text, &perform_points, script);
		printf("%s", script);
	}
	return RUT_FINE;
}

static int tell_file(struct story_command *command, const char *path)
{
	static struct scenario scenario;
	static struct scenario_text text;
	int status = load_script(path, &scenario, &text);
	return status == RUT_FINE ? tell_script(command, base_name(path), &scenario, &text, false)
				  : status;
}

static int tell_random(struct story_command *command, unsigned seed)
{
	static struct scenario scenario;
	static struct scenario_text text;
	char name[64];
	snprintf(name, sizeof name, "random, seed %u", seed);
	go_story_random(seed, &scenario, &text);
	return tell_script(command, name, &scenario, &text, true);
}

/* ---- All of it ----------------------------------------------------------- */

/* Rows that explained nothing although all scripts were told: they would hide something one day. */
static unsigned print_stale_differences(const struct story_command *command)
{
	unsigned count = 0;
	for (size_t i = 0; i < story_difference_count; i++) {
		const struct story_difference *row = &story_differences[i];
		bool is_covered = false;
		for (size_t t = 0; t < command->toolchain_count; t++)
			is_covered |= command->toolchains[t].minor >= row->minor_first &&
				      command->toolchains[t].minor <= row->minor_last;
		if (!is_covered || command->is_listed[row->number % GO_STORY_RULE_COUNT_MAX])
			continue;
		printf("difference %u is in no story any more: its row in difference.def goes\n",
		       row->number);
		count++;
	}
	return count;
}

static void print_difference(const struct story_difference *row)
{
	printf("%u  only %s tells `%s'%s%s, beside Go 1.%u", row->number,
	       row->side == STORY_SIDE_OURS ? "ours" : "theirs", row->beginning,
	       *row->part == '\0' ? "" : " with ", row->part, row->minor_first);
	if (row->minor_last == STORY_MINOR_NEWEST)
		printf(" and later");
	else if (row->minor_last > row->minor_first)
		printf(" to 1.%u", row->minor_last);
	printf(": %s\n", row->reason);
}

static void print_differences(const struct story_command *command, bool lists_all)
{
	for (size_t i = 0; i < story_difference_count; i++) {
		const struct story_difference *row = &story_differences[i];
		if (lists_all || command->is_listed[row->number % GO_STORY_RULE_COUNT_MAX])
			print_difference(row);
	}
}

int rut_go_story(int argc, char **argv)
{
	static struct story_command command = {.run_count = RUN_COUNT_DEFAULT, .first_seed = 1};
	argp_err_exit_status = RUT_USAGE;
	argp_parse(&argp, argc, argv, 0, NULL, &command);
	if (command.lists_differences) {
		print_differences(&command, true);
		return RUT_FINE;
	}
	if (command.script_count == 0 && command.random_count == 0)
		add_default_folder(&command);
	int status = choose_toolchains(&command);
	if (status == RUT_FINE)
		status = build_drivers(&command);
	if (status != RUT_FINE)
		return status;
	print_head(&command);
	for (size_t i = 0; i < command.script_count; i++) {
		status = tell_file(&command, command.scripts[i]);
		if (status != RUT_FINE)
			return status;
	}
	for (unsigned i = 0; i < command.random_count; i++) {
		status = tell_random(&command, command.first_seed + i);
		if (status != RUT_FINE)
			return status;
	}
	print_differences(&command, false);
	unsigned stale_count = command.tells_all ? print_stale_differences(&command) : 0;
	printf("%u of %u the same\n", command.same_count, command.pair_count);
	return command.same_count == command.pair_count && stale_count == 0 ? RUT_FINE
									    : RUT_FINDING;
}
