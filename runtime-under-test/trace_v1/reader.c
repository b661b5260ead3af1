/* The parked reader: how it registers, and how it is found. */
#include "trace_v1/reader.h"

#include "base/defect.h"
#include "base/fatal.h"
#include "sched/goroutine.h"
#include "trace_v1/lock_form.h"

/* Runs once the reader is waiting. First it registers, then it looks for work: partners are a
 * flush and a stop, which store first and look for a reader later, in findRunnable or when a P is
 * given away. All seq_cst. */
bool v1_reader_register(struct g *g, void *argument)
{
	(void)argument;
	if (!atomic_address_compare_exchange(POINT_read_register, &tracer_v1->reader, 0,
					     (uintptr_t)g, memory_order_seq_cst))
		return false; /* another reader: the next attempt says so */
	if (DEFECT(issue_53979_recheck))
		return true;
	struct g *taken = v1_reader_take();
	if (taken == g)
		return false; /* work came in between, and nobody else has taken us */
	if (taken != NULL)
		fatal("unexpected trace reader");
	return true;
}

bool v1_reader_is_wanted(void)
{
	return atomic_u32_load(POINT_reader_wanted, &tracer_v1->is_enabled, memory_order_relaxed) !=
		       0 ||
	       atomic_u32_load(POINT_reader_wanted, &tracer_v1->is_shutting_down,
			       memory_order_relaxed) != 0;
}

/* traceReaderAvailable: the reader if it has work, else 0. A hint. */
static uintptr_t available(void)
{
	if (atomic_address_load(POINT_reader_look_work, &tracer_v1->full_head,
				memory_order_seq_cst) == 0 &&
	    atomic_u32_load(POINT_reader_look_shutdown, &tracer_v1->is_shutting_down,
			    memory_order_seq_cst) == 0)
		return 0;
	return atomic_address_load(POINT_reader_look, &tracer_v1->reader, memory_order_seq_cst);
}

bool v1_reader_has_work(void)
{
	return available() != 0;
}

struct take_request {
	uintptr_t ret_reader;
};

static void take(void *argument)
{
	struct take_request *request = argument;
	lock_acquire(&tracer_v1->lock);
	uintptr_t reader = available();
	if (reader != 0 && atomic_address_compare_exchange(POINT_reader_claim, &tracer_v1->reader,
							   reader, 0, memory_order_acquire))
		request->ret_reader = reader;
	lock_release(&tracer_v1->lock);
}

struct g *v1_reader_take(void)
{
	struct take_request request = {0};
	if (available() != 0)
		v1_call_to_lock(take, &request);
	return (struct g *)request.ret_reader;
}
