/* The M that sleeps for timers: one at a time, without a P. Source: Go's findRunnable, whose
 * sleeper waits for the network, too. */
#include "sched/netpoll.h"
#include "sched/procs.h"
#include "sched/schedule.h"

bool schedule_interrupt_poller(uint64_t when_ns)
{
	uint64_t until_ns = atomic_u64_load(POINT_poll_look, &sched->poll_until_ns,
					    memory_order_seq_cst);
	if (until_ns == 0)
		return false;
	if (until_ns <= when_ns)
		return true;
	/* Whoever swaps it to 0 wakes the sleeper, once. */
	if (atomic_u64_compare_exchange(POINT_poll_claim, &sched->poll_until_ns, until_ns, 0,
					memory_order_acquire))
		host_note_wake(&sched->poll_note);
	return true;
}

bool schedule_sleep_for_timers(struct m *m, uint64_t until_ns)
{
	if (until_ns == 0 || !atomic_u32_compare_exchange(POINT_poll_enter, &sched->is_polling, 0,
							  1, memory_order_acquire)) {
		if (until_ns != 0)
			schedule_interrupt_poller(until_ns);
		return false;
	}
	host_note_clear(&sched->poll_note);
	atomic_u64_store(POINT_poll_publish, &sched->poll_until_ns, until_ns, memory_order_seq_cst);
	/* A timer armed before the store above saw no sleeper: look again. Partner: timer_arm(). */
	uint64_t when_ns = atomic_u64_load(POINT_timer_look, &sched->timers.next_when_ns,
					   memory_order_seq_cst);
	if (when_ns != 0 && when_ns < until_ns)
		until_ns = when_ns;
	bool is_woken = host_note_sleep(&sched->poll_note, until_ns);
	if (!is_woken) {
		uint64_t published = atomic_u64_peek(&sched->poll_until_ns);
		if (published == 0 ||
		    !atomic_u64_compare_exchange(POINT_poll_claim, &sched->poll_until_ns, published,
						 0, memory_order_relaxed))
			host_note_sleep(&sched->poll_note, HOST_FOREVER);
	}
	atomic_u32_store(POINT_poll_leave, &sched->is_polling, 0, memory_order_release);
	lock_acquire(&sched->lock);
	struct p *p = idle_p_get_locked();
	lock_release(&sched->lock);
	if (p == NULL) {
		if (netpoll_may_wait())
			netpoll_make_ready(host_nanotime());
		return false;
	}
	p_acquire(p);
	schedule_start_spinning(m);
	return true;
}
