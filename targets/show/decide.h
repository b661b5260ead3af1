/* How decisions are put together. Internal to show. */
#ifndef SHOW_DECIDE_H
#define SHOW_DECIDE_H

#include "show/decision.h"
#include "show/recording.h"

/* Adds a sentence about STEP; what is said of one step stands in one place. */
__attribute__((format(printf, 4, 5))) void decide(struct decisions *decisions, uint32_t step,
						  const char *label, const char *format, ...);

/* "M1 with P0, goroutine 2 in runtime.StopTrace, on the system stack", as in STEP. */
const char *decide_who(uint32_t step, char *text, size_t size_bytes);

/* The name of STEP's point. */
const char *decide_point(uint32_t step);

/* The last step at one of COUNT points, 0: none. */
uint32_t decide_last_pass(const enum point *points, size_t count);

/* "trace", or "root 2" where there are several of the rank. */
const char *decide_lock_name(const struct recorded_lock *lock, char *text, size_t size_bytes);

/* What the verdict is about: decide_verdict.c, decide_trace.c. */
void decide_verdict(struct decisions *decisions, const struct verdict *verdict);
void decide_trace(struct decisions *decisions, const struct run_result *result);
/* Buffers that were queued and never came out. */
void decide_lost_buffers(struct decisions *decisions);

#endif
