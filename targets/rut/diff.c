/* rut diff: two runs, to the first step in which they part. */
#include <argp.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/defect.h"
#include "base/fatal.h"
#include "rut/command.h"
#include "rut/result_text.h"
#include "rut/scenario_file.h"
#include "rut/trace_difference.h"
#include "show/narrate.h"
#include "show/recording.h"
#include "show/show.h"

enum { SIDE_COUNT = 2, SETTING_COUNT_MAX = 16, STEPS_BEFORE = 12, STEPS_AFTER = 16 };

struct step {
	uint16_t point;
	uint8_t m;
};

struct side {
	char letter;
	const char *path;
	const char *settings[SETTING_COUNT_MAX];
	unsigned setting_count;
	struct scenario_file file;
	char switched[256];
	/* Of its run. */
	struct step *steps;
	uint32_t step_count;
	struct verdict verdict;
	struct sessions sessions; /* a copy */
};

struct diff_command {
	struct side sides[SIDE_COUNT];
};

/* Where two runs part. */
struct parting {
	uint32_t step;    /* the first that differs, 0: none */
	uint32_t session; /* the first trace that differs, from 1, 0: none */
	size_t offset;    /* in it */
};

static const struct argp_option argp_options[] = {
	{"defect", 'd', "NAME[:SETTING]", 0,
	 "Switch a historic defect on in the first run; may be repeated", 0},
	{"second-defect", 'D', "NAME[:SETTING]", 0, "The same in the second run", 0},
	{0},
};

/* ---- The command line ---------------------------------------------------- */

static void add_setting(struct side *side, const char *setting, const struct argp_state *state)
{
	if (!defect_switch(setting))
		argp_error(state, "no defect or setting is called `%s'", setting);
	if (side->setting_count == SETTING_COUNT_MAX)
		argp_error(state, "at most %d settings are expected", SETTING_COUNT_MAX);
	side->settings[side->setting_count++] = setting;
}

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
	struct diff_command *command = state->input;
	struct side *sides = command->sides;
	switch (key) {
	case 'd':
		add_setting(&sides[0], argument, state);
		return 0;
	case 'D':
		add_setting(&sides[1], argument, state);
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num >= SIDE_COUNT)
			argp_error(state, "at most two FILEs are expected, got %s too", argument);
		sides[state->arg_num].path = argument;
		return 0;
	case ARGP_KEY_END:
		if (sides[0].path == NULL)
			argp_error(state, "a scenario FILE is expected");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = argp_options,
	.parser = parse_option,
	.args_doc = "FILE [FILE2]",
	.doc = "Runs two scenarios, or one under two settings, on the simulator, and tells of the "
	       "first step in which the runs differ, thread or yield point; where they have the "
	       "same steps, of the first record in which their traces differ. A FILE may be the "
	       "folder of a finding, which runs with the defect that it was found with.\v"
	       "For example, what a defect changes first, and two levels of a fix:\n"
	       "  rut diff -d issue_65318 found.rut\n"
	       "  rut diff -d issue_65318:fix_1_23 -D issue_65318:defect found.rut\n"
	       "  rut diff before.rut after.rut\n\n"
	       "Exit status: 0 the runs are the same, 1 they differ, 2 wrong usage or unreadable "
	       "FILE.",
};

/* FILE given once stands for two runs, of which the first is as a finding was found. */
static bool load_side(struct side *side, const char *path)
{
	const char *defect = side->file.record.defect;
	const bool is_made = side->path == NULL || side->setting_count > 0;
	defect_reset();
	if (!scenario_file_load(path, NULL, &side->file) ||
	    !scenario_file_is_simulated(&side->file) ||
	    !scenario_file_switch_defect(&side->file, is_made))
		return false;
	if (!is_made && defect[0] != '\0')
		side->settings[side->setting_count++] = defect;
	return true;
}

/* ---- Runs ---------------------------------------------------------------- */

/* Only the recording of the side that ran last is there. */
static void record(struct side *side, struct run_result *ret_result)
{
	static struct decisions decisions;
	const struct show_options options = {.scenario = &side->file.scenario,
					     .text = &side->file.text};
	defect_reset();
	for (unsigned i = 0; i < side->setting_count; i++)
		defect_switch(side->settings[i]);
	snprintf(side->switched, sizeof side->switched, "%s", defect_switched_text());
	show_record(&options, ret_result, &decisions);
}

static void run_side(struct side *side)
{
	static struct run_result result;
	record(side, &result);
	side->step_count = recording.step_count;
	side->steps = malloc((recording.step_count + 1) * sizeof *side->steps);
	if (side->steps == NULL)
		fatal("rut diff: no memory for a copy of the steps");
	for (uint32_t i = 0; i < recording.step_count; i++)
		side->steps[i] = (struct step){recording.steps[i].point, recording.steps[i].m};
	side->verdict = result.verdict;
	side->sessions = *result.sessions;
	side->sessions.bytes = malloc(result.sessions->size_bytes + 1);
	if (side->sessions.bytes == NULL)
		fatal("rut diff: no memory for a copy of the traces");
	if (result.sessions->size_bytes > 0)
		memcpy(side->sessions.bytes, result.sessions->bytes, result.sessions->size_bytes);
}

/* ---- Where they part ----------------------------------------------------- */

static struct trace_bytes trace_of(const struct side *side, uint32_t number)
{
	if (number > side->sessions.count)
		return (struct trace_bytes){0};
	const struct session *session = &side->sessions.all[number - 1];
	return (struct trace_bytes){session_bytes(&side->sessions, session), session->size_bytes};
}

