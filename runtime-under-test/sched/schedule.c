#include "sched/schedule.h"

#include "base/fatal.h"
#include "sched/gc.h"
#include "sched/goroutine.h"
#include "sched/lock_thread.h"
#include "sched/procs.h"
#include "sched/thread_end.h"
#include "sched/timer.h"
#include "sched/trace_hooks.h"

enum {
	/* So that two goroutines that make each other ready starve nobody. */
	GLOBAL_QUEUE_TICK = 61,
	STEAL_ROUND_COUNT = 2,
};

/* ---- Ms ------------------------------------------------------------------ */

static uint32_t m_random(struct m *m)
{
	m->random ^= m->random << 13;
	m->random ^= m->random >> 17;
	m->random ^= m->random << 5;
	return m->random;
}

void schedule_start_spinning(struct m *m)
{
	m->is_spinning = true;
	atomic_u32_add(POINT_spinning_count, &sched->spinning_count, 1, memory_order_relaxed);
}

/* Gives the M's spinning up; returns how many still spin. */
static uint32_t stop_spinning(struct m *m)
{
	ensure(m->is_spinning);
	m->is_spinning = false;
	uint32_t left = atomic_u32_add(POINT_spinning_count, &sched->spinning_count, UINT32_MAX,
				       memory_order_seq_cst);
	if (left == UINT32_MAX)
		fatal("negative spinning count");
	return left;
}

void schedule_start_m(struct p *p, bool is_spinning)
{
	struct m *self = acquirem();
	lock_acquire(&sched->lock);
	struct m *m = sched->idle_ms;
	if (m != NULL)
		sched->idle_ms = m->idle_next;
	lock_release(&sched->lock);
	if (m == NULL) {
		schedule_new_m(p, is_spinning);
	} else {
		ensure(!m->is_spinning && m->next_p == NULL);
		m->is_spinning = is_spinning;
		m->next_p = p;
		host_note_wake(&m->park);
	}
	releasem(self);
}

void schedule_sleep_for_p(void)
{
	struct m *m = m_self();
	host_note_sleep(&m->park, HOST_FOREVER);
	host_note_clear(&m->park);
	struct p *p = m->next_p;
	m->next_p = NULL;
	p_acquire(p);
}

void schedule_stop_m(void)
{
	struct m *m = m_self();
	ensure(m->p == NULL && !m->is_spinning && m->lock.preemption_off_count == 0);
	lock_acquire(&sched->lock);
	m->idle_next = sched->idle_ms;
	sched->idle_ms = m;
	lock_release(&sched->lock);
	schedule_sleep_for_p();
}

/* For work that has been seen. Without an idle P an M that is about to give one up, and does not
 * spin, has to look for that work: it may have seen this one counted as spinning. */
struct p *schedule_take_p_for_work_locked(void)
{
	struct p *p = idle_p_get_locked();
	if (p == NULL)
		sched->is_spinning_needed = true;
	return p;
}

void schedule_wake_p(void)
{
	/* One spinning M is enough: it wakes the next when it finds work. */
	if (atomic_u32_load(POINT_wake_p_look, &sched->spinning_count, memory_order_seq_cst) != 0 ||
	    !atomic_u32_compare_exchange(POINT_wake_p_claim, &sched->spinning_count, 0, 1,
					 memory_order_relaxed))
		return;
	struct m *m = acquirem();
	lock_acquire(&sched->lock);
	struct p *p = schedule_take_p_for_work_locked();
	if (p == NULL)
		atomic_u32_add(POINT_spinning_count, &sched->spinning_count, UINT32_MAX,
			       memory_order_relaxed);
	lock_release(&sched->lock);
	if (p != NULL)
		schedule_start_m(p, true);
	releasem(m);
}

void world_stop_this_m(void)
{
	struct m *m = m_self();
	if (m->is_spinning)
		stop_spinning(m);
	struct p *p = p_release();
	lock_acquire(&sched->lock);
	p_stop_locked(p);
	lock_release(&sched->lock);
	schedule_stop_m();
}

void schedule_run_safe_point(void)
{
	struct p *p = m_self()->p;
	if (!atomic_u32_compare_exchange(POINT_safe_point_claim, &p->run_safe_point, 1, 0,
					 memory_order_acquire))
		return;
	sched->safe_point_function(p);
	lock_acquire(&sched->lock);
	sched->safe_point_wait_count--;
	if (sched->safe_point_wait_count == 0)
		host_note_wake(&sched->safe_point_note);
	lock_release(&sched->lock);
}

/* ---- Finding work -------------------------------------------------------- */

