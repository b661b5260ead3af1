#include "rut/search.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "choice/random.h"
#include "perform/points.h"
#include "run/run.h"
#include "rut/command.h"

bool search_knows_verdict(const char *name)
{
	for (int kind = VERDICT_OK + 1; kind < VERDICT_COUNT; kind++)
		if (strcmp(verdict_name((enum verdict_kind)kind), name) == 0)
			return true;
	return false;
}

/* No policy finds everything (determinism.md 2.6), so each try draws one; what real threads have at
 * any time, late stores and signals, the simulator has when it is told to. */
static void draw_schedule(struct choice_random *random, struct scenario *scenario)
{
	struct scenario_schedule *schedule = &scenario->schedule;
	scenario->override_count = 0;
	schedule->policy = (uint8_t)choice_random_below(random, SCENARIO_POLICY_COUNT);
	schedule->parameter = (uint8_t)choice_random_below(random, 256);
	schedule->seed = choice_random_u32(random);
	schedule->target_point = (uint16_t)choice_random_below(random, POINT_LIMIT);
	scenario->configuration.has_store_buffers = choice_random_chance(random, 1, 2);
	scenario->configuration.signal_rate = choice_random_chance(random, 1, 2)
						      ? (uint8_t)choice_random_below(random, 64)
						      : 0;
	scenario_repair(scenario);
}

static bool is_wanted(const struct verdict *verdict, const char *wanted)
{
	if (verdict->kind == VERDICT_OK)
		return false;
	return *wanted == '\0' || strcmp(verdict_name(verdict->kind), wanted) == 0;
}

/* What was expected of another schedule, and the marks, are not this one's. */
static void print_found(const struct scenario *scenario, const struct scenario_text *text,
			const struct verdict *verdict, uint64_t run_count)
{
	static char printed[SCENARIO_TEXT_SIZE_MAX];
	static struct scenario_text found;
	memcpy(found.program_names, text->program_names, sizeof found.program_names);
	snprintf(found.comment, sizeof found.comment, "%s%s%s, after %" PRIu64 " schedules",
		 verdict_name(verdict->kind), verdict->rule[0] != '\0' ? " " : "", verdict->rule,
		 run_count);
	scenario_print(scenario, &found, &perform_points, printed);
	fputs(printed, stdout);
}

int search_schedules(const struct scenario *scenario, const struct scenario_text *text,
		     const char *wanted, uint64_t run_count)
{
	static struct run_result result;
	static struct scenario tried;
	struct choice_random random;
	choice_random_init(&random, scenario->schedule.seed);
	for (uint64_t i = 1; i <= run_count; i++) {
		tried = *scenario;
		if (i > 1)
			draw_schedule(&random, &tried);
		struct run_options options = run_options_for(&tried);
		run_scenario(&options, &result);
		if (!is_wanted(&result.verdict, wanted))
			continue;
		print_found(&tried, text, &result.verdict, i);
		return RUT_FINDING;
	}
	printf("# nothing in %" PRIu64 " schedules\n", run_count);
	return RUT_FINE;
}
