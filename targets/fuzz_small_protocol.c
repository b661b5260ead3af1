/* Property: the runtime's small protocols (targets/exhaust/world_*.c) hold under any schedule, also
 * those that are too many to be exhausted: what a world checks at its end, nobody waits for ever,
 * no race. `procs' and the number of programs say which world; operations mean nothing. */
#include "driver/scenario_target.h"
#include "exhaust/world.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	driver_scenario_init(SCENARIO_TRACER_V2);
	return 0;
}

static const struct world *world;

static void *prepare(struct scenario *scenario)
{
	world = world_of_scenario(scenario);
	return world_play_prepare(world);
}

static const char *name(void)
{
	return world->name;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct driver_play play = {.prepare = prepare,
						.entry = world_play,
						.step_count_max = 20000,
						.check = world_play_check,
						.name = name};
	return driver_scenario_play(&play, data, size);
}
