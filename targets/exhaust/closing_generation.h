/* A trace that is stopped while an M writes, over the real barrier: what the barrier worlds share.
 */
#ifndef EXHAUST_CLOSING_GENERATION_H
#define EXHAUST_CLOSING_GENERATION_H

#include "exhaust/world.h"

enum { CLOSING_WRITER = 0, CLOSING_ADVANCE = 1, CLOSING_GENERATION = 1 };

/* The trace is on, in CLOSING_GENERATION, and has M number CLOSING_WRITER. */
void closing_generation_set_up(void);

/* The writer: one section with an event, if tracing is still on. */
void closing_generation_write_event(void);

/* The stop, from its store of the generation to the end of the barrier. */
void closing_generation_stop(void);

/* Every event that the writer has written into the generation has been found. */
const char *closing_generation_check(void);

#endif
