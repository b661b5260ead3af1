#include "base/fatal.h"
#include "trace_v1/events.h"
#include "trace_v1/lock_form.h"
#include "trace_v1/tracer.h"

struct tracer_v1 *tracer_v1;

static void boot(const struct trace_configuration *configuration)
{
	ensure(configuration->dialect == TRACE_DIALECT_1_19);
	lock_order_set_era(v1_lock_form() == V1_LOCK_ON_SYSTEM_STACK ? LOCK_ERA_1_20
								     : LOCK_ERA_1_19);
	tracer_v1 = host_allocate(sizeof *tracer_v1);
	tracer_v1->configuration = *configuration;
	semaphore_init(&tracer_v1->shutdown_semaphore, 0);
	lock_init(&tracer_v1->lock, LOCK_RANK_trace);
	lock_init(&tracer_v1->buffer_lock, LOCK_RANK_trace_buf);
	intern_table_init(&tracer_v1->stacks, LOCK_RANK_trace_stack_tab);
	intern_table_init(&tracer_v1->strings, LOCK_RANK_trace_strings);
}

/* Without generations there is none to end. */
static uint64_t advance(void)
{
	return 0;
}

const struct tracer_kind tracer_v1_kind = {
	.hooks = &tracer_v1_hooks,
	.boot = boot,
	.start = v1_start,
	.stop = v1_stop,
	.advance = advance,
	.read = v1_read,
	.task_begin = v1_user_task_begin,
	.task_end = v1_user_task_end,
	.region = v1_user_region,
	.log = v1_user_log,
};
