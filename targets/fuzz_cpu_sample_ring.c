/* Property: whatever the interleaving, and with a signal at any step, the ring of CPU samples gives
 * its reader every sample that its handlers wrote, in order and as written, or counts it as lost in
 * its place; a reader that waits is woken when it has to be; no race, no throw. */
#include "driver/scenario_target.h"
#include "ring_play/ring_play.h"

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
	return ring_play_prepare(scenario, 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct driver_play play = {
		.prepare = prepare, .entry = ring_play_main, .step_count_max = 40000};
	return driver_scenario_play(&play, data, size);
}
