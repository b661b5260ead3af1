/* A scenario as a driver reads it (runtime-under-test/go/PROTOCOL.md): procs, programs and
 * operations, a line each. The schedule is nothing that a real toolchain can play. */
#ifndef REAL_GO_SCRIPT_H
#define REAL_GO_SCRIPT_H

#include <stddef.h>

#include "scenario/scenario.h"

enum { SCRIPT_SIZE_MAX = 32768 }; /* every scenario fits, its 0 included */

/* Prints SCENARIO and returns the length without the 0 at its end. TARGET has SCRIPT_SIZE_MAX
 * bytes. */
size_t script_print(const struct scenario *scenario, char *target);

#endif
