/* Changes of the schedule: who goes on when, and what hits whom where. */
#include <string.h>

#include "scenario/generate.h"
#include "scenario/mutation.h"

bool mutate_take_schedule(struct scenario *scenario, struct choice_random *random,
			  const struct scenario *other)
{
	(void)random;
	scenario->schedule = other->schedule;
	scenario->override_count = other->override_count;
	memcpy(scenario->overrides, other->overrides, sizeof scenario->overrides);
	return true;
}

bool mutate_change_seed(struct scenario *scenario, struct choice_random *random,
			const struct scenario *other)
{
	(void)other;
	scenario->schedule.seed = choice_random_chance(random, 1, 4) ? scenario->schedule.seed + 1
								     : choice_random_u32(random);
	return true;
}

bool mutate_change_policy(struct scenario *scenario, struct choice_random *random,
			  const struct scenario *other)
{
	struct scenario_schedule schedule;

	(void)other;
	scenario_generate_schedule(random, &schedule);
	/* The parameter or the target alone, or all but the seed. */
	switch (mutate_below(random, 3)) {
	case 0:
		scenario->schedule.parameter = schedule.parameter;
		break;
	case 1:
		scenario->schedule.target_point = schedule.target_point;
		break;
	default:
		schedule.seed = scenario->schedule.seed;
		scenario->schedule = schedule;
		break;
	}
	return true;
}

bool mutate_add_override(struct scenario *scenario, struct choice_random *random,
			 const struct scenario *other)
{
	if (scenario->override_count == SCENARIO_OVERRIDE_COUNT_MAX)
		return false;
	struct scenario_override override = scenario_generate_override(random);

	if (other->override_count > 0 && choice_random_chance(random, 1, 4))
		override = other->overrides[mutate_below(random, other->override_count)];
	scenario->overrides[scenario->override_count++] = override;
	return true;
}

bool mutate_drop_override(struct scenario *scenario, struct choice_random *random,
			  const struct scenario *other)
{
	(void)other;
	if (scenario->override_count == 0)
		return false;
	const size_t index = mutate_below(random, scenario->override_count);

	scenario->override_count--;
	memmove(&scenario->overrides[index], &scenario->overrides[index + 1],
		(scenario->override_count - index) * sizeof scenario->overrides[0]);
	return true;
}

bool mutate_move_override(struct scenario *scenario, struct choice_random *random,
			  const struct scenario *other)
{
	(void)other;
	if (scenario->override_count == 0)
		return false;
	struct scenario_override *override =
		&scenario->overrides[mutate_below(random, scenario->override_count)];
	const struct scenario_override drawn = scenario_generate_override(random);

	switch (mutate_below(random, 4)) {
	case 0:
		override->point = drawn.point;
		override->occurrence = drawn.occurrence;
		break;
	case 1:
		override->action = drawn.action;
		break;
	case 2:
		override->target = drawn.target;
		break;
	default:
		override->occurrence = mutate_number(random, override->occurrence);
		break;
	}
	return true;
}

/* Another M, or the same M elsewhere, or more or fewer of those that come by chance. */
bool mutate_retarget_signal(struct scenario *scenario, struct choice_random *random,
			    const struct scenario *other)
{
	struct scenario_override *signals[SCENARIO_OVERRIDE_COUNT_MAX];
	size_t count = 0;

	(void)other;
	for (size_t i = 0; i < scenario->override_count; i++) {
		if (scenario->overrides[i].action == SCENARIO_SIGNAL)
			signals[count++] = &scenario->overrides[i];
	}
	if (count == 0) {
		uint8_t *rate = &scenario->configuration.signal_rate;

		*rate = (uint8_t)mutate_number(random, *rate);
		return true;
	}
	struct scenario_override *signal = signals[mutate_below(random, count)];
	const struct scenario_override drawn = scenario_generate_override(random);

	if (choice_random_chance(random, 1, 2)) {
		signal->target = (uint8_t)mutate_number(random, signal->target);
	} else {
		signal->point = drawn.point;
		signal->occurrence = drawn.occurrence;
	}
	return true;
}