static struct g *steal_work(struct m *m)
{
	for (int round = 0; round < STEAL_ROUND_COUNT; round++) {
		uint32_t count = sched->allp_length;
		uint32_t start = m_random(m) % count;
		for (uint32_t i = 0; i < count; i++) {
			if (world_is_stop_wanted())
				return NULL;
			struct p *victim = sched->allp[(start + i) % count];
			if (victim == m->p)
				continue;
			struct g *g = run_queue_steal(m->p, victim);
			if (g != NULL)
				return g;
		}
	}
	return NULL;
}

static struct g *pop_global(struct p *p, uint32_t count_max)
{
	if (atomic_u32_load(POINT_global_queue_length, &sched->queue_length,
			    memory_order_relaxed) == 0)
		return NULL;
	lock_acquire(&sched->lock);
	struct g *g = global_queue_pop_locked(p, count_max);
	lock_release(&sched->lock);
	return g;
}

/* The trace reader, when it has work: made runnable here. */
static struct g *find_reader(void)
{
	if (!trace_hooks->is_reader_wanted())
		return NULL;
	struct g *g = trace_hooks->take_reader();
	if (g == NULL)
		return NULL;
	goroutine_make_runnable(g);
	return g;
}

static struct g *find_local(struct m *m)
{
	struct p *p = m->p;
	if (p->schedule_tick % GLOBAL_QUEUE_TICK == 0) {
		struct g *g = pop_global(p, 1);
		if (g != NULL)
			return g;
	}
	struct g *g = run_queue_pop(p);
	return g != NULL ? g : pop_global(p, G_COUNT_MAX);
}

static bool may_spin(const struct m *m)
{
	if (m->is_spinning)
		return true;
	uint32_t spinning = atomic_u32_load(POINT_spinning_look, &sched->spinning_count,
					    memory_order_relaxed);
	uint32_t idle = atomic_u32_load(POINT_idle_look, &sched->idle_p_count,
					memory_order_relaxed);
	return 2 * spinning < sched->allp_length - idle;
}

/* Any P's queue that has work, looked at without a P, on the Ps of before. */
static bool any_queue_has_work(struct p *const *ps, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		if (!run_queue_is_empty(ps[i]))
			return true;
	return atomic_u32_load(POINT_global_queue_length, &sched->queue_length,
			       memory_order_seq_cst) != 0;
}

/* First no longer spinning, then the look: partner is a submitter's push, then its look at the
 * count in schedule_wake_p(), which saw this M spinning and woke nobody. All seq_cst. */
bool schedule_stop_spinning(struct m *m, struct p *const *ps, uint32_t count)
{
	stop_spinning(m);
	if (!any_queue_has_work(ps, count) && !gc_wants_idle_worker())
		return false;
	lock_acquire(&sched->lock);
	struct p *p = schedule_take_p_for_work_locked();
	lock_release(&sched->lock);
	if (p == NULL)
		return false;
	p_acquire(p);
	schedule_start_spinning(m);
	return true;
}

enum give_up { GIVE_UP_RETRY, GIVE_UP_DONE, GIVE_UP_FOUND };

/* Puts the P on the idle list, unless there is a reason not to. */
static enum give_up give_up_p(struct m *m, struct g **ret_g)
{
	lock_acquire(&sched->lock);
	bool is_wanted = world_is_stop_wanted() || safe_point_is_wanted(m->p);
	if (is_wanted) {
		lock_release(&sched->lock);
		return GIVE_UP_RETRY;
	}
	*ret_g = global_queue_pop_locked(m->p, G_COUNT_MAX);
	if (*ret_g != NULL) {
		lock_release(&sched->lock);
		return GIVE_UP_FOUND;
	}
	if (!m->is_spinning && sched->is_spinning_needed) {
		sched->is_spinning_needed = false;
		schedule_start_spinning(m);
		lock_release(&sched->lock);
		return GIVE_UP_RETRY;
	}
	idle_p_put_locked(p_release());
	lock_release(&sched->lock);
	return GIVE_UP_DONE;
}

/* Nothing to do with this P: gives it up, looks once more, and sleeps. Returns with a P, or with a
 * G to run. */
static struct g *idle(struct m *m)
{
	struct p *ps[P_COUNT_MAX];
	uint32_t count = sched->allp_length;
	for (uint32_t i = 0; i < count; i++)
		ps[i] = sched->allp[i];

	struct g *g = NULL;
	switch (give_up_p(m, &g)) {
	case GIVE_UP_RETRY:
		return NULL;
	case GIVE_UP_FOUND:
		return g;
	case GIVE_UP_DONE:
		break;
	}
	if (m->is_spinning && schedule_stop_spinning(m, ps, count))
		return NULL;
	uint64_t when_ns = atomic_u64_load(POINT_timer_look, &sched->timers.next_when_ns,
					   memory_order_seq_cst);
	if (!schedule_sleep_for_timers(m, when_ns))
		schedule_stop_m();
	return NULL;
}

