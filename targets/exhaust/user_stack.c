#include "exhaust/user_stack.h"

#include "base/fatal.h"
#include "sched/types.h"

static void run_entry(void *argument)
{
	void (*const *entry)(void) = argument;
	(*entry)();
	m_self()->request = M_REQUEST_NONE;
	host_stack_leave();
	fatal("a world's user stack goes on behind its end");
}

bool user_stack_run(void (*entry)(void))
{
	struct m *m = m_self();
	struct g *g = m->current_g;
	g->stack = host_stack_new(run_entry, &entry);
	for (;;) {
		host_stack_enter(g->stack);
		switch (m->request) {
		case M_REQUEST_SYSTEM_CALL:
			m->system_call(m->system_argument);
			break;
		case M_REQUEST_MCALL:
			m->mcall(g);
			return false;
		default:
			return true;
		}
	}
}
