#include "scenario/version.h"

bool scenario_version_is_known(const uint8_t *data, size_t size)
{
	return size == 0 || data[0] <= SCENARIO_BINARY_VERSION;
}
