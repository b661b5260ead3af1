/* What a world with the scheduler and the v2 tracer begins with: a scheduler that has nothing but
 * its lock, and a tracer of DIALECT that is off. BUFFER_SIZE_BYTES 0: nothing is written. */
#ifndef EXHAUST_SCHEDULER_BOOT_H
#define EXHAUST_SCHEDULER_BOOT_H

#include <stdint.h>

#include "trace_v2/tracer.h"

void scheduler_boot(uint32_t dialect, uint32_t buffer_size_bytes);

#endif
