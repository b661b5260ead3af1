/* rut pin: a finding becomes a test that stays, in a folder of repro/. */
#include "rut/pin.h"

#include <argp.h>
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lock/lock_rank.h"
#include "perform/points.h"
#include "run/run.h"
#include "rut/command.h"
#include "rut/number.h"
#include "shrink/finding.h"

enum { OPTION_NAME = 256, OPTION_OPEN, OPTION_ROOT, OPTION_OTHER, OPTION_TARGET };

enum { ISSUE_MAX = 9999999 };

struct pin_command {
	const char *path;
	const char *target; /* of which PATH is an input; NULL: its name tells */
	const char *issue;
	const char *defect;
	const char *name;
	bool is_open;
	bool is_other_issue;
	struct pin pin;
};

static const struct argp_option argp_options[] = {
	{"defect", 'd', "NAME[:SETTING]", 0,
	 "The historic defect that it fails with (rut defects lists them)", 0},
	{"name", OPTION_NAME, "NAME", 0,
	 "Name the scenario by its situation: p-dies-while-tracing-is-off (default: from verdict "
	 "and place)",
	 0},
	{"open", OPTION_OPEN, NULL, 0,
	 "It fails in the runtime as it is: pin that, to be told when it is mended", 0},
	{"other-issue", OPTION_OTHER, NULL, 0,
	 "The defect is named after another issue than ISSUE, and this is right so", 0},
	{"target", OPTION_TARGET, "NAME", 0,
	 "FILE is an input of this target; default: what its name or its folder tells", 0},
	{"repro", OPTION_ROOT, "FOLDER", 0, "The pinned issues are there (default: repro)", 0},
	{0},
};

/* A letter or digit first, then also `-': what a file may be called here. */
static bool is_name(const char *name)
{
	bool is_fine = islower((unsigned char)name[0]) || isdigit((unsigned char)name[0]);
	for (const char *at = name; *at != '\0'; at++)
		is_fine = is_fine && (islower((unsigned char)*at) || isdigit((unsigned char)*at) ||
				      *at == '-');
	return is_fine && strlen(name) < PIN_NAME_SIZE_BYTES - 8;
}

static void set_defect(struct pin_command *command, const char *argument,
		       const struct argp_state *state)
{
	if (command->defect != NULL)
		argp_error(state, "an `expect' line names one defect, got %s too", argument);
	if (!defect_switch(argument))
		argp_error(state, "no defect or setting is called `%s'", argument);
	command->defect = argument;
}

static void take_argument(struct pin_command *command, const char *argument,
			  const struct argp_state *state)
{
	if (command->path == NULL) {
		command->path = argument;
		return;
	}
	if (command->issue != NULL)
		argp_error(state, "FILE and ISSUE are expected, got %s too", argument);
	command->issue = argument;
	const char *digits = strncmp(argument, "issue", 5) == 0 ? argument + 5 : argument;
	digits += *digits == '-' || *digits == '_';
	uint64_t issue;
	if (!number_read(digits, 1, ISSUE_MAX, &issue))
		argp_error(state, "ISSUE wants a number from 1 to %d, got `%s'", ISSUE_MAX,
			   argument);
	command->pin.issue = (unsigned long)issue;
}

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
	struct pin_command *command = state->input;
	switch (key) {
	case 'd':
		set_defect(command, argument, state);
		return 0;
	case OPTION_NAME:
		if (!is_name(argument))
			argp_error(state,
				   "--name wants lower case letters, digits and `-', got `%s'",
				   argument);
		command->name = argument;
		return 0;
	case OPTION_OPEN:
		command->is_open = true;
		return 0;
	case OPTION_OTHER:
		command->is_other_issue = true;
		return 0;
	case OPTION_TARGET:
		command->target = argument;
		return 0;
	case OPTION_ROOT:
		command->pin.root = argument;
		return 0;
	case ARGP_KEY_ARG:
		take_argument(command, argument, state);
		return 0;
	case ARGP_KEY_END:
		if (command->issue == NULL)
			argp_error(state,
				   "a scenario FILE and the number of an ISSUE are expected");
		if (command->is_open && command->defect != NULL)
			argp_error(state, "--open is about the runtime as it is, without a defect");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = argp_options,
	.parser = parse_option,
	.args_doc = "FILE|FOLDER ISSUE",
	.doc = "Makes the failing scenario in FILE, or in the FOLDER of a finding, a test that "
	       "stays: repro/issue-ISSUE with the scenario, what is expected of it under every "
	       "setting of the defect, a mark, a README.md with what is known, and `run'; and a "
	       "row in the "
	       "table of all. Before anything is written it must fail with the defect, twice and "
	       "in the same way, and not without. A folder that is there gets the scenario.\v"
	       "For example:\n"
	       "  rut shrink -d issue_65318 build/findings/1-trace-rejected-R2/input \\\n"
	       "    -o small.rut\n"
	       "  rut pin -d issue_65318 --name p-dies-while-off small.rut 65318\n"
	       "  repro/issue-65318/run\n\n"
	       "With --open it is pinned as it fails now, `expect default deadlock': the tree "
	       "stays green, and the test is red on the day on which somebody mends it, who then "
	       "writes `ok' there. A race is pinned by the build that sees it: "
	       "build/tsan/bin/rut pin.\n\n"
	       "Exit status: 0 written, 1 it does not fail as a pinned scenario must, 2 wrong "
	       "usage or unreadable FILE, 3 the folder could not be written.",
};

