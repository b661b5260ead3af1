#include "base/fatal.h"
#include "sched/semaphore.h"
#include "trace_v2/events.h"
#include "trace_v2/tracer.h"

struct tracer *tracer;

void tracer_boot(const struct trace_configuration *configuration)
{
	ensure(configuration->dialect == TRACE_DIALECT_1_22 ||
	       configuration->dialect == TRACE_DIALECT_1_23 ||
	       configuration->dialect == TRACE_DIALECT_1_26);
	lock_order_set_era(LOCK_ERA_1_20);
	tracer = host_allocate(sizeof *tracer);
	tracer->configuration = *configuration;
	tracer->last_generation = configuration->initial_generation;
	lock_init(&tracer->lock, LOCK_RANK_trace);
	semaphore_init(&tracer->advance_semaphore, 1);
	semaphore_init(&tracer->shutdown_semaphore, 1);
	semaphore_init(&tracer->advancer.done, 0);
	cpu_samples_boot(&tracer->samples);
	for (int i = 0; i < 2; i++) {
		semaphore_init(&tracer->done_semaphores[i], 0);
		intern_table_init(&tracer->stacks[i], LOCK_RANK_trace_stack_tab);
		intern_table_init(&tracer->strings[i].ids, LOCK_RANK_trace_stack_tab);
		lock_init(&tracer->strings[i].lock, LOCK_RANK_trace_strings);
	}
}

/* ---- The program's side -------------------------------------------------- */

static uint64_t stop(void)
{
	return tracer_advance(true);
}

static uint64_t advance(void)
{
	return tracer_advance(false);
}

const struct tracer_kind tracer_v2_kind = {
	.hooks = &tracer_v2_hooks,
	.boot = tracer_boot,
	.start = tracer_start,
	.stop = stop,
	.advance = advance,
	.panic = tracer_panic,
	.clock_unit_ns = TRACE_CLOCK_UNIT_NS,
	.read = tracer_read,
	.task_begin = user_task_begin,
	.task_end = user_task_end,
	.region = user_region,
	.log = user_log,
};
