/* Random schedules, overrides and configurations. */
#include "base/fatal.h"
#include "scenario/fields.h"
#include "scenario/generate.h"
#include "scenario/generation.h"

enum {
	POINT_ID_DEFAULT_MAX = 127,
	EARLY_PASS_COUNT = 4,
};

static struct {
	const uint16_t *ids;
	size_t count;
} points;

void scenario_set_point_ids(const uint16_t *ids, size_t count)
{
	ensure(count > 0);
	points.ids = ids;
	points.count = count;
}

static uint16_t draw_point(struct choice_random *random)
{
	if (points.ids == NULL)
		return (uint16_t)choice_random_range(random, 1, POINT_ID_DEFAULT_MAX);
	return points.ids[choice_random_below(random, (uint32_t)points.count)];
}

/* Of the last run. */
static struct {
	const uint16_t *counts; /* by point */
	size_t limit;
} passes;

void scenario_set_passes(const uint16_t *counts, size_t limit)
{
	passes.counts = counts;
	passes.limit = limit;
}

/* Some point that the last run passed, all as likely, and one of its passes; false: there is none.
 * The counts may change at any moment. */
static bool draw_pass(struct choice_random *random, struct scenario_override *override)
{
	uint32_t passed_count = 0;
	uint16_t count = 0;

	for (size_t point = 1; point < passes.limit; point++) {
		const uint16_t here = passes.counts[point];

		if (here == 0 || choice_random_below(random, ++passed_count) != 0)
			continue;
		override->point = (uint16_t)point;
		count = here;
	}
	if (passed_count == 0)
		return false;
	/* The first passes are where starts and stops are; the rest is as likely as a whole. */
	if (count > EARLY_PASS_COUNT && choice_random_chance(random, 1, 2))
		count = EARLY_PASS_COUNT;
	override->occurrence = (uint16_t)choice_random_range(random, 1, count);
	return true;
}

struct scenario_override scenario_generate_override(struct choice_random *random)
{
	struct scenario_override override = {
		.point = draw_point(random),
		.occurrence = generate_number(random, 1,
					      choice_random_chance(random, 1, 8) ? 1000 : 16),
		.action = (uint8_t)choice_random_below(random, SCENARIO_ACTION_COUNT),
	};

	if (choice_random_chance(random, 3, 4))
		(void)draw_pass(random, &override);
	/* What a change point of PCT does by luck: most orders that matter need no more. */
	if (choice_random_chance(random, 1, 4))
		override.action = SCENARIO_HOLD;
	if (scenario_action_has_target(override.action))
		override.target = (uint8_t)generate_number(random, 0, SMALL_PROCS_MAX - 1);
	return override;
}

void scenario_generate_schedule(struct choice_random *random,
				struct scenario_schedule *ret_schedule)
{
	*ret_schedule = (struct scenario_schedule){
		.policy = (uint8_t)choice_random_below(random, SCENARIO_POLICY_COUNT),
		.parameter = (uint8_t)generate_number(random, 0, UINT8_MAX),
		.seed = choice_random_u32(random),
	};
	if (ret_schedule->policy == SCENARIO_TARGET_BIASED)
		ret_schedule->target_point = draw_point(random);
}

void scenario_generate_configuration(struct choice_random *random,
				     struct scenario_configuration *ret_configuration)
{
	struct scenario defaults;

	scenario_init(&defaults);
	*ret_configuration = defaults.configuration;
	for (size_t i = 0; i < scenario_field_count; i++) {
		const struct scenario_field *field = &scenario_fields[i];
		const uint32_t count = (uint32_t)scenario_field_drawn_count(field);

		/* Half of them stay at their default, so that a finding depends on few. */
		if (choice_random_chance(random, 1, 2))
			continue;
		scenario_field_set(field, ret_configuration,
				   scenario_field_drawn(field, choice_random_below(random, count)));
	}
	/* Small is where the tracer is busy: full buffers and queues, few Ps that change hands. */
	ret_configuration->procs = (uint8_t)choice_random_range(
		random, 1,
		choice_random_chance(random, 1, 16) ? SCENARIO_PROCS_MAX : SMALL_PROCS_MAX);
	if (choice_random_chance(random, 3, 4)) {
		ret_configuration->buffer_size_bytes = UINT32_C(256)
						       << choice_random_below(random, 4);
	}
	/* Without the checker of lock order a run says less: off is rare. */
	ret_configuration->is_lock_order_checked = choice_random_chance(random, 31, 32);
}