/* ---- Both ways ----------------------------------------------------------- */

static bool refuse(const struct pin_command *command, const char *why)
{
	fprintf(stderr, "%s: %s\n", command->pin.file.path, why);
	return false;
}

static void print_run(const struct pin_run *run, const char *remark)
{
	printf(" %-28s %s%s%s%s\n", run->setting,
	       run->is_done ? verdict_name(run->verdict.kind) : "kills its process",
	       run->verdict.rule[0] != '\0' ? " " : "", run->verdict.rule, remark);
}

/* What FILE says of the same setting is what it was found with. */
static bool is_as_the_file_says(const struct pin_command *command, const struct pin_run *run)
{
	const struct scenario_text *text = &command->pin.file.text;
	for (size_t i = 0; i < text->expectation_count; i++) {
		const struct scenario_expectation *expected = &text->expectations[i];
		const char *rule = run->verdict.kind == VERDICT_RACE ? run_race_judge()
								     : run->verdict.rule;
		if (strcmp(expected->setting, run->setting) != 0 ||
		    (strcmp(expected->verdict, verdict_name(run->verdict.kind)) == 0 &&
		     (expected->rule[0] == '\0' || strcmp(expected->rule, rule) == 0)))
			continue;
		fprintf(stderr, "%s: `expect %s %s %s' is not what it does now: %s %s\n",
			command->pin.file.path, expected->setting, expected->verdict,
			expected->rule, verdict_name(run->verdict.kind), rule);
		return false;
	}
	return true;
}

static bool fails_twice(struct pin_command *command, const char *setting)
{
	struct pin *pin = &command->pin;
	struct pin_run *first = &pin->runs[0], *second = &pin->runs[PIN_SETTING_COUNT_MAX];
	pin_run_once(pin, setting, first);
	pin->run_count = 1;
	print_run(first, "");
	if (!first->is_done)
		return refuse(command, "the run kills its process: the harness failed");
	if (first->verdict.kind == VERDICT_OK) {
		if (command->defect != NULL)
			return refuse(command, "does not fail, so there is nothing to pin");
		return refuse(command,
			      "does not fail in the runtime as it is; a historic defect is "
			      "switched on by -d, and a race is seen by build/tsan or "
			      "build/annotations alone");
	}
	pin_run_once(pin, setting, second);
	print_run(second, "   the second time");
	if (!second->is_done || !finding_is_same(&first->verdict, &second->verdict) ||
	    first->hash != second->hash || first->trace_hash != second->trace_hash)
		return refuse(command, "two runs are not the same: nothing that is pinned may "
				       "on chance");
	return is_as_the_file_says(command, first);
}

static bool run_other_settings(struct pin_command *command)
{
	struct pin *pin = &command->pin;
	enum defect defect = DEFECT_COUNT;
	unsigned count = 0;
	char name[PIN_SETTING_SIZE_BYTES], setting[PIN_SETTING_SIZE_BYTES];
	for (unsigned i = 0; i < DEFECT_COUNT; i++)
		if (defect_row((enum defect)i) == pin->defect)
			defect = (enum defect)i;
	while (defect_setting_name(defect, count, name, sizeof name))
		count++;
	/* The default, number 0, comes last. */
	for (unsigned i = 1; i <= count && pin->run_count < PIN_SETTING_COUNT_MAX; i++) {
		defect_setting_name(defect, i % count, name, sizeof name);
		snprintf(setting, sizeof setting, "%.30s:%.30s", pin->defect->name, name);
		if (strcmp(setting, pin->runs[0].setting) == 0)
			continue;
		struct pin_run *run = &pin->runs[pin->run_count++];
		pin_run_once(pin, setting, run);
		print_run(run, i == count ? "   the default" : "");
		if (!run->is_done)
			return refuse(command, "the run kills its process: the harness failed");
	}
	return !pin_fails_without(pin) ||
	       refuse(command, "fails without the defect too: that is another finding, or "
			       "the scenario needs more than that");
}

