/* rut replay: a run told step by step, and its verdict explained. */
#include <argp.h>
#include <stdio.h>
#include <string.h>

#include "base/defect.h"
#include "rut/command.h"
#include "rut/fuzz.h"
#include "rut/input_target.h"
#include "rut/meaning.h"
#include "rut/replay_target.h"
#include "rut/result_text.h"
#include "rut/scenario_file.h"
#include "show/narrate.h"
#include "show/recording.h"
#include "show/show.h"

enum { OPTION_ALL = 256, OPTION_TARGET };

struct replay_command {
	const char *path;
	const char *target; /* of which PATH is an input; NULL: its name tells */
	bool is_whole;
	bool has_defect;
};

static const struct argp_option argp_options[] = {
	{"defect", 'd', "NAME[:SETTING]", 0, "Switch a historic defect on; may be repeated", 0},
	{"all", OPTION_ALL, NULL, 0, "A line for each step, with its yield point", 0},
	{"target", OPTION_TARGET, "NAME", 0,
	 "FILE is an input of this target; default: what its name or its folder tells", 0},
	{0},
};

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
	struct replay_command *command = state->input;
	switch (key) {
	case 'd':
		if (!defect_switch(argument))
			argp_error(state, "no defect or setting is called `%s'", argument);
		command->has_defect = true;
		return 0;
	case OPTION_TARGET:
		command->target = argument;
		return 0;
	case OPTION_ALL:
		command->is_whole = true;
		return 0;
	default:
		return scenario_file_take_argument(key, argument, state, &command->path);
	}
}

static const struct argp argp = {
	.options = argp_options,
	.parser = parse_option,
	.args_doc = "FILE|FOLDER",
	.doc = "Runs the scenario in FILE, or in the FOLDER that a finding was kept in, on the "
	       "simulator, and tells it: one line for each step that changes something, with its "
	       "number, M, P and goroutine; the deciding ones numbered and explained as in `rut "
	       "show'; then the verdict, what it means, and where to look next. Of a "
	       "finding the defect is switched on that it was found with, unless -d chooses. What "
	       "an engine or ClusterFuzz left is replayed as its target takes it; of a target that "
	       "does not play the whole runtime, by the program of that target.\v"
	       "For example:\n"
	       "  rut replay build/findings/1-trace-rejected-R2\n"
	       "  rut replay --all found.rut | grep ' m2 '\n"
	       "  rut replay clusterfuzz-testcase-minimized-fuzz_trace_v1-5639\n"
	       "  rut replay --target=fuzz_small_protocol crash-da39a3ee\n\n"
	       "What stands at a step is what that step does or begins. `... 312 steps of m1 ...' "
	       "are steps without a change worth a line. A run that does not end by itself is "
	       "ended after two million steps, as a livelock.\n\n"
	       "Exit status: 0 the verdict is ok, 1 another, 2 wrong usage or unreadable FILE.",
};

/* ---- Where to go on ------------------------------------------------------ */

/* Where to find them above. */
static void print_deciding_steps(const struct decisions *decisions)
{
	for (uint32_t i = 0; i < decisions->count; i++)
		printf("%s[%u] %u",
		       i == 0       ? "deciding  "
		       : i % 8 == 0 ? "\n          "
				    : "   ",
		       i + 1, decisions->all[i].step);
	if (decisions->count > 0)
		printf("\n");
	if (decisions->left_out > 0)
		printf("          %u more are left out\n", decisions->left_out);
}

static void print_next(const struct scenario_file *file, const struct verdict *verdict)
{
	const char *setting = defect_switched_text();
	const char *option = *setting != '\0' ? "-d " : "", *space = *setting != '\0' ? " " : "";
	scenario_file_print_judge(file, verdict->kind, "replay", stdout);
	if (verdict->kind == VERDICT_OK) {
		replay_print_builds(file->path, file->target);
		return;
	}
	printf("next      rut show %s%s%s-o run.html %s\n", option, setting, space, file->path);
	printf("          rut shrink %s%s%s-o small.rut %s\n", option, setting, space, file->path);
	if (*setting != '\0')
		printf("          rut diff %s%s%s%s\n", option, setting, space, file->path);
}

/* ---- The command --------------------------------------------------------- */

static void replay(const struct replay_command *command, const struct scenario_file *file,
		   struct run_result *ret_result)
{
	static struct decisions decisions;
	static bool point_is_reached[POINT_LIMIT];
	const struct show_options options = {.scenario = &file->scenario, .text = &file->text};
	show_record(&options, ret_result, &decisions);
	const struct narrate_options narrate_options = {.decisions = &decisions,
							.first = 1,
							.last = recording.step_count,
							.is_whole = command->is_whole};
	for (uint32_t step = 1; step <= recording.step_count; step++)
		point_is_reached[recording_step(step)->point] = true;
	if (recording.thread_count > 0)
		printf("     step  M    P   goroutine   in a trace m0 is thread %llu\n",
		       (unsigned long long)recording.threads[0].id);
	narrate(&narrate_options, stdout);
	printf("\n");
	result_print_verdict(&ret_result->verdict, stdout);
	result_print_text(&ret_result->verdict, stdout);
	result_print_counts(ret_result, &file->text, point_is_reached, stdout);
	print_deciding_steps(&decisions);
	meaning_print(&ret_result->verdict, stdout);
	print_next(file, &ret_result->verdict);
}

/* Whether rut has not what plays it, or nobody knows what does; then this is done with STATUS. */
static bool is_of_another_target(const struct replay_command *command, int *ret_status)
{
	char target[INPUT_TARGET_SIZE];
	if (fuzz_is_folder(command->path))
		return false;
	*ret_status = RUT_USAGE;
	if (!input_target_of(command->path, command->target, target))
		return true;
	if (target[0] == '\0' || fuzz_is_of_tracer(target))
		return false;
	*ret_status = replay_target(command->path, target);
	return true;
}

int rut_replay(int argc, char **argv)
{
	static struct scenario_file file;
	static struct run_result result;
	struct replay_command command = {0};
	int status;

	argp_err_exit_status = RUT_USAGE;
	argp_parse(&argp, argc, argv, 0, NULL, &command);
	if (is_of_another_target(&command, &status))
		return status;
	if (!scenario_file_load(command.path, command.target, &file) ||
	    !scenario_file_is_simulated(&file) ||
	    !scenario_file_switch_defect(&file, command.has_defect))
		return RUT_USAGE;
	replay(&command, &file, &result);
	if (fflush(stdout) != 0 || ferror(stdout) != 0) {
		perror("rut replay: standard output");
		return RUT_HARNESS;
	}
	return result.verdict.kind == VERDICT_OK ? RUT_FINE : RUT_FINDING;
}
