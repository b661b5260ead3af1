#include "rut_go/go_story_pair.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/defect.h"
#include "base/fatal.h"
#include "real_go/difference.h"
#include "run/run.h"
#include "rut_go/line_diff.h"

static struct story *teller(void)
{
	static struct story *story;
	if (story == NULL)
		story = story_create();
	return story;
}

static void keep(char **text, const char *newer)
{
	free(*text);
	*text = strdup(newer);
	ensure(*text != NULL);
}

/* ---- Our side ------------------------------------------------------------ */

static const char *tell_run(const struct scenario *scenario, struct go_story_pair *pair)
{
	static struct run_result result;
	struct run_options options = run_options_for(scenario);
	/* A form that is known to write traces that break a rule tells that in its story. */
	options.judges_traces = false;
	options.judges_truth = false;
	run_scenario(&options, &result);
	if (result.verdict.kind == VERDICT_OK)
		return story_tell(teller(), result.sessions);
	pair->answer = GO_STORY_UNTOLD;
	snprintf(pair->why, sizeof pair->why, "our runtime: %s: %.300s",
		 verdict_name(result.verdict.kind), result.verdict.where);
	return NULL;
}

/* The schedules beside the script's own. */
static const struct scenario_schedule schedules[] = {
	{.policy = SCENARIO_UNIFORM, .seed = 1},
	{.policy = SCENARIO_UNIFORM, .seed = 2},
	{.policy = SCENARIO_STICKY, .parameter = 4, .seed = 3},
	{.policy = SCENARIO_PCT, .parameter = 3, .seed = 4},
};

static bool tell_ours(const struct go_story_options *options, struct go_story_pair *pair)
{
	const struct story_form *form = story_form_for(options->toolchain->minor);
	struct scenario scenario = *options->scenario;
	if (form == NULL) {
		pair->answer = GO_STORY_UNTOLD;
		snprintf(pair->why, sizeof pair->why, "our runtime has no form for Go 1.%u",
			 options->toolchain->minor);
		return false;
	}
	defect_reset();
	ensure(defect_switch(form->setting));
	scenario.configuration.dialect = form->dialect;
	const char *told = tell_run(&scenario, pair);
	if (told == NULL)
		return false;
	keep(&pair->ours, told);
	/* A P with stale state breaks a trace where it is used, which no script can force. */
	if (strstr(told, STORY_REJECTED) != NULL)
		return true;
	for (size_t i = 0; i < sizeof schedules / sizeof schedules[0]; i++) {
		scenario.schedule = schedules[i];
		told = tell_run(&scenario, pair);
		if (told == NULL)
			return false;
		if (strcmp(told, pair->ours) == 0)
			continue;
		keep(&pair->theirs, told);
		pair->answer = GO_STORY_UNTOLD;
		snprintf(pair->why, sizeof pair->why,
			 "our runtime tells another story under schedule %zu: the script leaves a "
			 "choice to the scheduler",
			 i + 2);
		return false;
	}
	return true;
}

/* ---- Both ---------------------------------------------------------------- */

struct comparison {
	struct go_story_pair *pair;
	unsigned minor;
	bool has_unlisted;
};

static const struct story_difference *find_row(unsigned minor, char side, const char *line)
{
	return story_difference_find(minor, side == '<' ? STORY_SIDE_OURS : STORY_SIDE_GO, line);
}

static void list_row(struct go_story_pair *pair, unsigned number)
{
	for (unsigned i = 0; i < pair->listed_count; i++) {
		if (pair->listed[i] == number)
			return;
	}
	if (pair->listed_count < GO_STORY_RULE_COUNT_MAX)
		pair->listed[pair->listed_count++] = number;
}

static void compare_line(void *context, char side, const char *line)
{
	struct comparison *comparison = context;
	if (side == ' ')
		return;
	const struct story_difference *row = find_row(comparison->minor, side, line);
	if (row == NULL)
		comparison->has_unlisted = true;
	else
		list_row(comparison->pair, row->number);
}

enum { GC_PERCENT = 1000 };

/* The driver's own heap is no part of the story: beforehand its collector is put off for longer
 * than a script takes. */
