/* What the operations of a scenario ask of the run as a whole. */
#include "api/runtime.h"
#include "perform/internal.h"
#include "perform/perform.h"

bool perform_is_misuse(const struct scenario *scenario)
{
	for (uint16_t i = 0; i < scenario->operation_count; i++)
		if (scenario_operation_row(scenario->operations[i].id)->class ==
		    SCENARIO_CLASS_MISUSE)
			return true;
	return false;
}

bool perform_has_collector(const struct scenario *scenario)
{
	for (uint16_t i = 0; i < scenario->operation_count; i++)
		switch (scenario->operations[i].id) {
		case SCENARIO_GC:
		case SCENARIO_ALLOCATE:
		case SCENARIO_READ_MEM_STATS:
		case SCENARIO_GOROUTINE_PROFILE:
			return true;
		default:
			break;
		}
	return false;
}

bool perform_has_recorder(const struct scenario *scenario)
{
	if (!runtime_has_subscribers(scenario->configuration.dialect))
		return false;
	for (uint16_t i = 0; i < scenario->operation_count; i++)
		if (scenario->operations[i].id == SCENARIO_RECORDER_START)
			return true;
	return false;
}
