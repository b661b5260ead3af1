/* A P that its M gives away when it has work for the trace reader (Go's handoffp): who gets it
 * looks for the reader. What the reader-hand-off worlds share. */
#ifndef EXHAUST_HANDED_P_H
#define EXHAUST_HANDED_P_H

#include "exhaust/world.h"

/* A scheduler with a P, an M that is idle and nothing to run. Somebody spins who has looked for the
 * reader before. */
void handed_p_set_up(void);

/* The caller gives the P away. Whether the idle M got it, which then looks for work. */
bool handed_p_hand_off(void);

/* The P is in one place. */
const char *handed_p_check(void);

#endif
