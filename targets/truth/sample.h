/* CPU samples: what signal handlers and readers of rings did, observed from the words of rings and
 * from the moment of each signal. Internal to truth.
 *
 * Conservation: what a handler accepts ends as one record in a ring, with the context of the moment
 * of its signal, or is counted as lost; what is counted is told once. A trace has exactly the
 * records that were written in each generation, a profile all records and counts in their order. */
#ifndef TRUTH_SAMPLE_H
#define TRUTH_SAMPLE_H

#include "truth/log.h"

/* SEEN, on any stack but a signal's, has done its last operation, and announces POINT. */
void truth_sample_step(struct truth_m *seen, enum point point, const void *object);

/* SEEN has done its last operation: what came of it, before it announces the next. */
void truth_sample_settle(struct truth_m *seen);

/* As truth_sample_step(), in the handler of SEEN, which has M; NULL: it is a foreign thread. */
void truth_sample_handler_step(struct truth_m *seen, const struct m *m, enum point point,
			       const void *object);

/* The words of its handler are all done: it has returned. */
void truth_sample_handler_ended(struct truth_m *seen);

#endif
