/* Property: the runtime's small protocols (targets/exhaust/world_*.c) hold under any schedule, also
 * those that are too many to be exhausted: what a world checks at its end, nobody waits for ever,
 * no race. Which world is told by `procs' and the number of programs; operations mean nothing, and
 * store buffers are for worlds that have some. */
#include "driver/scenario_target.h"
#include "exhaust/world.h"

enum { PROCS_COMMON_COUNT = 8 }; /* most scenarios have no more Ps than that */

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	driver_scenario_init(SCENARIO_TRACER_V2);
	return 0;
}

static void *prepare(struct scenario *scenario)
{
	const size_t wanted = (size_t)(scenario->configuration.procs - 1) +
			      PROCS_COMMON_COUNT * scenario->program_count;
	size_t count = 0;
	while (worlds[count] != NULL)
		count++;
	const struct world *world = worlds[wanted % count];
	scenario->configuration.has_store_buffers &= world->has_store_buffers;
	return world_play_prepare(world);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct driver_play play = {.prepare = prepare,
						.entry = world_play,
						.step_count_max = 20000,
						.check = world_play_check};
	return driver_scenario_play(&play, data, size);
}
