/* rut go check: how a real toolchain stands to a pinned issue. */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rut/command.h"
#include "rut/number.h"
#include "rut_go/go_command.h"
#include "rut_go/go_leg.h"
#include "rut_go/go_toolchain.h"

enum { OPTION_GO = 256, OPTION_FIX, OPTION_UNFIX };

enum {
	RUN_COUNT_DEFAULT = 10,
	/* Pinned scenarios take some ten milliseconds, and every run that hangs takes all of it. */
	RUN_TIME_MAX_MS = 10000,
};

struct check_command {
	const char *folder;
	const char *go[GO_TOOLCHAIN_COUNT_MAX];
	size_t go_count;
	enum go_leg_change change;
	unsigned run_count;
};

static const struct argp_option argp_options[] = {
	{"go", OPTION_GO, "GO", 0,
	 "The go command of the toolchain, may be given several times; default: the newest found",
	 0},
	{"fix", OPTION_FIX, NULL, 0, "With the edit issue-N-fix of the toolchain's runtime", 0},
	{"unfix", OPTION_UNFIX, NULL, 0, "With the edit issue-N-unfix", 0},
	{"runs", 'n', "RUNS", 0, "Run each scenario so many times; default 10", 0},
	{0},
};

static void change(struct check_command *command, enum go_leg_change change,
		   struct argp_state *state)
{
	if (command->change != GO_LEG_AS_IT_IS && command->change != change)
		argp_error(state, "--fix or --unfix is expected, not both");
	command->change = change;
}

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
	struct check_command *command = state->input;
	switch (key) {
	case OPTION_GO:
		if (command->go_count == GO_TOOLCHAIN_COUNT_MAX)
			argp_error(state, "at most %d toolchains are expected",
				   GO_TOOLCHAIN_COUNT_MAX);
		command->go[command->go_count++] = argument;
		return 0;
	case OPTION_FIX:
		change(command, GO_LEG_FIX, state);
		return 0;
	case OPTION_UNFIX:
		change(command, GO_LEG_UNFIX, state);
		return 0;
	case 'n':
		command->run_count = (unsigned)number_parse(argument, "runs", 1, 100000, state);
		return 0;
	case ARGP_KEY_ARG:
		if (command->folder != NULL)
			argp_error(state, "one FOLDER is expected, got %s too", argument);
		command->folder = argument;
		return 0;
	case ARGP_KEY_END:
		if (command->folder == NULL)
			argp_error(state, "a FOLDER with scenarios is expected");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = argp_options,
	.parser = parse_option,
	.args_doc = "FOLDER",
	.doc = "Runs the scenarios of a pinned issue (FOLDER: repro/issue-N) that say something of "
	       "the toolchain, and tells whether it is broken, fixed, or has an incomplete fix.\v"
	       "Exit status: 0 fixed, or the issue is none of this version's, 1 broken or "
	       "incomplete, 2 wrong usage, an unreadable scenario or an unusable toolchain, 3 "
	       "inconclusive, or the harness failed.",
};

/* ---- What is printed ----------------------------------------------------- */

static const char *expected_name(const struct scenario_toolchain *toolchain,
				 enum scenario_standing standing)
{
	const char *name = toolchain->expected[standing];
	return name[0] == '\0' ? verdict_name(VERDICT_OK) : name;
}

static void print_scenario(const struct go_leg_scenario *scenario)
{
	const struct verdict *evidence = &scenario->evidence;
	const char *blanks = "";
	printf(" %-52s %-16s", scenario->name,
	       expected_name(&scenario->toolchain, SCENARIO_BROKEN));
	for (int i = 0; i < VERDICT_COUNT; i++) {
		if (scenario->observation.count_of[i] == 0)
			continue;
		printf("%s%s %u", blanks, verdict_name((enum verdict_kind)i),
		       scenario->observation.count_of[i]);
		blanks = "   ";
	}
	printf("\n");
	if (evidence->kind != VERDICT_OK) {
		printf("     %s%s%s\n", evidence->rule, evidence->rule[0] == '\0' ? "" : ": ",
		       evidence->where);
		/* What a process said first is what `where' begins with. */
		size_t length = strcspn(evidence->text, "\n");
		if (strncmp(evidence->where, evidence->text, length) != 0)
			printf("     %.*s\n", (int)length, evidence->text);
	}
	if (scenario->disagreement[0] != '\0')
		printf("     the judges disagree: %s\n", scenario->disagreement);
	fflush(stdout);
}