/* Where nothing is said, what a finding was found with. */
static bool take_defect(struct pin_command *command)
{
	struct scenario_file *file = &command->pin.file;
	if (command->is_open || command->defect != NULL || file->record.defect[0] == '\0')
		return true;
	command->defect = file->record.defect;
	return scenario_file_switch_defect(file, false);
}

/* A slip of the pen would file a test under an issue that it says nothing of. */
static bool is_of_issue(const struct pin_command *command)
{
	unsigned long issue;
	if (command->is_other_issue || command->defect == NULL ||
	    sscanf(command->defect, "issue_%lu", &issue) != 1 || issue == command->pin.issue)
		return true;
	fprintf(stderr, "%s: %s is a defect of issue %lu, not of %lu; --other-issue pins it so\n",
		command->pin.file.path, command->defect, issue, command->pin.issue);
	return false;
}

static bool try_both_ways(struct pin_command *command)
{
	struct pin *pin = &command->pin;
	char setting[PIN_SETTING_SIZE_BYTES] = "default";
	if (command->defect != NULL) {
		defect_reset();
		defect_switch(command->defect);
		snprintf(setting, sizeof setting, "%s", defect_switched_text());
		pin->defect = defect_row_named(command->defect);
	}
	if (command->defect != NULL && setting[0] == '\0')
		return refuse(command, "the setting given is the default, which has no defect");
	if (!fails_twice(command, setting))
		return false;
	if (command->defect != NULL)
		return run_other_settings(command);
	return command->is_open ||
	       refuse(command,
		      "fails in the runtime as it is: mend it, or pin it with --open until "
		      "somebody does");
}

/* A mark that FILE has already is somebody's choice. */
static bool choose_mark(struct pin_command *command)
{
	struct pin *pin = &command->pin;
	for (size_t i = 0; i < pin->file.text.mark_count; i++) {
		uint16_t point;
		bool is_hit = perform_points.id(pin->file.text.marks[i], &point);
		for (unsigned run = 0; is_hit && run < pin->run_count; run++)
			is_hit = pin->runs[run].pass_counts[point] > 0;
		if (!is_hit)
			continue;
		pin->mark = point;
		return true;
	}
	return pin_choose_mark(pin, &pin->mark) ||
	       refuse(command, "the runs have no yield point in common that could be a mark");
}

/* ---- The command --------------------------------------------------------- */

static void print_hint(const struct pin *pin, bool is_new_folder)
{
	printf("mark %s, passed %" PRIu32 " times under %s\n\n%s/issue-%lu/%s.rut%s\n",
	       lock_rank_point_name(pin->mark), pin->runs[0].pass_counts[pin->mark],
	       pin->runs[0].setting, pin->root, pin->issue, pin->name,
	       is_new_folder ? ", README.md and run, and a row in the table of all issues" : "");
	printf("%s/issue-%lu/run replays it, and so does `make test TESTS=repro'.\n"
	       "Now tell in its README.md what no tool knows: who met it, why it is wrong, what "
	       "the mend does%s.\n",
	       pin->root, pin->issue,
	       is_new_folder ? "" : "; and what this scenario adds to the others");
}

int rut_pin(int argc, char **argv)
{
	static struct pin_command command;
	memset(&command, 0, sizeof command);
	struct pin *pin = &command.pin;
	char table[PIN_PATH_SIZE_BYTES];
	bool is_new_folder;

	pin->root = "repro";
	argp_err_exit_status = RUT_USAGE;
	argp_parse(&argp, argc, argv, 0, NULL, &command);
	if (!scenario_file_load(command.path, command.target, &pin->file) ||
	    !scenario_file_is_simulated(&pin->file) || !take_defect(&command) ||
	    !is_of_issue(&command))
		return RUT_USAGE;
	snprintf(table, sizeof table, "%.4000s/README.md", pin->root);
	if (access(table, R_OK | W_OK) != 0) {
		fprintf(stderr,
			"%s: the table of pinned issues is expected there; run this at the "
			"top of the repository\n",
			table);
		return RUT_USAGE;
	}
	pin->runs = pin_runs_allocate(PIN_SETTING_COUNT_MAX + 1);
	if (!try_both_ways(&command) || !choose_mark(&command))
		return RUT_FINDING;
	if (command.name != NULL)
		snprintf(pin->name, sizeof pin->name, "%s", command.name);
	else
		pin_derive_name(pin);
	if (pin_name_is_taken(pin)) {
		fprintf(stderr,
			"%s/issue-%lu/%s.rut is there already; --name gives it another name\n",
			pin->root, pin->issue, pin->name);
		return RUT_USAGE;
	}
	if (!pin_write_files(pin, &is_new_folder))
		return RUT_HARNESS;
	print_hint(pin, is_new_folder);
	return RUT_FINE;
}
