#include "exhaust/scheduler_boot.h"

void scheduler_boot(uint32_t dialect, uint32_t buffer_size_bytes)
{
	const struct trace_configuration configuration = {.dialect = dialect,
							  .buffer_size_bytes = buffer_size_bytes};
	trace_hooks = &tracer_v2_hooks;
	tracer_boot(&configuration);
	sched = host_allocate(sizeof *sched);
	lock_init(&sched->lock, LOCK_RANK_sched);
}
