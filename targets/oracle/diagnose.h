/* Which of the events that cannot happen tells most about a broken trace. */
#ifndef ORACLE_DIAGNOSE_H
#define ORACLE_DIAGNOSE_H

#include <stdint.h>

#include "oracle/state.h"

/* Nothing is left to offer but the parked ones among the LANE_COUNT lanes of state.lanes; IS_PARKED
 * tells which. Breaks the rule of the most telling one in state.fault. The lanes are used up. */
void diagnose_frontier(struct state *state, uint32_t lane_count, const bool *is_parked);

#endif
