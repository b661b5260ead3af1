#include "sched/race_context.h"

#include "base/fatal.h"
#include "sched/goroutine.h"

static uint64_t current_context(void)
{
	const struct m *m = m_self();
	return is_on_user_stack() ? m->current_g->race_context : m->borrowed_race_context;
}

static void assert_context(const char *what)
{
	if (current_context() == 0)
		host_violate(HOST_NO_RACE_CONTEXT, what);
}

void race_acquire(const void *address)
{
	host_yield(POINT_race_acquire, address);
	assert_context("race acquire without a race context");
}

void race_release(const void *address)
{
	host_yield(POINT_race_release, address);
	assert_context("race release without a race context");
}

static void borrow(uint64_t context)
{
	struct m *m = m_self();
	assert_system_stack("a race context is borrowed on a user stack");
	if (m->borrowed_race_context != 0)
		fatal("expected racectx == 0");
	m->borrowed_race_context = context;
}

void race_context_borrow(void)
{
	borrow(m_self()->current_g->race_context);
}

void race_context_borrow_timer(const struct p *p)
{
	const uint64_t beyond_goroutines = UINT64_C(1) << 32;
	borrow(beyond_goroutines + p->id);
}

void race_context_give_back(void)
{
	m_self()->borrowed_race_context = 0;
}
