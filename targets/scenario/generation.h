/* What random scenarios are drawn with. Internal to generate*.c. */
#ifndef SCENARIO_GENERATION_H
#define SCENARIO_GENERATION_H

#include "choice/random.h"

enum { SMALL_PROCS_MAX = 8 };

/* Small mostly, sometimes an edge, sometimes anything: small numbers meet each other, edges are
 * where checks are. */
uint16_t generate_number(struct choice_random *random, uint16_t min, uint16_t max);

#endif
