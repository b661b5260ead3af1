/* Canaries: targets with a known mistake, which must fail. One that stays silent says that the
 * simulator, a checker or a sanitizer has gone blind.
 *
 * A canary is a file targets/canary_<name>.c: a few Ms on the simulator, scheduled by the input as
 * a scenario says, and the mistake at one line, which driver_canary_is_repaired takes away. Each is
 * an ordinary fuzz target, and a program check.canary_<name> (canary_main.c) that proves both: with
 * the mistake it is caught, without it is silent. */
#ifndef DRIVER_CANARY_H
#define DRIVER_CANARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/host.h"

struct driver_canary {
	const char *name;
	const char *verdicts;  /* names of those that count as caught, separated by single blanks */
	bool is_always_caught; /* by every input, not by some */
	bool is_long;          /* plays the whole runtime: a tenth of the silent runs are enough */
	const char *sites[2];  /* functions that the report must name, or NULL */
};

/* Each targets/canary_*.c defines its own. */
extern const struct driver_canary driver_canary;

/* Set between runs only. */
extern bool driver_canary_is_repaired;

/* Runs ENTRY(FIRST_OWNER) as the first thread on the simulator, scheduled as the scenario in DATA
 * says, and reports whatever is found. Returns 0, or does not return. */
int driver_canary_run(const uint8_t *data, size_t size, host_entry *entry, void *first_owner);

#endif
