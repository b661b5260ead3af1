/* Ms that write while their generation is closed, over the real barrier: what the barrier worlds
 * share. The generation is CLOSING_GENERATION; behind it the trace ends, or the next one begins. */
#ifndef EXHAUST_CLOSING_GENERATION_H
#define EXHAUST_CLOSING_GENERATION_H

#include "exhaust/world.h"

enum {
	CLOSING_WRITER = 0,
	CLOSING_ADVANCE = 1,
	CLOSING_SECOND_WRITER = 2,
	CLOSING_GENERATION = 1,
};

/* The trace is on, and has the writers' Ms; with two also one that has ended. */
void closing_generation_set_up(void);
void closing_generation_set_up_two(void);

/* A writer: one section with an event, if tracing is still on. */
void closing_generation_write_event(void);

/* A writer: a section with an event, and in it another one with an event. */
void closing_generation_write_nested(void);

/* A writer: one section with more events than a buffer takes. */
void closing_generation_write_many(void);

/* The stop, from its store of the generation to the end of the barrier. */
void closing_generation_stop(void);

/* The same of an advance to the next generation. */
void closing_generation_advance(void);

/* The generation has each event that was written into it, and nobody writes. */
const char *closing_generation_check(void);

#endif
