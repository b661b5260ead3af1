#include "sched/procs.h"

#include <string.h>

#include "base/defect.h"
#include "base/fatal.h"
#include "sched/gc.h"
#include "sched/goroutine.h"
#include "sched/netpoll.h"
#include "sched/schedule.h"
#include "sched/semaphore.h"
#include "sched/suspend.h"
#include "sched/syscall.h"
#include "sched/sysmon.h"
#include "sched/trace_hooks.h"

static const uint64_t retry_ns = 100000;

void idle_p_put_locked(struct p *p)
{
	lock_assert_held(&sched->lock);
	p->status = P_IDLE;
	p->link = sched->idle_ps;
	sched->idle_ps = p;
	atomic_u32_add(POINT_idle_count, &sched->idle_p_count, 1, memory_order_relaxed);
}

struct p *idle_p_get_locked(void)
{
	lock_assert_held(&sched->lock);
	struct p *p = sched->idle_ps;
	if (p == NULL)
		return NULL;
	sched->idle_ps = p->link;
	p->link = NULL;
	atomic_u32_add(POINT_idle_count, &sched->idle_p_count, UINT32_MAX, memory_order_relaxed);
	return p;
}

void p_wire(struct p *p)
{
	struct m *m = m_self();
	ensure(m->p == NULL && p->m == NULL && p->status == P_IDLE);
	m->p = p;
	p->m = m;
	p->status = P_RUNNING;
}

static struct p *unwire(void)
{
	struct m *m = m_self();
	struct p *p = m->p;
	ensure(p != NULL && p->m == m);
	m->p = NULL;
	p->m = NULL;
	p->status = P_IDLE;
	return p;
}

void p_acquire(struct p *p)
{
	const bool is_wired_inside = DEFECT(control_proc_in_section) != 0;
	if (!is_wired_inside)
		p_wire(p);
	struct trace_section section = trace_enter();
	if (is_wired_inside)
		p_wire(p);
	if (section.is_valid)
		trace_hooks->proc_start(section);
	trace_leave(section);
}

struct p *p_release(void)
{
	trace_tell(trace_hooks->proc_stop);
	return unwire();
}

/* ---- GOMAXPROCS: the world is stopped, sched.lock is held ---------------- */

static void trace_procs_change(uint32_t count)
{
	struct trace_section section = trace_enter();
	if (section.is_valid)
		trace_hooks->procs_change(section, count);
	trace_leave(section);
}

static void grow_allp(uint32_t count)
{
	lock_acquire(&sched->allp_lock);
	while (sched->allp_capacity < count) {
		struct p *p = host_allocate(sizeof *p);
		p->id = sched->allp_capacity;
		p->status = P_GCSTOP;
		sched->allp[sched->allp_capacity++] = p;
	}
	lock_release(&sched->allp_lock);
}

/* This M's P dies: P 0 instead. Its goroutine runs on; the trace tells it as stopped and started
 * again. */
static void move_to_first_p(void)
{
	struct trace_section section = trace_enter();
	if (section.is_valid) {
		trace_hooks->go_stop(section, TRACE_STOP_GOSCHED);
		trace_hooks->proc_stop(section);
	}
	trace_leave(section);
	unwire();
	struct p *first = sched->allp[0];
	first->m = NULL;
	first->status = P_IDLE;
	p_acquire(first);
	trace_tell(trace_hooks->go_start);
}

/* The goroutines of a dying P, to the global queue. */
static void destroy_p(struct p *p)
{
	struct g *g;
	while ((g = run_queue_pop(p)) != NULL)
		global_queue_push_locked(g);
	trace_hooks->proc_destroyed(p);
	p->m = NULL;
	p->timer_race_context = NULL;
	p->status = P_DEAD;
}

/* Returns the Ps that have work, linked. */
static struct p *resize_locked(uint32_t count)
{
	struct m *m = m_self();
	uint32_t old_count = sched->allp_length;
	trace_procs_change(count);
	if (count > old_count) {
		grow_allp(count);
		for (uint32_t i = old_count; i < count; i++) {
			host_yield(POINT_procresize_revive, sched->allp[i]);
			sched->allp[i]->status = P_GCSTOP;
		}
		sched->allp_length = count;
	}
	if (m->p->id >= count)
		move_to_first_p();
	m->p->status = P_RUNNING;
	for (uint32_t i = count; i < old_count; i++) {
		host_yield(POINT_procresize_destroy, sched->allp[i]);
		destroy_p(sched->allp[i]);
	}
	sched->allp_length = count;

	struct p *runnable = NULL;
	for (uint32_t i = count; i-- > 0;) {
		struct p *p = sched->allp[i];
		if (p == m->p)
			continue;
		p->status = P_IDLE;
		if (run_queue_is_empty(p)) {
			idle_p_put_locked(p);
		} else {
			p->link = runnable;
			runnable = p;
		}
	}
	return runnable;
}

