/* Ps: idle list, wiring to Ms, stop-the-world, forEachP, GOMAXPROCS. Source: algorithms.md 5.10,
 * 8, 16.8. */
#ifndef SCHED_PROCS_H
#define SCHED_PROCS_H

#include "sched/types.h"

/* Idle list: sched.lock held. */
void idle_p_put_locked(struct p *p);
struct p *idle_p_get_locked(void);

/* Wires P to this M, in p_acquire() with its ProcStart. System stack. */
void p_wire(struct p *p);
void p_acquire(struct p *p);
/* Writes ProcStop, unwires and returns the P. System stack. */
struct p *p_release(void);

/* P, the caller's, stops for who stops the world. sched.lock held. */
void p_stop_locked(struct p *p);

/* Makes all Ps with their Ms stop at the next safe point. KIND is what a trace shows. User stack.
 * Holds the world semaphore until world_start(). */
void world_stop(const char *kind);
void world_start(void);

/* The same where the caller holds the world semaphore, before and afterwards. */
void world_stop_owned(const char *kind);
void world_start_owned(void);

/* Whether somebody stops the world. Any stack, also without a P. */
static inline bool world_is_stop_wanted(void)
{
	return atomic_u32_load(POINT_stop_look, &sched->is_stop_wanted, memory_order_relaxed) != 0;
}

/* Of a stop, whether the collector makes it. */
bool world_stop_is_of_collector(const char *kind);

/* The M has seen is_stop_wanted: gives its P away and sleeps. System stack. */
void world_stop_this_m(void);

/* Runs CALL for every live P at a safe point: on its M, or here when idle. User stack; the world
 * semaphore is held. */
void for_each_p(void (*call)(struct p *p));

/* Whether a call of P is due. Any stack. */
static inline bool safe_point_is_wanted(const struct p *p)
{
	return atomic_u32_load(POINT_safe_point_look, &p->run_safe_point, memory_order_relaxed) !=
	       0;
}

/* runtime.GOMAXPROCS(COUNT), 1 to P_COUNT_MAX. User stack. */
void set_gomaxprocs(uint32_t count);

/* The Ps of the start; before anything runs. */
void procs_init(uint32_t count);

#endif
