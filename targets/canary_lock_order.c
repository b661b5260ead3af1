/* Canary: the scheduler's lock is taken under the tracer's, which comes last. One M is enough, no
 * interleaving needed: `lock-order`. */
#include "driver/canary.h"
#include "lock/lock.h"
#include "sim/sim.h"

static struct world {
	struct lock_thread thread; /* what host_self() gives: lock/lock.h */
	struct lock sched_lock;
	struct lock trace_lock;
} world;

const struct driver_canary driver_canary = {
	.name = "lock_order", .verdicts = "lock-order", .is_always_caught = true};

static void first_thread(void *argument)
{
	(void)argument;
	lock_order_set_checked(true);
	lock_init(&world.sched_lock, LOCK_RANK_sched);
	lock_init(&world.trace_lock, LOCK_RANK_trace);
	struct lock *outer = driver_canary_is_repaired ? &world.sched_lock : &world.trace_lock;
	struct lock *inner = driver_canary_is_repaired ? &world.trace_lock : &world.sched_lock;
	lock_acquire(outer);
	lock_acquire(inner);
	lock_release(inner);
	lock_release(outer);
	executor_finish();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	world = (struct world){0};
	return driver_canary_run(data, size, first_thread, &world.thread);
}
