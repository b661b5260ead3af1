#include "truth/situation.h"

#include <string.h>

#include "host/host.h"
#include "trace_v1/tracer.h"
#include "trace_v2/tracer.h"
#include "truth/tracer_words.h"

enum { ON_SIGNAL_STACK, ON_USER_STACK, ON_SYSTEM_STACK, ON_SYSTEM_STACK_WITHOUT_P };
enum { WENT_ON, HAS_WAITED, HAS_MISSED_A_GENERATION };

static bool is_v1;
static uint64_t seen_generations[SIM_THREAD_COUNT_MAX]; /* at the last step of each thread */

void situation_begin(uint32_t dialect)
{
	tracer_words_choose(dialect);
	is_v1 = tracer_words->is_v1;
	memset(seen_generations, 0, sizeof seen_generations);
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

/* What a thread finds. */
struct view {
	uint64_t generation;
	bool is_stop_wanted;
};

/* As the thread sees it that holds stores back. */
static __attribute__((noinline)) struct view look_beside_held(void)
{
	return (struct view){tracer_words->generation(),
			     atomic_u32_peek(&sched->is_stop_wanted) != 0};
}

/* The same where no thread is asked what it holds back, which few do: at each step. */
static inline struct view look(void)
{
	const uint64_t generation =
		is_v1 ? atomic_load_explicit(&tracer_v1->is_enabled.value, memory_order_relaxed)
		      : atomic_load_explicit(&tracer->generation.value, memory_order_relaxed);
	const uint32_t is_stop_wanted = atomic_load_explicit(&sched->is_stop_wanted.value,
							     memory_order_relaxed);
	return (struct view){generation, is_stop_wanted != 0};
}

unsigned situation_of(const struct sim_who *who, bool has_waited)
{
	const struct m *m = who->owner;
	/* The runtime has not begun, and its words are those of another run. */
	if (m != NULL && m->procid == 0)
		return 0;
	const struct view view = who->store_count == 0 ? look() : look_beside_held();
	const bool has_missed = seen_generations[who->index] != view.generation;
	const unsigned time = !has_waited  ? WENT_ON
			      : has_missed ? HAS_MISSED_A_GENERATION
					   : HAS_WAITED;
	seen_generations[who->index] = view.generation;
	return place_of(who) | (unsigned)(view.generation != 0) << 2 |
	       (unsigned)view.is_stop_wanted << 3 | time << 4;
}
