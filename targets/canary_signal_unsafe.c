/* Canary: the SIGPROF handler takes a lock. Only inputs that send a signal show it:
 * `signal-unsafe`. */
#include "driver/canary.h"
#include "lock/lock.h"
#include "sim/sim.h"

enum { ROUND_COUNT = 20 };

static struct world {
	struct lock_thread thread; /* what host_self() gives: lock/lock.h */
	struct lock lock;
} world;

const struct driver_canary driver_canary = {.name = "signal_unsafe", .verdicts = "signal-unsafe"};

static void handle_signal(void *owner)
{
	host_yield(POINT_signal_handler, owner);
	if (driver_canary_is_repaired)
		return;
	lock_acquire(&world.lock);
	lock_release(&world.lock);
}

static void first_thread(void *argument)
{
	(void)argument;
	host_set_signal_handler(handle_signal);
	lock_init(&world.lock, LOCK_RANK_sched);
	for (int i = 0; i < ROUND_COUNT; i++) {
		lock_acquire(&world.lock);
		lock_release(&world.lock);
	}
	executor_finish();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	world = (struct world){0};
	return driver_canary_run(data, size, first_thread, &world.thread);
}
