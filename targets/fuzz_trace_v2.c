/* Property: whatever a scenario does to the v2 tracer, in whatever interleaving and with a signal
 * at any step, the runtime stays whole and every trace tells exactly what happened: no throw,
 * race, lock out of order, deadlock or livelock; each trace keeps the rules of its format,
 * strictly; and it agrees with ground truth. Some inputs run twice, to the same steps. */
#include "driver/scenario_target.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	driver_scenario_init(SCENARIO_TRACER_V2);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return driver_scenario_run(data, size);
}
