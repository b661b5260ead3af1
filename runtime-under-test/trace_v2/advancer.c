#include "sched/goroutine.h"
#include "sched/race_context.h"
#include "sched/semaphore.h"
#include "trace/symbol.h"
#include "trace_v2/tracer.h"

/* The goroutine that ends a generation from time to time. Source: algorithms.md 5.8. */

static void run_advancer(void *argument)
{
	struct advancer *advancer = argument;
	/* Without a period it waits for its end. */
	uint64_t period_ns = tracer->configuration.advance_period_ns;
	if (period_ns == 0)
		period_ns = UINT64_C(1) << 60;
	while (atomic_u32_load(POINT_advancer_look, &tracer->is_enabled, memory_order_relaxed) !=
	       0) {
		wakeable_sleep_for(&advancer->sleep, period_ns);
		tracer_advance(false);
	}
	race_release(&advancer->done);
	semaphore_release(&advancer->done, false);
}

void advancer_start(void)
{
	struct advancer *advancer = &tracer->advancer;
	wakeable_sleep_init(&advancer->sleep);
	goroutine_start(run_advancer, advancer, symbol_pc(SYMBOL_trace_advancer), true, NULL);
}

void advancer_stop(void)
{
	struct advancer *advancer = &tracer->advancer;
	wakeable_sleep_wake(&advancer->sleep);
	semaphore_acquire(&advancer->done);
	race_acquire(&advancer->done);
	wakeable_sleep_close(&advancer->sleep);
}
