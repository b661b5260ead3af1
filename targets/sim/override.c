/* Overrides: at the k-th pass of a point, something else than the policy's choice. */
#include "sim/internal.h"

void override_init(void)
{
	/* A chooser is asked at every point: what looks for an override finds it. */
	for (unsigned point = 0; sim.chooser != NULL && point < POINT_LIMIT; point++)
		sim.has_override[point] = true;
	for (unsigned i = 0; i < sim.scenario->override_count; i++) {
		uint16_t point = sim.scenario->overrides[i].point;
		if (point < POINT_LIMIT)
			sim.has_override[point] = true;
	}
}

void override_pass(enum point point)
{
	sim.pass_count[point]++;
}

const struct scenario_override *override_next(enum point point,
					      const struct scenario_override *before)
{
	const struct scenario_override *overrides = sim.scenario->overrides;
	const struct scenario_override *end = &overrides[sim.scenario->override_count];
	for (const struct scenario_override *at = before == NULL ? overrides : before + 1; at < end;
	     at++)
		if (at->point == point && at->occurrence == sim.pass_count[point])
			return at;
	return NULL;
}

/* The pass is the one that the yield before it has counted. */
static bool is_growth_wanted(enum point point)
{
	for (unsigned i = 0; i < sim.scenario->override_count; i++) {
		const struct scenario_override *override = &sim.scenario->overrides[i];
		if (override->point == point && override->action == SCENARIO_GROW &&
		    override->occurrence == sim.pass_count[point])
			return true;
	}
	return false;
}

bool host_stack_grows(enum point point)
{
	uint8_t rate = sim.scenario->configuration.stack_growth_rate;
	const bool is_wanted = sim.has_override[point] && is_growth_wanted(point);
	if (!is_wanted &&
	    (sim.is_fair || rate == 0 || choice_random_below(&sim.random, 256) >= rate))
		return false;
	sim_tell_hit(sim.current, SCENARIO_GROW);
	return true;
}
