#include "sched/race_context.h"

#include "base/fatal.h"
#include "sched/goroutine.h"

static struct host_race_context *current_context(const char *what)
{
	const struct m *m = m_self();
	struct host_race_context *context = is_on_user_stack() ? m->current_g->race_context
							       : m->borrowed_race_context;
	if (context == NULL)
		host_violate(HOST_NO_RACE_CONTEXT, what);
	return context;
}

void race_acquire(const void *address)
{
	host_yield(POINT_race_acquire, address);
	host_race_acquire(current_context("race acquire without a race context"), address);
}

void race_release(const void *address)
{
	host_yield(POINT_race_release, address);
	host_race_release(current_context("race release without a race context"), address);
}

void race_read(const void *address)
{
	host_race_access(current_context("race read without a race context"), address, false,
			 __builtin_return_address(0));
}

void race_write(const void *address)
{
	host_race_access(current_context("race write without a race context"), address, true,
			 __builtin_return_address(0));
}

/* The goroutine that the caller works for, also where the caller has no context itself; else what
 * the system stack has borrowed. */
static struct host_race_context *parent_context(void)
{
	const struct m *m = m_self();
	return m->current_g != NULL ? m->current_g->race_context : m->borrowed_race_context;
}

void race_context_begin(struct g *g)
{
	g->race_context = host_race_context_new(g->stack, parent_context());
}

static void borrow(struct host_race_context *context)
{
	struct m *m = m_self();
	assert_system_stack("a race context is borrowed on a user stack");
	if (m->borrowed_race_context != NULL)
		fatal("expected racectx == 0");
	m->borrowed_race_context = context;
}

void race_context_borrow(void)
{
	borrow(m_self()->current_g->race_context);
}

void race_context_borrow_timer(struct p *p)
{
	if (p->timer_race_context == NULL)
		p->timer_race_context = host_race_context_new(NULL, parent_context());
	borrow(p->timer_race_context);
}

void race_context_give_back(void)
{
	m_self()->borrowed_race_context = NULL;
}
