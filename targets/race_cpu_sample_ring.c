/* Property: as fuzz_cpu_sample_ring, on real threads with real SIGPROF: ThreadSanitizer finds no
 * race, and the ring keeps its promise in the order that the processor gives to memory. */
#include "parallel/target.h"
#include "ring_play/ring_play.h"

/* Handlers are rare beside the simulator's: each writes a few samples, so that rings fill up. */
enum { SIGNAL_RATE_HZ = 10000, SAMPLES_PER_SIGNAL = 4 };

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	parallel_target_init(SCENARIO_TRACER_V2);
	return 0;
}

static void *prepare(const struct scenario *scenario)
{
	return ring_play_prepare(scenario, SAMPLES_PER_SIGNAL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct parallel_play play = {
		.prepare = prepare, .entry = ring_play_main, .signal_rate_hz = SIGNAL_RATE_HZ};
	return parallel_target_play(&play, data, size);
}
