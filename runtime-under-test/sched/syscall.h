/* System calls: a goroutine and its M leave the scheduler. Their P stays wired and running until
 * they are back, or until somebody takes it away. Source: algorithms.md 16.8; Go's entersyscall,
 * entersyscallblock, exitsyscall.
 *
 *         | enter | exit | hold to let go
 * enter   |   -   |  -   |       X
 * exit    |   -   |  -   |       X
 * hold    |   X   |  X   |       -
 *
 * X by the scan bit of the goroutine: who holds it owns the goroutine, its M's P and the wiring of
 * the two. Enter and exit are one M's, and of two who want to hold one does. */
#ifndef SCHED_SYSCALL_H
#define SCHED_SYSCALL_H

#include "sched/trace_hooks.h"
#include "sched/types.h"

/* Around a system call of the current goroutine, which meanwhile does nothing but what
 * on_system_stack() runs without touching the M's P. User stack. After the exit it may be on
 * another M. */
void syscall_enter(void);
void syscall_exit(void);

/* Waits for NOTE, which the caller clears afterwards. On a system stack the M sleeps. From a user
 * stack the goroutine waits as in a system call of which it is known that it blocks: its M gives
 * its P away before. Go's notetsleepg. */
void m_sleep_on_note(struct host_note *note);

/* Of an M that nobody stops with the world: enters a section and changes the status of G, before a
 * trace that the section does not belong to has its first event. The caller leaves the section.
 * System stack. */
struct trace_section syscall_change_status(struct g *g, enum g_status from, enum g_status to);

/* ---- Taking the P of somebody else --------------------------------------- */

/* The goroutine that is in a system call with P, or was when a foreign thread left it, which cannot
 * come back before syscall_let_go(); or NULL: there is none, or it comes or goes just now. Any
 * stack. */
struct g *syscall_hold(struct p *p);
void syscall_let_go(struct g *g);

/* Whose goroutine is held loses P, which is the caller's then, with STATUS idle or stopped. */
void syscall_take_p(struct p *p, enum p_status status);

/* Whether it may be worth to hold: a look without a step. */
static inline bool syscall_may_have(const struct p *p)
{
	return atomic_address_peek(&p->syscall_g) != 0;
}

#endif