static void put_off_collector(struct scenario *scenario)
{
	const struct scenario_operation put_off = {.id = SCENARIO_SET_GC_PERCENT, .a = GC_PERCENT};
	ensure(scenario_insert(scenario, 0, 0, put_off));
	scenario_repair(scenario);
}

/* Whether a run that ended with VERDICT has a story: what it wrote, good or not. */
static bool has_story(const struct verdict *verdict)
{
	return verdict->kind == VERDICT_OK || verdict->kind == VERDICT_TRACE_REJECTED;
}

bool go_story_tell_pair(const struct go_story_options *options, struct go_story_pair *ret_pair,
			char *ret_error)
{
	static struct real_go_result result;
	struct scenario scenario = *options->scenario;
	put_off_collector(&scenario);
	const struct real_go_options run_options = {
		.driver = options->driver,
		.scenario = &scenario,
		.time_limit_ms = options->time_limit_ms,
	};
	*ret_pair = (struct go_story_pair){.answer = GO_STORY_SAME};
	if (!tell_ours(options, ret_pair))
		return true;
	for (unsigned i = 0; i < options->run_count; i++) {
		if (!real_go_run(&run_options, &result, ret_error))
			return false;
		if (!has_story(&result.verdict)) {
			ret_pair->answer = GO_STORY_UNTOLD;
			snprintf(ret_pair->why, sizeof ret_pair->why, "%s: %s: %.300s",
				 options->toolchain->version, verdict_name(result.verdict.kind),
				 result.verdict.where);
			return true;
		}
		struct comparison comparison = {.pair = ret_pair,
						.minor = options->toolchain->minor};
		const char *told = story_tell(teller(), result.sessions);
		line_diff(ret_pair->ours, told, compare_line, &comparison);
		bool is_first_other = comparison.has_unlisted && ret_pair->same_count == i;
		ret_pair->same_count += !comparison.has_unlisted;
		if (is_first_other || ret_pair->same_count == i + 1)
			keep(&ret_pair->theirs, told);
	}
	if (2 * ret_pair->same_count <= options->run_count)
		ret_pair->answer = GO_STORY_DIFFERENT;
	return true;
}

void go_story_free_pair(struct go_story_pair *pair)
{
	free(pair->ours);
	free(pair->theirs);
	pair->ours = pair->theirs = NULL;
}

/* ---- What is printed ----------------------------------------------------- */

enum { CONTEXT_LINE_COUNT = 3 };

struct printer {
	unsigned minor;
	const char *before[CONTEXT_LINE_COUNT]; /* not printed yet, newest last */
	unsigned before_count;
	unsigned after_count; /* still to print */
	bool has_printed;
};

static void print_one(const struct printer *printer, char side, const char *line)
{
	const struct story_difference *row = side == ' ' ? NULL
							 : find_row(printer->minor, side, line);
	printf("  %c %.*s", side, (int)strcspn(line, "\n"), line);
	if (row != NULL)
		printf("   (%u)", row->number);
	printf("\n");
}

static void remember(struct printer *printer, const char *line)
{
	if (printer->before_count == CONTEXT_LINE_COUNT) {
		memmove(printer->before, printer->before + 1,
			(CONTEXT_LINE_COUNT - 1) * sizeof *printer->before);
		printer->before_count--;
		/* What is left out here is told by a gap. */
		printer->has_printed = true;
	}
	printer->before[printer->before_count++] = line;
}

static void print_line(void *context, char side, const char *line)
{
	struct printer *printer = context;
	if (side == ' ' && printer->after_count == 0) {
		remember(printer, line);
		return;
	}
	if (side != ' ') {
		if (printer->has_printed && printer->before_count == CONTEXT_LINE_COUNT)
			printf("  ...\n");
		for (unsigned i = 0; i < printer->before_count; i++)
			print_one(printer, ' ', printer->before[i]);
		printer->before_count = 0;
		printer->has_printed = false;
		printer->after_count = CONTEXT_LINE_COUNT + 1;
	}
	print_one(printer, side, line);
	printer->after_count--;
}

void go_story_print_difference(const struct go_story_pair *pair, unsigned minor)
{
	struct printer printer = {.minor = minor};
	line_diff(pair->ours, pair->theirs, print_line, &printer);
}