/* Why it is of no standing: the first scenario that does not fit each. */
static void print_misfits(const struct go_leg *leg)
{
	for (int standing = 0; standing < SCENARIO_STANDING_COUNT; standing++) {
		for (size_t i = 0; i < leg->scenario_count; i++) {
			const struct go_leg_scenario *scenario = &leg->scenarios[i];
			enum scenario_standing supposed = (enum scenario_standing)standing;
			if (!scenario->was_run || standing_fits(&scenario->observation, supposed))
				continue;
			printf("  not %s: %s would be %s\n", scenario_standing_names[standing],
			       scenario->name, expected_name(&scenario->toolchain, supposed));
		}
	}
}

static const char *change_text(enum go_leg_change change)
{
	static const char *const texts[] = {
		[GO_LEG_AS_IT_IS] = "",
		[GO_LEG_FIX] = " with the fix put in",
		[GO_LEG_UNFIX] = " with the fix taken out",
	};
	return texts[change];
}

static int print_answer(const struct check_command *command, const struct go_leg *leg,
			const struct real_go_toolchain *toolchain, struct standing_answer answer)
{
	if (answer.kind == STANDING_INCONCLUSIVE)
		print_misfits(leg);
	printf("%s%s: issue %s: ", toolchain->version, change_text(command->change),
	       leg->issue[0] == '\0' ? command->folder : leg->issue);
	switch (answer.kind) {
	case STANDING_NOT_APPLICABLE:
		printf("not applicable: no scenario tells anything of Go 1.%u\n", toolchain->minor);
		return RUT_FINE;
	case STANDING_INCONCLUSIVE:
		printf("inconclusive: what was seen is what neither a broken, an incomplete nor a "
		       "fixed one does\n");
		return RUT_HARNESS;
	case STANDING_TOLD:
		break;
	}
	bool has_disagreement = false;
	for (size_t i = 0; i < leg->scenario_count; i++)
		has_disagreement |= leg->scenarios[i].was_run &&
				    leg->scenarios[i].disagreement_count > 0;
	printf("%s%s\n", scenario_standing_names[answer.standing],
	       has_disagreement ? ", but the judges disagree about a trace" : "");
	return answer.standing == SCENARIO_FIXED && !has_disagreement ? RUT_FINE : RUT_FINDING;
}

/* ---- One toolchain ------------------------------------------------------- */

static bool is_covered(const struct go_leg *leg, const struct real_go_toolchain *toolchain)
{
	for (size_t i = 0; i < leg->scenario_count; i++) {
		if (standing_covers(&leg->scenarios[i].toolchain, toolchain->minor))
			return true;
	}
	return false;
}

static int check_toolchain(const struct check_command *command, struct go_leg *leg, const char *go)
{
	struct real_go_toolchain toolchain;
	struct standing_answer answer = {.kind = STANDING_NOT_APPLICABLE};
	int status = go_choose(go, &toolchain);
	if (status != RUT_FINE)
		return status;
	if (!is_covered(leg, &toolchain))
		return print_answer(command, leg, &toolchain, answer);
	struct real_go_reader *reader = go_reader(&toolchain);
	const struct go_leg_options options = {
		.toolchain = &toolchain,
		.reader = reader,
		.change = command->change,
		.run_count = command->run_count,
		.time_limit_ms = RUN_TIME_MAX_MS,
		.on_scenario = print_scenario,
	};
	printf("%s%s, %u runs each, judged by our oracle%s%s\n", toolchain.version,
	       change_text(command->change), command->run_count,
	       reader == NULL ? "" : " and the reader of ",
	       reader == NULL ? "" : real_go_reader_version(reader));
	printf(" %-52s %-16s%s\n", "scenario", "if broken", "seen");
	status = go_leg_run(leg, &options, &answer);
	real_go_reader_stop(reader);
	return status == RUT_FINE ? print_answer(command, leg, &toolchain, answer) : status;
}

int rut_go_check(int argc, char **argv)
{
	static struct go_leg leg;
	struct check_command command = {.run_count = RUN_COUNT_DEFAULT};
	argp_err_exit_status = RUT_USAGE;
	argp_parse(&argp, argc, argv, 0, NULL, &command);
	int status = go_leg_load(command.folder, &leg);
	if (status != RUT_FINE)
		return status;
	if (leg.scenario_count == 0) {
		fprintf(stderr, "%s: a scenario with a line `toolchain' is expected\n",
			command.folder);
		return RUT_USAGE;
	}
	if (command.go_count == 0)
		return check_toolchain(&command, &leg, NULL);
	for (size_t i = 0; i < command.go_count; i++) {
		int status_here = check_toolchain(&command, &leg, command.go[i]);
		if (status_here == RUT_USAGE)
			return status_here;
		status = status_here > status ? status_here : status;
	}
	return status;
}
