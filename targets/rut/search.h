/* The same operations under other schedules: from a finding of real threads, which nobody can
 * replay, to one of the simulator, which everybody can. */
#ifndef RUT_SEARCH_H
#define RUT_SEARCH_H

#include <stdbool.h>
#include <stdint.h>

#include "scenario/text.h"

/* Whether NAME is a verdict that a search can be for. */
bool search_knows_verdict(const char *name);

/* Tries up to RUN_COUNT schedules of SCENARIO, the first being its own, with and without store
 * buffers and signals, until one gives the verdict WANTED, or any finding when it is "". Prints it
 * as a text scenario, with TEXT's names of programs. Returns an exit status: 1 found, 0 not. */
int search_schedules(const struct scenario *scenario, const struct scenario_text *text,
		     const char *wanted, uint64_t run_count);

#endif
