/* A goroutine that goes through a system call with the real way in and out, and thieves of its P:
 * what the syscall-retake worlds share. Source: algorithms.md 16.8. */
#ifndef EXHAUST_SYSTEM_CALL_H
#define EXHAUST_SYSTEM_CALL_H

#include "exhaust/world.h"

enum { SYSTEM_CALLER = 0, SYSTEM_CALL_SYSMON = 1, SYSTEM_CALL_STOPPER = 2 };

/* The trace is on. The caller has a P, and so has the stopper, if HAS_STOPPER. */
void system_call_set_up(bool has_stopper);

/* The caller: in, out, and then it ends and its M gives its P away. */
void system_call_go_through(void);

/* sysmon, that finds that the call takes long. */
void system_call_retake(void);

/* A stop of the world, and its start. */
void system_call_stop_world(void);

/* Ps and the goroutine are in one place each, nobody holds anything, and the trace tells how that
 * came about. */
const char *system_call_check(void);

#endif
