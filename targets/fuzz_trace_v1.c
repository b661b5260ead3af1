/* Property: whatever a scenario does to the v1 tracer, in whatever interleaving and with a signal
 * at any step, the runtime stays whole: no throw, race, lock out of order, deadlock or livelock;
 * and each trace keeps the rules of its format, strictly. Some inputs run twice, to the same steps.
 */
#include "driver/scenario_target.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	driver_scenario_init(SCENARIO_TRACER_V1);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return driver_scenario_run(data, size);
}