void procs_init(uint32_t count)
{
	ensure(count >= 1 && count <= P_COUNT_MAX);
	grow_allp(count);
	sched->allp_length = count;
	lock_acquire(&sched->lock);
	for (uint32_t i = count; i-- > 1;)
		idle_p_put_locked(sched->allp[i]);
	lock_release(&sched->lock);
	sched->allp[0]->status = P_IDLE;
	p_wire(sched->allp[0]);
}

/* ---- Stop and start the world -------------------------------------------- */

void p_stop_locked(struct p *p)
{
	lock_assert_held(&sched->lock);
	p->status = P_GCSTOP;
	sched->stop_wait_count--;
	if (sched->stop_wait_count == 0)
		host_note_wake(&sched->stop_note);
}

static void check_stopped(void)
{
	if (sched->stop_wait_count != 0)
		fatal("stopTheWorld: not stopped (stopwait != 0)");
	for (uint32_t i = 0; i < sched->allp_length; i++)
		if (sched->allp[i]->status != P_GCSTOP)
			fatal("stopTheWorld: not stopped (status != _Pgcstop)");
}

static void take_ps_of_syscalls_locked(void)
{
	for (uint32_t i = 0; i < sched->allp_length; i++) {
		struct p *p = sched->allp[i];
		struct g *g = syscall_may_have(p) ? syscall_hold(p) : NULL;
		if (g == NULL)
			continue;
		syscall_take_p(p, P_GCSTOP);
		sched->stop_wait_count--;
		syscall_let_go(g);
	}
}

static void take_idle_ps_locked(void)
{
	struct p *p;
	while ((p = idle_p_get_locked()) != NULL) {
		p->status = P_GCSTOP;
		sched->stop_wait_count--;
	}
}

/* Who has seen no stop just before it entered a system call keeps its P, and was not seen in it.
 * Where it waits for a foreign thread, which needs a P, that would never end: upstream's daemon
 * finds it a minute later. */
static void look_for_syscalls_again(void)
{
	if (atomic_u32_peek(&sched->has_extra_ms) == 0)
		return;
	lock_acquire(&sched->lock);
	uint32_t count = sched->stop_wait_count;
	take_ps_of_syscalls_locked();
	if (count > 0 && sched->stop_wait_count == 0)
		host_note_wake(&sched->stop_note);
	lock_release(&sched->lock);
}

/* The goroutine waits for others to stop: meanwhile it can be suspended itself, else two that wait
 * for each other never end (16.8, #72740). */
static void wait_as(struct g *g, enum wait_reason reason)
{
	g->wait_reason = reason;
	g_change_status(g, G_RUNNING, G_WAITING);
}

bool world_stop_is_of_collector(const char *kind)
{
	return strncmp(kind, "GC ", 3) == 0;
}

/* Before issue 72740 was mended, the collector's own stops did without. */
static bool can_be_suspended(const char *kind)
{
	return !DEFECT(issue_72740) || !world_stop_is_of_collector(kind);
}

static void stop_on_system_stack(void *argument)
{
	const char *kind = argument;
	struct m *m = m_self();
	struct g *g = m->current_g;
	/* One section for both: an advance that suspends the goroutine finds it either running or
	 * with its status in the trace, and never has to tell of a running one on no thread's
	 * batch, which Go's validator refuses. */
	struct trace_section section = trace_enter();
	wait_as(g, WAIT_STOPPING_THE_WORLD);
	if (section.is_valid)
		trace_hooks->stw_begin(section, kind);
	trace_leave(section);
	const bool is_suspendable = can_be_suspended(kind);
	if (!is_suspendable)
		g_change_status(g, G_WAITING, G_RUNNING);

	if (m->lock.held_count > 0)
		fatal("stopTheWorld: holding locks");
	lock_acquire(&sched->lock);
	sched->stop_wait_count = sched->allp_length;
	atomic_u32_store(POINT_stop_request, &sched->is_stop_wanted, 1, memory_order_relaxed);
	preempt_all();
	m->p->status = P_GCSTOP;
	sched->stop_wait_count--;
	take_ps_of_syscalls_locked();
	take_idle_ps_locked();
	bool has_to_wait = sched->stop_wait_count > 0;
	lock_release(&sched->lock);

	while (has_to_wait && !host_note_sleep(&sched->stop_note, host_nanotime() + retry_ns)) {
		look_for_syscalls_again();
		preempt_all();
	}
	if (has_to_wait)
		host_note_clear(&sched->stop_note);
	check_stopped();
	if (is_suspendable)
		g_change_status(g, G_WAITING, G_RUNNING);
}

