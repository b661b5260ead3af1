/* Where tracer_v1->lock is taken: on system stacks, or in one of the ways that issue 53979 mended.
 * Source: algorithms.md 3.4, 12.1; the seeds 9923162f and 6c2e327e. */
#ifndef TRACE_V1_LOCK_FORM_H
#define TRACE_V1_LOCK_FORM_H

#include "trace_v1/tracer.h"

/* The settings of issue_53979. */
enum v1_lock_form {
	V1_LOCK_ON_SYSTEM_STACK,
	V1_LOCK_WHILE_PARKING, /* user stacks, and the reader waits with the lock held */
	V1_LOCK_ON_USER_STACK, /* user stacks */
	V1_LOCK_OWNER_STALE,   /* as above, and who waits stays the lock's owner */
};

enum v1_lock_form v1_lock_form(void);

/* Runs CALL(ARGUMENT), which takes the lock, on the stack where that is done. */
void v1_call_to_lock(void (*call)(void *argument), void *argument);

/* For whoever may emit events with the lock held: they flush without taking it again. */
void v1_lock_as_owner(void);
void v1_unlock_as_owner(void);

/* Whether the caller's goroutine is the owner. */
bool v1_is_lock_owner(void);

#endif
