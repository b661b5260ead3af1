#include "driver/canary.h"

#include <stdio.h>
#include <string.h>

#include "engine/input.h"
#include "engine/report.h"
#include "judge/judge.h"
#include "run/run.h"
#include "sim/sim.h"

/* A canary takes some ten steps; one that waits for an M in a loop takes as long as the policy lets
 * it. */
static const uint64_t step_count_max = 20000;

bool driver_canary_is_repaired;

static enum verdict_kind verdict_of(const struct sim_report *report)
{
	return judge_race_was_reported() ? VERDICT_RACE : run_verdict_of(report->ending);
}

int driver_canary_run(const uint8_t *data, size_t size, host_entry *entry, void *first_owner)
{
	static struct scenario scenario;
	static struct sim_report report;
	static struct verdict verdict;
	engine_input_read(data, size, &scenario);
	const struct sim_options options = {.scenario = &scenario,
					    .step_count_max = step_count_max};
	sim_set_deadlock_describer(NULL);
	sim_run(&options, entry, first_owner, &report);
	enum verdict_kind kind = verdict_of(&report);
	if (kind == VERDICT_OK)
		return 0;
	memset(&verdict, 0, sizeof verdict);
	verdict.kind = kind;
	snprintf(verdict.where, sizeof verdict.where, "canary %s", driver_canary.name);
	snprintf(verdict.text, sizeof verdict.text, "%s", report.text);
	engine_report(&verdict);
	return 0;
}
