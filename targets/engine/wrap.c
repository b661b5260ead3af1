/* What the linker puts around LLVMFuzzerTestOneInput in each target (--wrap). */
#include <stddef.h>
#include <stdint.h>

#include "engine/execution.h"

int __real_LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int __wrap_LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int __wrap_LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	execution_begin();
	int result = __real_LLVMFuzzerTestOneInput(data, size);
	execution_tell();
	return result;
}
