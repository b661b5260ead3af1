#include "truth/situation.h"

#include "host/host.h"
#include "trace_v1/tracer.h"
#include "trace_v2/tracer.h"
#include "truth/tracer_words.h"

enum { ON_SIGNAL_STACK, ON_USER_STACK, ON_SYSTEM_STACK, ON_SYSTEM_STACK_WITHOUT_P };

static bool is_v1;

void situation_begin(uint32_t dialect)
{
	tracer_words_choose(dialect);
	is_v1 = tracer_words->is_v1;
}

static inline unsigned place_of(const struct sim_who *who)
{
	switch ((enum host_stack_kind)who->stack_kind) {
	case HOST_STACK_SIGNAL:
		return ON_SIGNAL_STACK;
	case HOST_STACK_USER:
		return ON_USER_STACK;
	default:
		return who->owner != NULL && ((const struct m *)who->owner)->p != NULL
			       ? ON_SYSTEM_STACK
			       : ON_SYSTEM_STACK_WITHOUT_P;
	}
}

/* Whether a trace is on and whether somebody stops the world, as the thread sees it that holds
 * stores back. */
static __attribute__((noinline)) unsigned look_beside_held(void)
{
	return (unsigned)(tracer_words->generation() != 0) << 2 |
	       (unsigned)(atomic_u32_peek(&sched->is_stop_wanted) != 0) << 3;
}

/* The same where no thread is asked what it holds back, which few do: at each step. */
static inline unsigned look(void)
{
	const uint64_t generation =
		is_v1 ? atomic_load_explicit(&tracer_v1->is_enabled.value, memory_order_relaxed)
		      : atomic_load_explicit(&tracer->generation.value, memory_order_relaxed);
	const uint32_t is_stop_wanted = atomic_load_explicit(&sched->is_stop_wanted.value,
							     memory_order_relaxed);
	return (unsigned)(generation != 0) << 2 | (unsigned)(is_stop_wanted != 0) << 3;
}

unsigned situation_of(const struct sim_who *who, bool has_waited)
{
	const struct m *m = who->owner;
	/* The runtime has not begun, and its words are those of another run. */
	if (m != NULL && m->procid == 0)
		return 0;
	return place_of(who) | (who->store_count == 0 ? look() : look_beside_held()) |
	       (unsigned)has_waited << 4;
}
