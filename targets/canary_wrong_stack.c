/* Canary: code that takes the tracer's lock runs on a goroutine's stack, which could grow under it
 * (issue 53979). Every input: `wrong-stack`. */
#include "driver/canary.h"
#include "lock/lock.h"
#include "sched/types.h"
#include "sim/sim.h"

static struct world {
	struct lock_thread thread; /* what host_self() gives: lock/lock.h */
	struct lock trace_lock;
} world;

const struct driver_canary driver_canary = {
	.name = "wrong_stack", .verdicts = "wrong-stack", .is_always_caught = true};

static void flush(void)
{
	assert_system_stack("a trace buffer is flushed on a user stack");
	lock_acquire(&world.trace_lock);
	lock_release(&world.trace_lock);
}

static void goroutine_main(void *argument)
{
	(void)argument;
	if (!driver_canary_is_repaired)
		flush();
	for (;;)
		host_stack_leave();
}

static void first_thread(void *argument)
{
	(void)argument;
	lock_init(&world.trace_lock, LOCK_RANK_trace);
	host_stack_enter(host_stack_new(goroutine_main, NULL));
	flush();
	executor_finish();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	world = (struct world){0};
	return driver_canary_run(data, size, first_thread, &world.thread);
}
