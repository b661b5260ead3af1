/* Which orders of an execution's steps could have been the other way round, and what has to be
 * explored for that: source sets, after Abdulla, Aronis, Jonsson, Sagonas, "Optimal dynamic partial
 * order reduction", POPL 2014.
 *
 * Two steps race when they depend on each other and nothing else orders them. A lock races with the
 * lock before it, not with the unlock that let it go on; a sleep never with its wake. */
#ifndef EXHAUST_RACE_H
#define EXHAUST_RACE_H

#include "exhaust/order.h"

enum { EXHAUST_STEP_COUNT_MAX = 2048 };

/* Steps are counted from 1 within an execution. */
struct race_step {
	uint8_t thread;
	uint8_t slot;
	uint16_t clock[EXHAUST_THREAD_COUNT_MAX]; /* the last step of each thread before it */
};

struct race_analysis {
	uint16_t step_count;
	uint16_t last_steps[EXHAUST_THREAD_COUNT_MAX];
	struct order_place everything;
	struct order_place signals;
	struct order_place buffers[EXHAUST_THREAD_COUNT_MAX];
	struct race_step steps[EXHAUST_STEP_COUNT_MAX + 1];
};

/* Told of each race found: instead of step NUMBER, one of SLOTS (a bit each, order.h) would have
 * begun the other order. */
typedef void race_listener(unsigned number, uint32_t slots);

void race_begin(struct race_analysis *analysis);

/* The next step. OBJECTS are order_add()'s answer. LISTENER may be NULL: nothing new is expected.
 */
void race_add(struct race_analysis *analysis, const struct effect *effect,
	      const struct order_objects *objects, const struct sim_pending *pending,
	      race_listener *listener);

#endif