static struct parting find_parting(const struct side *a, const struct side *b)
{
	struct parting parting = {0};
	uint32_t common = a->step_count < b->step_count ? a->step_count : b->step_count, i = 0;
	while (i < common && a->steps[i].m == b->steps[i].m &&
	       a->steps[i].point == b->steps[i].point)
		i++;
	if (i < common || a->step_count != b->step_count) {
		parting.step = i + 1;
		return parting;
	}
	uint32_t count = a->sessions.count > b->sessions.count ? a->sessions.count
							       : b->sessions.count;
	for (uint32_t number = 1; number <= count; number++) {
		if (!trace_difference_find(trace_of(a, number), trace_of(b, number),
					   &parting.offset))
			continue;
		parting.session = number;
		return parting;
	}
	return parting;
}

/* ---- What is told -------------------------------------------------------- */

static void print_heading(const struct side *side)
{
	const struct verdict *verdict = &side->verdict;
	printf("%c  %-24s %s%s%s   %u steps   %s\n", side->letter,
	       side->switched[0] != '\0' ? side->switched : "default", verdict_name(verdict->kind),
	       verdict->rule[0] != '\0' ? " " : "", verdict->rule, side->step_count,
	       side->file.path);
	result_print_text(verdict, stdout);
}

static char *steps_text(uint32_t first, uint32_t last)
{
	char *text;
	size_t size;
	FILE *stream = open_memstream(&text, &size);
	if (stream == NULL)
		fatal("rut diff: no memory for a text");
	const struct narrate_options options = {
		.first = first,
		.last = last < recording.step_count ? last : recording.step_count,
		.is_whole = true,
	};
	narrate(&options, stream);
	fclose(stream);
	return text;
}

static char *goroutines_text(uint32_t step)
{
	char *text;
	size_t size;
	FILE *stream = open_memstream(&text, &size);
	if (stream == NULL)
		fatal("rut diff: no memory for a text");
	narrate_goroutines(step, stream);
	fclose(stream);
	return text;
}

/* What was the same is told once; a side's recording is there only until the other's begins. */
static void print_sides_of_steps(struct diff_command *command, uint32_t step)
{
	static struct run_result result;
	char *before = NULL, *after[SIDE_COUNT], *goroutines[SIDE_COUNT];
	for (unsigned i = 0; i < SIDE_COUNT; i++) {
		record(&command->sides[i], &result);
		if (i == 0)
			before = steps_text(step > STEPS_BEFORE ? step - STEPS_BEFORE : 1,
					    step - 1);
		after[i] = steps_text(step, step + STEPS_AFTER - 1);
		goroutines[i] = goroutines_text(step - 1);
	}
	printf("\nsteps 1 to %u are the same\n%s", step - 1, before);
	bool are_same = strcmp(goroutines[0], goroutines[1]) == 0;
	printf("\nthere are then%s\n%s", are_same ? "" : ", in A", goroutines[0]);
	if (!are_same)
		printf("there are then, in B\n%s", goroutines[1]);
	for (unsigned i = 0; i < SIDE_COUNT; i++) {
		const struct side *side = &command->sides[i];
		printf("\n%c %s\n%s", side->letter,
		       step > side->step_count ? "ends here" : "goes on", after[i]);
		free(after[i]);
		free(goroutines[i]);
	}
	free(before);
}

static void print_sides_of_trace(const struct diff_command *command, const struct parting *parting)
{
	char text[512];
	printf("\nall %u steps are the same; trace %u differs from byte %zu on\n",
	       command->sides[0].step_count, parting->session, parting->offset);
	for (unsigned i = 0; i < SIDE_COUNT; i++) {
		const struct side *side = &command->sides[i];
		trace_difference_describe(trace_of(side, parting->session), parting->offset, text,
					  sizeof text);
		printf("%c has %s\n", side->letter, text);
	}
}

static bool is_same_verdict(const struct verdict *left, const struct verdict *right)
{
	return left->kind == right->kind && strcmp(left->rule, right->rule) == 0 &&
	       strcmp(left->text, right->text) == 0;
}

static int compare(struct diff_command *command)
{
	struct side *a = &command->sides[0], *b = &command->sides[1];
	run_side(a);
	run_side(b);
	struct parting parting = find_parting(a, b);
	print_heading(a);
	print_heading(b);
	if (parting.step != 0) {
		print_sides_of_steps(command, parting.step);
		return RUT_FINDING;
	}
	if (parting.session != 0) {
		print_sides_of_trace(command, &parting);
		return RUT_FINDING;
	}
	if (!is_same_verdict(&a->verdict, &b->verdict)) {
		printf("\nall steps and traces are the same; the verdicts differ\n");
		return RUT_FINDING;
	}
	printf("\nthe same: all %u steps, %u traces, and the verdict\n", a->step_count,
	       a->sessions.count);
	return RUT_FINE;
}

int rut_diff(int argc, char **argv)
{
	static struct diff_command command;
	memset(&command, 0, sizeof command);
	command.sides[0].letter = 'A';
	command.sides[1].letter = 'B';
	argp_err_exit_status = RUT_USAGE;
	argp_parse(&argp, argc, argv, 0, NULL, &command);
	for (unsigned i = 0; i < SIDE_COUNT; i++) {
		struct side *side = &command.sides[i];
		if (!load_side(side, side->path != NULL ? side->path : command.sides[0].path))
			return RUT_USAGE;
	}
	int status = compare(&command);
	for (unsigned i = 0; i < SIDE_COUNT; i++) {
		free(command.sides[i].steps);
		free(command.sides[i].sessions.bytes);
	}
	return status;
}
