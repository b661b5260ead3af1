/* rut exhaust: small protocols through every order of their steps. */
#include <argp.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/defect.h"
#include "exhaust/world.h"
#include "judge/judge.h"
#include "lock/lock_rank.h"
#include "run/run.h"
#include "rut/command.h"
#include "rut/number.h"

enum { WORLD_COUNT_MAX = 64, OPTION_CONTROLS = 256, OPTION_REDUCTION };

static const double progress_period_s = 2;

struct exhaust_command {
	const struct world *worlds[WORLD_COUNT_MAX];
	unsigned world_count;
	uint64_t execution_count_max;
	enum exhaust_reduction reduction;
	bool runs_controls;
	bool lists;
};

static const struct argp_option argp_options[] = {
	{"defect", 'd', "DEFECT[:SETTING]", 0, "Switch a defect on (repeatable)", 0},
	{"limit", 'n', "COUNT", 0, "Give up after COUNT executions of a world", 0},
	{"controls", OPTION_CONTROLS, NULL, 0,
	 "Then each world again under each of its controls: defects that have to make it fail", 0},
	{"reduction", OPTION_REDUCTION, "races|sleep|plain", 0,
	 "How orders are left out that say nothing new (default races); the others are slower, to "
	 "compare with",
	 0},
	{"list", 'l', NULL, 0, "List the worlds", 0},
	{0},
};

static bool add_world(struct exhaust_command *command, const char *name)
{
	bool is_known = false;
	for (const struct world *const *world = worlds; *world != NULL; world++) {
		if (name == NULL ? (*world)->is_long && !command->lists
				 : strcmp((*world)->name, name) != 0)
			continue;
		is_known = true;
		if (command->world_count < WORLD_COUNT_MAX)
			command->worlds[command->world_count++] = *world;
	}
	return is_known;
}

static enum exhaust_reduction parse_reduction(const char *text, const struct argp_state *state)
{
	static const char *const names[] = {
		[EXHAUST_RACES] = "races", [EXHAUST_SLEEP] = "sleep", [EXHAUST_PLAIN] = "plain"};
	for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strcmp(text, names[i]) == 0)
			return (enum exhaust_reduction)i;
	argp_error(state, "races, sleep or plain is expected, got `%s'", text);
	return EXHAUST_RACES;
}

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
	struct exhaust_command *command = state->input;
	switch (key) {
	case 'd':
		if (!defect_switch(argument))
			argp_error(state,
				   "no defect or setting is called `%s'; `rut defects' lists them",
				   argument);
		return 0;
	case 'n':
		command->execution_count_max = number_parse(argument, "limit", 1, UINT64_MAX,
							    state);
		return 0;
	case 'l':
		command->lists = true;
		return 0;
	case OPTION_REDUCTION:
		command->reduction = parse_reduction(argument, state);
		return 0;
	case OPTION_CONTROLS:
		command->runs_controls = true;
		return 0;
	case ARGP_KEY_ARG:
		if (!add_world(command, argument))
			argp_error(state, "no world is called `%s'; --list lists them", argument);
		return 0;
	case ARGP_KEY_END:
		if (command->world_count == 0)
			add_world(command, NULL);
		if (command->runs_controls && *defect_switched_text() != '\0')
			argp_error(state, "--controls switches defects itself, without --defect");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = argp_options,
	.parser = parse_option,
	.args_doc = "[WORLD...]",
	.doc = "Runs small protocols of the runtime, with its own code, through every order of "
	       "their dependent steps and every place of a signal; all but long worlds by "
	       "default.\v"
	       "Each complete execution has a happens-before order of its own; pruned ones were "
	       "given up since every way on was covered. Exit status: 0 all clean (and each "
	       "control fails), 1 not, or cut off by --limit, 2 wrong usage.",
};

/* ---- Progress ------------------------------------------------------------ */

struct progress {
	bool is_race_found; /* ThreadSanitizer's report */
	const char *name;
	struct timespec begin;
	double next_s;
	uint64_t call_count;
};

static double seconds_since(const struct timespec *begin)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - begin->tv_sec) + (double)(now.tv_nsec - begin->tv_nsec) / 1e9;
}