void world_stop_owned(const char *kind)
{
	acquirem();
	sched->stop_kind = kind;
	on_system_stack(stop_on_system_stack, (void *)(uintptr_t)kind);
}

void world_stop(const char *kind)
{
	function_prologue(POINT_world_stop);
	semaphore_acquire(&sched->world_semaphore);
	world_stop_owned(kind);
}

static void start_on_system_stack(void *argument)
{
	(void)argument;
	if (netpoll_may_wait())
		netpoll_make_ready(host_nanotime());
	lock_acquire(&sched->lock);
	uint32_t count = sched->allp_length;
	if (sched->wanted_proc_count != 0) {
		count = sched->wanted_proc_count;
		sched->wanted_proc_count = 0;
	}
	struct p *runnable = resize_locked(count);
	atomic_u32_store(POINT_stop_clear, &sched->is_stop_wanted, 0, memory_order_relaxed);
	sysmon_wake_locked();
	lock_release(&sched->lock);

	while (runnable != NULL) {
		struct p *p = runnable;
		runnable = p->link;
		p->link = NULL;
		schedule_start_m(p, false);
	}
	struct trace_section section = trace_enter();
	if (section.is_valid)
		trace_hooks->stw_end(section, sched->stop_kind);
	trace_leave(section);
	schedule_wake_p();
}

void world_start_owned(void)
{
	on_system_stack(start_on_system_stack, NULL);
	releasem(m_self());
}

void world_start(void)
{
	world_start_owned();
	semaphore_release(&sched->world_semaphore, false);
}

void set_gomaxprocs(uint32_t count)
{
	ensure(count >= 1 && count <= P_COUNT_MAX);
	function_prologue(POINT_set_gomaxprocs);
	/* As Go: nothing to stop for when nothing changes. */
	if (count == sched->allp_length)
		return;
	gc_exclude();
	world_stop("GOMAXPROCS");
	sched->wanted_proc_count = count;
	world_start();
	gc_allow();
}

/* ---- forEachP ------------------------------------------------------------ */

/* Under sched.lock an idle P cannot get an M. */
static void call_for_idle_ps_locked(void)
{
	for (struct p *p = sched->idle_ps; p != NULL; p = p->link) {
		if (!atomic_u32_compare_exchange(POINT_safe_point_claim, &p->run_safe_point, 1, 0,
						 memory_order_relaxed))
			continue;
		sched->safe_point_function(p);
		sched->safe_point_wait_count--;
	}
}

/* Those that do not come to a safe point, since they are in a system call: who gets them next does.
 */
static void take_ps_of_syscalls(void)
{
	for (uint32_t i = 0; i < sched->allp_length; i++) {
		struct p *p = sched->allp[i];
		bool is_due = atomic_u32_peek(&p->run_safe_point) != 0 && syscall_may_have(p);
		struct g *g = is_due ? syscall_hold(p) : NULL;
		if (g == NULL)
			continue;
		syscall_take_p(p, P_IDLE);
		syscall_let_go(g);
		schedule_hand_off(p);
	}
}

static void for_each_p_on_system_stack(void *argument)
{
	(void)argument;
	struct m *m = acquirem();
	struct g *g = m->current_g;
	struct p *own = m->p;
	/* Before commit ff7cf2d4cd it stayed as it was. */
	const bool is_suspendable = DEFECT(commit_25895d1c99) != GC_CALLER_RUNS;
	if (is_suspendable)
		wait_as(g, WAIT_FOR_EACH_P);

	lock_acquire(&sched->lock);
	if (sched->safe_point_wait_count != 0)
		fatal("forEachP: sched.safePointWait != 0");
	sched->safe_point_wait_count = sched->allp_length - 1;
	for (uint32_t i = 0; i < sched->allp_length; i++)
		if (sched->allp[i] != own)
			atomic_u32_store(POINT_safe_point_request, &sched->allp[i]->run_safe_point,
					 1, memory_order_release);
	preempt_all();
	call_for_idle_ps_locked();
	bool has_to_wait = sched->safe_point_wait_count > 0;
	lock_release(&sched->lock);

	sched->safe_point_function(own);
	take_ps_of_syscalls();
	while (has_to_wait && !host_note_sleep(&sched->safe_point_note, host_nanotime() + retry_ns))
		preempt_all();
	if (has_to_wait)
		host_note_clear(&sched->safe_point_note);
	if (sched->safe_point_wait_count != 0)
		fatal("forEachP: not done");
	if (is_suspendable)
		g_change_status(g, G_WAITING, G_RUNNING);
	releasem(m);
}

void for_each_p(void (*call)(struct p *p))
{
	function_prologue(POINT_for_each_p);
	sched->safe_point_function = call;
	on_system_stack(for_each_p_on_system_stack, NULL);
}
