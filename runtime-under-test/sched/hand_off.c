#include "base/defect.h"
#include "sched/gc.h"
#include "sched/procs.h"
#include "sched/schedule.h"
#include "sched/trace_hooks.h"

/* A P whose M waits outside the scheduler. Source: Go's handoffp. */

/* Runs what forEachP wants of a P that has no M. sched.lock held. */
static void run_safe_point_locked(struct p *p)
{
	if (!atomic_u32_compare_exchange(POINT_safe_point_claim, &p->run_safe_point, 1, 0,
					 memory_order_relaxed))
		return;
	sched->safe_point_function(p);
	sched->safe_point_wait_count--;
	if (sched->safe_point_wait_count == 0)
		host_note_wake(&sched->safe_point_note);
}

/* What find_runnable would find for P at once, looked at without the lock: a hint, but for the
 * reader, whom an M that has flushed a buffer looks for here. */
static bool has_work_for(const struct p *p)
{
	return !run_queue_is_empty(p) || gc_has_work() ||
	       atomic_u32_load(POINT_global_queue_length, &sched->queue_length,
			       memory_order_relaxed) != 0 ||
	       (!DEFECT(issue_39004) && trace_hooks->is_reader_wanted() &&
		trace_hooks->has_reader_work());
}

/* Nobody spins and no P is idle: then P goes on spinning, since nobody else looks for work. */
static bool claim_only_spinner(void)
{
	return atomic_u32_load(POINT_spinning_look, &sched->spinning_count, memory_order_relaxed) ==
		       0 &&
	       atomic_u32_load(POINT_idle_look, &sched->idle_p_count, memory_order_relaxed) == 0 &&
	       atomic_u32_compare_exchange(POINT_wake_p_claim, &sched->spinning_count, 0, 1,
					   memory_order_relaxed);
}

/* Under the lock nobody submits to the global queue, stops the world or wants a safe point without
 * seeing P. Who arms a timer that this does not see comes to the lock later, and finds P idle.
 * Whether P has found its place; else it needs an M. */
static bool settle_p_locked(struct p *p)
{
	if (world_is_stop_wanted()) {
		p_stop_locked(p);
		return true;
	}
	run_safe_point_locked(p);
	if (atomic_u32_load(POINT_global_queue_length, &sched->queue_length,
			    memory_order_relaxed) != 0)
		return false;
	/* A timer needs somebody who sleeps for it. */
	uint64_t when_ns = atomic_u64_load(POINT_timer_look, &sched->timers.next_when_ns,
					   memory_order_relaxed);
	if (when_ns != 0 && !schedule_interrupt_poller(when_ns))
		return false;
	/* Somebody had work and found no idle P: see schedule_take_p_for_work_locked(). */
	if (sched->is_spinning_needed) {
		sched->is_spinning_needed = false;
		return false;
	}
	idle_p_put_locked(p);
	return true;
}

void schedule_hand_off(struct p *p)
{
	if (has_work_for(p)) {
		schedule_start_m(p, false);
		return;
	}
	if (claim_only_spinner()) {
		schedule_start_m(p, true);
		return;
	}
	lock_acquire(&sched->lock);
	bool is_settled = settle_p_locked(p);
	lock_release(&sched->lock);
	if (!is_settled)
		schedule_start_m(p, false);
}