static bool tell_progress(void *context, const struct exhaust_result *so_far)
{
	struct progress *progress = context;
	progress->is_race_found = judge_race_was_reported();
	if (progress->is_race_found)
		return false;
	if (++progress->call_count % 1024 != 0)
		return true;
	double elapsed_s = seconds_since(&progress->begin);
	if (elapsed_s < progress->next_s)
		return true;
	progress->next_s = elapsed_s + progress_period_s;
	uint64_t count = so_far->execution_count + so_far->pruned_count;
	fprintf(stderr, "%s: %.0f s, %" PRIu64 " executions, %.0f/s, about %.1f %% explored\n",
		progress->name, elapsed_s, count, (double)count / elapsed_s,
		100 * so_far->share_done);
	return true;
}

/* ---- A world ------------------------------------------------------------- */

static const char *const action_texts[] = {
	[SIM_STEP] = "", [SIM_SIGNAL] = "a signal, before ", [SIM_FLUSH] = "a held store, before "};

static void print_steps(const struct world *world, const struct exhaust_result *result)
{
	for (uint32_t i = 0; i < result->last_step_count; i++) {
		const struct exhaust_step *step = &result->last_steps[i];
		printf("  %4u  thread %u %-12s %s%s\n", i + 1, step->thread,
		       world->threads[step->thread - 1].name, action_texts[step->action],
		       lock_rank_point_name((uint16_t)step->point));
	}
}

/* The verdict on WORLD; VERDICT_OK also when it was cut off. */
static enum verdict_kind explore(const struct exhaust_command *command, const struct world *world,
				 struct exhaust_result *result)
{
	struct progress progress = {.name = world->name, .next_s = progress_period_s};
	clock_gettime(CLOCK_MONOTONIC, &progress.begin);
	const struct exhaust_options options = {.execution_count_max = command->execution_count_max,
						.reduction = command->reduction,
						.progress = tell_progress,
						.progress_context = &progress};
	world_exhaust(world, &options, result);

	enum verdict_kind kind = progress.is_race_found ? VERDICT_RACE
							: run_verdict_of(result->ending);
	const char *defect = defect_switched_text();
	printf("%s%s%s: %" PRIu64 " executions, %" PRIu64 " happens-before classes, %" PRIu64
	       " pruned, %" PRIu32 " steps at most, %.1f s: ",
	       world->name, *defect == '\0' ? "" : " with ", defect, result->execution_count,
	       result->class_count, result->pruned_count, result->longest,
	       seconds_since(&progress.begin));
	if (kind != VERDICT_OK)
		printf("%s\n", verdict_name(kind));
	else
		printf("%s\n", result->is_exhausted ? "all, clean" : "clean so far, cut off");
	return kind;
}

static bool is_clean(const struct exhaust_command *command, const struct world *world)
{
	static struct exhaust_result result;
	if (explore(command, world, &result) == VERDICT_OK)
		return result.is_exhausted;
	printf("  %s\n", *result.text != '\0' ? result.text : "a data race, reported above");
	print_steps(world, &result);
	return false;
}

static bool all_controls_fail(const struct exhaust_command *command, const struct world *world)
{
	static struct exhaust_result result;
	bool all_fail = true;
	for (unsigned i = 0; i < WORLD_CONTROL_COUNT_MAX && world->controls[i] != NULL; i++) {
		if (!defect_switch(world->controls[i])) {
			fprintf(stderr, "%s: its control `%s' is no defect\n", world->name,
				world->controls[i]);
			return false;
		}
		enum verdict_kind kind = explore(command, world, &result);
		defect_reset();
		if (kind != VERDICT_OK)
			continue;
		printf("  NOT FOUND: %s has to fail with %s\n", world->name, world->controls[i]);
		all_fail = false;
	}
	return all_fail;
}

int rut_exhaust(int argc, char **argv)
{
	static struct exhaust_command command;
	argp_err_exit_status = RUT_USAGE;
	argp_parse(&argp, argc, argv, 0, NULL, &command);
	bool is_fine = true;
	for (unsigned i = 0; i < command.world_count; i++) {
		const struct world *world = command.worlds[i];
		if (command.lists) {
			printf("%-24s %s%s\n", world->name, world->sentence,
			       world->is_long ? " (long)" : "");
			continue;
		}
		is_fine &= is_clean(&command, world);
		if (command.runs_controls)
			is_fine &= all_controls_fail(&command, world);
	}
	return is_fine ? RUT_FINE : RUT_FINDING;
}
