/* A goroutine that goes through a system call with the real way in and out, and thieves of its P:
 * what the syscall-retake worlds share. Source: algorithms.md 16.8. */
#ifndef EXHAUST_SYSTEM_CALL_H
#define EXHAUST_SYSTEM_CALL_H

#include "exhaust/world.h"

enum { SYSTEM_CALLER = 0, SYSTEM_CALL_SYSMON = 1, SYSTEM_CALL_STOPPER = 2 };

/* The trace is on. The caller has a P, and so has the stopper, if HAS_STOPPER. */
void system_call_set_up(bool has_stopper);
/* SYSTEM_CALL_SYSMON is a second caller, without a P. */
void system_call_set_up_two(void);

/* The caller: in, out, and then it ends and its M gives its P away. */
void system_call_go_through(void);

/* The same with a call that lasts until somebody releases it. */
void system_call_block(void);

/* The same, when the caller has been asked to make room. */
void system_call_compute_and_block(void);

/* sysmon, that finds that the call takes long. */
void system_call_retake(void);

/* Who takes the P goes through a system call with it. */
void system_call_retake_and_go_through(void);

/* A stop of the world, and its start. */
void system_call_stop_world(void);

/* The same when the call that blocks has come, which is released meanwhile. */
void system_call_stop_world_and_release(void);

/* The same, and whether that call has come is not looked at. */
void system_call_stop_world_for_entry(void);

/* Calls each P at a safe point, before the call that blocks comes and while it lasts. */
void system_call_run_safe_points_and_release(void);

/* Ps and the goroutine are in one place each, nobody holds anything, and the trace tells how that
 * came about. */
const char *system_call_check(void);

#endif
