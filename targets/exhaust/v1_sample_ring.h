/* A signal's handler on an M without a P, beside who ends and begins the log of CPU samples of the
 * v1 tracer with its own code: what the v1-sample worlds share. Source: algorithms.md 7.1. */
#ifndef EXHAUST_V1_SAMPLE_RING_H
#define EXHAUST_V1_SAMPLE_RING_H

#include "exhaust/world.h"

enum { V1_SAMPLE_HANDLER = 0, V1_SAMPLE_TRACER = 1 };

/* A trace is on, without a ring. */
void v1_sample_ring_set_up(void);

/* Does nothing itself: it is signalled. */
void v1_sample_ring_user_code(void);

/* The handler: takes a sample while tracing. */
void v1_sample_ring_handle_signal(void *owner);

#endif
