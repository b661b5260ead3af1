/* The scheduler's loop: which G runs on which M with which P. System stack only, unless said
 * otherwise. Source: algorithms.md 8; Go's findRunnable, startm, stopm, wakep. */
#ifndef SCHED_SCHEDULE_H
#define SCHED_SCHEDULE_H

#include "sched/types.h"

/* Finds goroutines and runs them, for ever. The M has a P. */
_Noreturn void schedule_loop(void);

/* First code of a new M: ARGUMENT is the struct m, with its P in next_p. */
void schedule_m_main(void *argument);

/* A goroutine has become runnable: starts an M for an idle P, unless one is already looking for
 * work. Any stack. */
void schedule_wake_p(void);

/* On a foreign thread, whose M has its goroutine in a system call: goes on with that goroutine
 * until it calls schedule_return_to_c(), on its stack and in a system call. Then that waits until
 * the next call. */
void schedule_call_back(void);
void schedule_return_to_c(void);

/* Gives P to an idle or new M. Any stack. */
void schedule_start_m(struct p *p, bool is_spinning);

/* P has lost its M, which waits outside the scheduler: to another M if there may be work, else to
 * the idle list. What counts as work is what find_runnable looks at (I10). System stack. */
void schedule_hand_off(struct p *p);

/* Puts this M, which has no P, on the list of idle ones, and sleeps until somebody gives it a P. */
void schedule_stop_m(void);

/* The sleep alone: who wakes this M has set its next_p. Then it has that P. */
void schedule_sleep_for_p(void);

/* A new M for P, not yet in any queue. Any stack. */
void schedule_new_m(struct p *p, bool is_spinning);

/* An M that has no thread yet. Any stack. */
struct m *schedule_new_extra_m(void);

/* The M of the daemon, which runs RUN and never has a P. Any stack. */
void schedule_new_sysmon(host_entry *run);

/* Runs the function that forEachP wants run on this M's P. */
void schedule_run_safe_point(void);

/* Wakes the M that sleeps for timers if it sleeps past WHEN_NS; whether there is one. Any stack. */
bool schedule_interrupt_poller(uint64_t when_ns);

/* An idle P for work that has been seen; NULL: there is none, and who gives one up looks for that
 * work. sched.lock held. */
struct p *schedule_take_p_for_work_locked(void);

/* M, the caller's, looks for work from here on. */
void schedule_start_spinning(struct m *m);

/* The M, the caller's, has given its P up: spins no longer, and looks at the queues, COUNT Ps' and
 * the global one, once more. Whether there was work: then it has a P again, and spins. */
bool schedule_stop_spinning(struct m *m, struct p *const *ps, uint32_t count);

/* Without a P: sleeps until UNTIL_NS, when the next timer is due, or until woken, if no other M
 * does. 0: there is no timer. Returns whether M, the caller's, has a P again. */
bool schedule_sleep_for_timers(struct m *m, uint64_t until_ns);

/* ---- Run queues ---------------------------------------------------------- */

/* A list of goroutines, all the caller's. */
void g_queue_push(struct g_queue *queue, struct g *g);
void g_queue_push_first(struct g_queue *queue, struct g *g);
struct g *g_queue_pop(struct g_queue *queue); /* NULL: it is empty */

/* Local queue of the caller's P; half of it goes to the global queue when full. */
void run_queue_push(struct p *p, struct g *g);
struct g *run_queue_pop(struct p *p);
bool run_queue_is_empty(const struct p *p);
/* Takes half of VICTIM's queue; returns one G, the rest go to P's. */
struct g *run_queue_steal(struct p *p, struct p *victim);

/* Global queue: sched.lock held. A pop moves up to COUNT_MAX - 1 more to P's queue, which must
 * have room for a half of it. */
void global_queue_push_locked(struct g *g);
struct g *global_queue_pop_locked(struct p *p, uint32_t count_max);

#endif