static struct g *find_runnable(bool *ret_wakes_p)
{
	struct m *m = m_self();
	*ret_wakes_p = false;
	for (;;) {
		if (world_is_stop_wanted()) {
			world_stop_this_m();
			continue;
		}
		if (safe_point_is_wanted(m->p))
			schedule_run_safe_point();
		timers_run();

		struct g *g = find_reader();
		if (g != NULL) {
			*ret_wakes_p = true;
			return g;
		}
		g = gc_find_worker(m->p);
		if (g != NULL)
			return g;
		g = find_local(m);
		if (g != NULL)
			return g;
		if (may_spin(m)) {
			if (!m->is_spinning)
				schedule_start_spinning(m);
			g = steal_work(m);
			if (g != NULL)
				return g;
		}
		g = gc_find_idle_worker();
		if (g != NULL)
			return g;
		g = idle(m);
		if (g != NULL)
			return g;
	}
}

/* ---- Running ------------------------------------------------------------- */

/* As the profiler's switch has it, which changes only the M it runs on. */
static void follow_profile_rate(struct m *m)
{
	uint32_t hz = atomic_u32_load(POINT_profile_follow, &sched->profile_hz,
				      memory_order_relaxed);
	if (atomic_u32_peek(&m->profile_hz) != hz)
		atomic_u32_store(POINT_profile_set_m, &m->profile_hz, hz, memory_order_relaxed);
}

static void take_g(struct m *m, struct g *g)
{
	follow_profile_rate(m);
	m->current_g = g;
	g->m = m;
	g_change_status(g, G_RUNNABLE, G_RUNNING);
	atomic_u32_store(POINT_g_clear_preempt, &g->is_preempt_wanted, 0, memory_order_relaxed);
	m->p->schedule_tick++;
	atomic_u32_store(POINT_p_clear_preempt, &m->p->time_slice, 2 * m->p->schedule_tick,
			 memory_order_relaxed);
	trace_tell(trace_hooks->go_start);
}

/* Runs G, and those that it switches to, until one waits, yields or ends, or returns to C; returns
 * a goroutine to run at once, or NULL. */
static struct g *enter_g(struct m *m, struct g *g)
{
	for (;;) {
		g->saved.last_m = m;
		g->saved.switch_count++;
		host_stack_enter(g->stack);
		g->saved.last_m = m;
		g->saved.switch_count++;

		enum m_request request = m->request;
		m->request = M_REQUEST_NONE;
		if (request == M_REQUEST_MCALL) {
			struct g *next = m->mcall(g);
			if (next == NULL || next != m->current_g)
				return next;
			/* Switched to: it runs already. */
			g = next;
			continue;
		}
		if (request == M_REQUEST_RETURN_TO_C) {
			m->is_back_in_c = true;
			return NULL;
		}
		ensure(request == M_REQUEST_SYSTEM_CALL);
		m->system_call(m->system_argument);
	}
}

/* NEXT first, if it is not NULL, until the goroutine of a foreign thread has returned to C. */
static void run_goroutines(struct m *m, struct g *next)
{
	while (!m->is_back_in_c) {
		bool wakes_p = false;
		if (next == NULL && m->locked_g != NULL)
			next = schedule_stop_locked_m();
		if (next == NULL)
			next = find_runnable(&wakes_p);
		if (m->is_spinning) {
			/* Found work: somebody else has to look for more. */
			stop_spinning(m);
			wakes_p = true;
		}
		if (wakes_p)
			schedule_wake_p();
		if (next->locked_m != NULL && next->locked_m != m) {
			schedule_start_locked_m(next);
			next = NULL;
			continue;
		}
		take_g(m, next);
		next = enter_g(m, next);
	}
}

_Noreturn void schedule_loop(void)
{
	run_goroutines(m_self(), NULL);
	fatal("an M without a foreign thread returned to C");
}

void schedule_call_back(void)
{
	struct m *m = m_self();
	m->is_back_in_c = false;
	struct g *next = enter_g(m, m->current_g);
	run_goroutines(m, next);
}

void schedule_return_to_c(void)
{
	ensure(is_on_user_stack());
	m_self()->request = M_REQUEST_RETURN_TO_C;
	host_stack_leave();
}

void schedule_m_main(void *argument)
{
	struct m *m = argument;
	m->procid = host_thread_id();
	/* Who had the thread's id before has written its last event by now. Upstream reaps only
	 * where it makes an M. A P waits for this one, so that it looks for the reader. */
	schedule_reap_ms();
	struct p *p = m->next_p;
	m->next_p = NULL;
	p_acquire(p);
	schedule_loop();
}
