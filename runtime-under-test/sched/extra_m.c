#include "sched/extra_m.h"

#include "base/defect.h"
#include "base/fatal.h"
#include "sched/goroutine.h"
#include "sched/race_context.h"
#include "sched/schedule.h"
#include "sched/syscall.h"
#include "sched/thread_end.h"
#include "sched/trace_hooks.h"

/* ---- The list ------------------------------------------------------------ */

enum { LIST_LOCKED = 1 };

static bool lock_list(uintptr_t head)
{
	return head != LIST_LOCKED &&
	       atomic_address_compare_exchange(POINT_extra_m_lock, &sched->extra_ms, head,
					       LIST_LOCKED, memory_order_acquire);
}

static void unlock_list(struct m *head)
{
	atomic_address_store(POINT_extra_m_unlock, &sched->extra_ms, (uintptr_t)head,
			     memory_order_release);
}

static uintptr_t look_at_list(void)
{
	return atomic_address_load(POINT_extra_m_look, &sched->extra_ms, memory_order_relaxed);
}

/* The caller may have no M, and so no other lock. */
static struct m *take_m(void)
{
	bool is_counted = false;
	for (;;) {
		uintptr_t head = look_at_list();
		if (head != 0 && lock_list(head)) {
			struct m *m = (struct m *)head;
			m->is_last_extra = m->extra_next == NULL;
			unlock_list(m->extra_next);
			return m;
		}
		if (head == 0 && !is_counted) {
			is_counted = true;
			atomic_u32_add(POINT_extra_m_count_waiter, &sched->extra_m_waiter_count, 1,
				       memory_order_relaxed);
		}
		host_pause(POINT_extra_m_wait);
	}
}

static void put_m(struct m *m)
{
	uintptr_t head;
	while (!lock_list(head = look_at_list()))
		host_pause(POINT_extra_m_wait);
	m->extra_next = (struct m *)head;
	unlock_list(m);
}

/* ---- Making them: on a system stack, with a P ---------------------------- */

static void run_callbacks(void *argument);

static void make_m(void)
{
	struct m *self = acquirem();
	struct m *m = schedule_new_extra_m();
	struct g *g = goroutine_new_extra(m, run_callbacks, sched->callback_pc, sched->cgo_call_pc);
	m->current_g = g;
	m->locked_g = g;
	m->thread_lock_count = 1;
	put_m(m);
	releasem(self);
}

/* As many as are waited for; else one, if the last has been taken. */
static void make_missing(void *argument)
{
	struct m *m = argument;
	uint32_t count;
	do {
		count = atomic_u32_load(POINT_extra_m_count_waiter, &sched->extra_m_waiter_count,
					memory_order_relaxed);
	} while (count != 0 && !atomic_u32_compare_exchange(POINT_extra_m_count_waiter,
							    &sched->extra_m_waiter_count, count, 0,
							    memory_order_relaxed));
	if (count == 0 && m->is_last_extra)
		count = 1;
	m->is_last_extra = false;
	for (uint32_t i = 0; i < count; i++)
		make_m();
}

void extra_m_begin(const struct extra_m_pcs *pcs)
{
	if (atomic_u32_load(POINT_extra_m_begin, &sched->has_extra_ms, memory_order_relaxed) != 0 ||
	    !atomic_u32_compare_exchange(POINT_extra_m_begin, &sched->has_extra_ms, 0, 1,
					 memory_order_relaxed))
		return;
	sched->callback_pc = pcs->entry;
	sched->cgo_call_pc = pcs->call;
	make_m();
}

/* ---- The goroutine, on its stack ----------------------------------------- */

static void run_callbacks(void *argument)
{
	struct g *g = argument;
	for (;;) {
		syscall_exit();
		on_system_stack(make_missing, g->locked_m);
		g->entry(g->entry_argument);
		syscall_enter();
		schedule_return_to_c();
	}
}

/* ---- On the foreign thread's system stack -------------------------------- */

/* needm. The P that the M may still have is not the goroutine's: it is in a system call. */
static struct m *need_m(g_entry *entry, void *argument)
{
	struct m *m = take_m();
	struct g *g = m->current_g;
	host_set_self(m);
	m->procid = host_thread_id();
	/* Who had the thread's id before has written its last event by now. Upstream reaps only
	 * where it makes an M. */
	if (!DEFECT(control_thread_id))
		schedule_reap_ms();
	g->entry = entry;
	g->entry_argument = argument;
	struct trace_section section = syscall_change_status(g, G_DEAD_EXTRA, G_SYSCALL);
	if (section.is_valid)
		trace_hooks->go_create_syscall(section);
	trace_leave(section);
	return m;
}

/* dropm. */
static void drop_m(struct m *m)
{
	struct g *g = m->current_g;
	struct trace_section section = syscall_change_status(g, G_SYSCALL, G_DEAD_EXTRA);
	if (section.is_valid)
		trace_hooks->go_destroy_syscall(section);
	trace_leave(section);
	/* In the trace the P is lost, so that it must not come back silently, and maybe on another
	 * thread. */
	if (!DEFECT(control_syscall_tick))
		m->syscall_tick--;
	goroutine_reset_sequence(g);
	/* What it wrote belongs to this thread. The lock keeps who lists all Ms away. */
	lock_acquire(&sched->lock);
	trace_hooks->thread_destroyed(m);
	lock_release(&sched->lock);
	m->procid = 0;
	host_set_self(NULL);
	put_m(m);
}

void extra_m_call(g_entry *entry, void *argument)
{
	struct m *m = need_m(entry, argument);
	schedule_call_back();
	drop_m(m);
}
