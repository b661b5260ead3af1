#include "base/fatal.h"
#include "sched/semaphore.h"
#include "trace_v2/tracer.h"

struct tracer *tracer;

void tracer_boot(const struct trace_configuration *configuration)
{
	ensure(configuration->dialect == TRACE_DIALECT_1_22 ||
	       configuration->dialect == TRACE_DIALECT_1_23);
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
		intern_table_init(&tracer->stacks[i]);
		intern_table_init(&tracer->strings[i].ids);
		lock_init(&tracer->strings[i].lock, LOCK_RANK_trace_strings);
	}
}
