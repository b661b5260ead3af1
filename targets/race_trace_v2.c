/* Property: the v2 tracer on real threads with real SIGPROF: ThreadSanitizer finds no race in the
 * runtime, nothing throws or hangs, and each trace keeps the rules of its format, strictly. What
 * the simulator cannot show is here: the processor's own reordering, and signals between any two
 * instructions. */
#include "parallel/target.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	parallel_target_init(SCENARIO_TRACER_V2);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return parallel_target_run(data, size);
}
