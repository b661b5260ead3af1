/* What the files of the ordering machine share; nobody else includes this. */
#ifndef ORACLE_ORDER_RULES_H
#define ORACLE_ORDER_RULES_H

#include <inttypes.h>

#include "base/defect.h"
#include "oracle/order.h"

/* Requirements on a context, as values. */
enum requirement { MAY_HAVE, MUST_HAVE, MUST_NOT_HAVE };

struct order_requirements {
	enum requirement m;
	enum requirement p;
	enum requirement g;
};

/* An event of a goroutine that runs. */
extern const struct order_requirements order_user;
/* An event of a thread with a P. */
extern const struct order_requirements order_on_p;

/* A rule in code: CONTEXT is changed to the one behind the event. */
typedef enum order_answer order_function(struct state *state, struct lane *lane,
					 struct order_context *context);

order_function order_proc_status, order_proc_start, order_proc_stop, order_proc_steal;
order_function order_go_status, order_go_create, order_go_start, order_go_stop_running;
order_function order_go_unblock, order_go_switch;
order_function order_syscall_begin, order_syscall_end, order_syscall_end_blocked;
order_function order_syscall_create, order_syscall_destroy;
order_function order_task_begin, order_task_end, order_region_begin, order_region_end;
order_function order_annotation, order_heap, order_alloc_free;
order_function order_gc_active, order_gc_begin, order_gc_end;
order_function order_sweep_begin, order_sweep_end, order_sweep_active;
order_function order_stop_begin, order_stop_end;
order_function order_assist_begin, order_assist_end, order_assist_active;

/* Breaks RULE at the event of LANE. The message begins with the event and its thread. */
__attribute__((format(printf, 4, 5))) enum order_answer
order_break(struct state *state, const struct lane *lane, enum rule rule, const char *format, ...);

/* Whether CONTEXT meets REQUIREMENTS; breaks RULE if not. */
bool order_context_check(struct state *state, const struct lane *lane, enum rule rule,
			 const struct order_context *context,
			 const struct order_requirements *requirements);

/* order_user, and that the goroutine has STATUS. */
bool order_user_check(struct state *state, const struct lane *lane, enum rule rule,
		      const struct order_context *context, uint8_t status);

/* A status of a resource that nobody knew comes in the reader's first generation: V-undetermined.
 */
bool order_check_news(struct state *state, const struct lane *lane);

/* The consumer's view (V rules): a thread begins to run a goroutine or to hold a P. */
bool order_consumer_run_g(struct state *state, const struct lane *lane, uint32_t m, uint32_t g);
bool order_consumer_run_p(struct state *state, const struct lane *lane, uint32_t m, uint32_t p);
bool order_consumer_stop_g(struct state *state, const struct lane *lane, uint32_t g);
bool order_consumer_stop_p(struct state *state, const struct lane *lane, uint32_t p);

/* Whether SEQ is the next number of a sequence that stands at LAST, as GENERATION has told it. */
static inline bool order_is_next(const struct state *state, uint64_t generation, uint64_t last,
				 uint64_t seq)
{
	return seq == last + 1 &&
	       (generation == state->generation || DEFECT(control_sequence_generation));
}

/* "running", "idle", ...; "unknown" for anything else. */
const char *order_go_status_name(uint64_t status);
const char *order_proc_status_name(uint64_t status);

#endif
