#include "shrink/record.h"

#include <string.h>
#include <sys/mman.h>

#include "base/fatal.h"

struct recorded_step {
	uint16_t point;
	uint16_t pass; /* of the point, from 1; 0: more than an override can name */
	uint8_t thread;
};

/* A stack that grew, a signal, behind a step. */
struct recorded_hit {
	uint32_t step; /* index of the last one of its thread */
	uint8_t thread;
	uint8_t action; /* enum scenario_action */
};

enum { NOWHERE = -1 };

/* Shared with child processes: a run may be one. */
static struct {
	struct recorded_step steps[RECORD_STEP_COUNT_MAX];
	size_t step_count;
	struct recorded_hit hits[SCENARIO_OVERRIDE_COUNT_MAX];
	size_t hit_count; /* of all, also those that are too many */
	uint32_t last_steps[SCENARIO_M_COUNT_MAX];
	uint32_t pass_counts[POINT_LIMIT];
	size_t compared_count;
	ptrdiff_t left_at; /* the first step that was another one, or NOWHERE */
} *record;

void record_prepare(void)
{
	if (record == NULL)
		record = mmap(NULL, sizeof *record, PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ensure(record != MAP_FAILED);
}

void record_step(void *context, uint64_t step, unsigned thread, enum point point)
{
	(void)context;
	if (step == 1) {
		record->step_count = 0;
		record->hit_count = 0;
		memset(record->pass_counts, 0, sizeof record->pass_counts);
	}
	if (record->step_count == RECORD_STEP_COUNT_MAX)
		return;
	record->last_steps[thread] = (uint32_t)record->step_count;
	const uint32_t pass = ++record->pass_counts[point];
	record->steps[record->step_count++] = (struct recorded_step){
		.point = (uint16_t)point,
		.pass = pass <= UINT16_MAX ? (uint16_t)pass : 0,
		.thread = (uint8_t)thread,
	};
}

void record_hit(void *context, unsigned thread, enum scenario_action action)
{
	(void)context;
	if (record->step_count == RECORD_STEP_COUNT_MAX)
		return;
	if (record->hit_count < SCENARIO_OVERRIDE_COUNT_MAX)
		record->hits[record->hit_count] = (struct recorded_hit){
			.step = record->last_steps[thread],
			.thread = (uint8_t)thread,
			.action = (uint8_t)action,
		};
	record->hit_count++;
}

void record_compare(void *context, uint64_t step, unsigned thread, enum point point)
{
	(void)context;
	if (step == 1) {
		record->compared_count = 0;
		record->left_at = NOWHERE;
	}
	const size_t index = record->compared_count++;
	if (record->left_at != NOWHERE || index >= record->step_count)
		return;
	const struct recorded_step *recorded = &record->steps[index];
	if (recorded->thread != thread || recorded->point != (uint16_t)point)
		record->left_at = (ptrdiff_t)index;
}

static bool has_switch_at(const struct scenario *scenario, const struct recorded_step *step)
{
	for (size_t i = 0; i < scenario->override_count; i++) {
		const struct scenario_override *override = &scenario->overrides[i];
		if (override->point == step->point && override->occurrence == step->pass &&
		    override->action == SCENARIO_RUN)
			return true;
	}
	return false;
}

static bool add_override(struct scenario *scenario, const struct recorded_step *step,
			 enum scenario_action action, uint8_t target)
{
	if (scenario->override_count == SCENARIO_OVERRIDE_COUNT_MAX || step->pass == 0)
		return false;
	scenario->overrides[scenario->override_count++] = (struct scenario_override){
		.point = step->point,
		.occurrence = step->pass,
		.action = (uint8_t)action,
		.target = target,
	};
	return true;
}

bool record_begin_explicit(struct scenario *scenario)
{
	if (record->hit_count > SCENARIO_OVERRIDE_COUNT_MAX)
		return false;
	scenario->schedule = (struct scenario_schedule){
		.policy = SCENARIO_ROUND_ROBIN,
		.seed = scenario->schedule.seed,
	};
	scenario->configuration.signal_rate = 0;
	scenario->configuration.stack_growth_rate = 0;
	scenario->override_count = 0;
	for (size_t i = 0; i < record->hit_count; i++) {
		const struct recorded_hit *hit = &record->hits[i];
		const uint8_t target = hit->action == SCENARIO_SIGNAL ? hit->thread : 0;
		if (!add_override(scenario, &record->steps[hit->step],
				  (enum scenario_action)hit->action, target))
			return false;
	}
	return true;
}

bool record_mend(struct scenario *scenario)
{
	/* Before the first step nothing can be said, and the first thread is alone. */
	if (record->left_at <= 0)
		return false;
	const struct recorded_step *before = &record->steps[record->left_at - 1];
	const struct recorded_step *wanted = &record->steps[record->left_at];
	return !has_switch_at(scenario, before) &&
	       add_override(scenario, before, SCENARIO_RUN, wanted->thread);
}
