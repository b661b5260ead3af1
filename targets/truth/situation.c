#include "truth/situation.h"

#include "host/host.h"
#include "sched/types.h"
#include "truth/tracer_words.h"

enum { ON_SIGNAL_STACK, ON_USER_STACK, ON_SYSTEM_STACK, ON_SYSTEM_STACK_WITHOUT_P };

static unsigned place_of(const struct m *m)
{
	switch (host_stack_kind()) {
	case HOST_STACK_SIGNAL:
		return ON_SIGNAL_STACK;
	case HOST_STACK_USER:
		return ON_USER_STACK;
	default:
		return m->p != NULL ? ON_SYSTEM_STACK : ON_SYSTEM_STACK_WITHOUT_P;
	}
}

void situation_begin(uint32_t dialect)
{
	tracer_words_choose(dialect);
}

unsigned situation_of(const void *owner, bool has_waited)
{
	const struct m *m = owner;
	/* The runtime has not begun, and its words are those of another run. */
	if (m->procid == 0)
		return 0;
	const bool is_tracing = tracer_words->generation() != 0;
	const bool is_stopping = atomic_u32_peek(&sched->is_stop_wanted) != 0;
	return place_of(m) | (unsigned)is_tracing << 2 | (unsigned)is_stopping << 3 |
	       (unsigned)has_waited << 4;
}
