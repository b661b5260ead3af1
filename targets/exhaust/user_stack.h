/* A world's thread on the stack of a goroutine, where code runs that calls on_system_stack() or
 * leaves its M: in place of the scheduler's loop. */
#ifndef EXHAUST_USER_STACK_H
#define EXHAUST_USER_STACK_H

#include <stdbool.h>

/* Runs ENTRY on the stack of the M's current goroutine. True when it has returned, false when the
 * goroutine has left the M. System stack. */
bool user_stack_run(void (*entry)(void));

#endif
