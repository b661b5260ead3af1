#include "sched/coro.h"

#include "base/fatal.h"
#include "sched/goroutine.h"
#include "sched/trace_hooks.h"

/* As to threads, both sides are one: the M and its locks are those of whoever runs. */
static void check_thread(const struct coro *coro, const struct m *m, const struct g *g)
{
	bool is_locked = g->locked_m != NULL;
	if (coro->m == NULL && !is_locked)
		return;
	if (coro->m != m || coro->thread_lock_count != m->thread_lock_count)
		fatal("coro: OS thread locking must match locking at coroutine creation");
}

/* Swaps who waits: G, or NULL when nobody will any more. */
static struct g *swap_waiter(struct coro *coro, struct g *g)
{
	for (;;) {
		uintptr_t next = atomic_address_load(POINT_coro_look, &coro->g,
						     memory_order_relaxed);
		if (next == 0)
			fatal("coroswitch on exited coro");
		if (next == (uintptr_t)g)
			fatal("coroswitch of a goroutine to itself");
		if (atomic_address_compare_exchange(POINT_coro_swap, &coro->g, next, (uintptr_t)g,
						    memory_order_relaxed))
			return (struct g *)next;
	}
}

/* One section around all of it: a trace shows the state before and the one after. The event comes
 * while G is still the M's, whose status it may have to tell. upstream: a G that ends is off its M
 * by then, and its status is missing where it had none in the generation. */
static struct g *transfer(struct coro *coro, struct g *g, bool is_end)
{
	struct m *m = m_self();
	bool is_locked = g->locked_m != NULL;
	check_thread(coro, m, g);

	struct trace_section section = trace_enter();
	g->locked_m = NULL;
	g->wait_reason = WAIT_COROUTINE;
	g_change_status(g, G_RUNNING, is_end ? G_DEAD : G_WAITING);
	g->m = NULL;
	struct g *next = swap_waiter(coro, is_end ? NULL : g);
	if (section.is_valid)
		trace_hooks->go_switch(section, next, is_end);
	m->current_g = next;
	next->m = m;
	g_change_status(next, G_WAITING, G_RUNNING);
	if (is_locked) {
		m->locked_g = next;
		next->locked_m = m;
	}
	trace_leave(section);
	return next;
}

static struct g *switch_on_system_stack(struct g *g)
{
	struct coro *coro = g->coro;
	g->coro = NULL;
	return transfer(coro, g, false);
}

static struct g *end_on_system_stack(struct g *g)
{
	struct coro *coro = g->coro;
	g->coro = NULL;
	struct g *next = transfer(coro, g, true);
	goroutine_give_back(g);
	return next;
}

void coro_switch(struct coro *coro)
{
	g_self()->coro = coro;
	goroutine_call_and_leave(switch_on_system_stack);
}

static void run_body(void *argument)
{
	struct coro *coro = argument;
	coro->body(coro->argument);
	g_self()->coro = coro;
	goroutine_call_and_leave(end_on_system_stack);
	fatal("a dead goroutine runs");
}

bool coro_begin(struct coro *coro, g_entry *body, void *argument, uint32_t pc, void *user)
{
	*coro = (struct coro){.body = body, .argument = argument};
	struct g *g = goroutine_create_waiting(run_body, coro, pc, user);
	if (g == NULL)
		return false;
	struct m *m = m_self();
	if (m->thread_lock_count > 0) {
		coro->m = m;
		coro->thread_lock_count = m->thread_lock_count;
	}
	atomic_address_store(POINT_coro_begin, &coro->g, (uintptr_t)g, memory_order_relaxed);
	return true;
}
