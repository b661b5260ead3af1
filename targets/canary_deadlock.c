/* Canary: two Ms take two locks in opposite order, with the rank checker off. Only inputs that
 * interleave the two show it: `deadlock`. */
#include "driver/canary.h"
#include "driver/scenario_target.h"
#include "lock/lock.h"
#include "sim/sim.h"

struct thread {
	struct lock_thread lock; /* first: lock/lock.h */
	struct lock *outer;
	struct lock *inner;
};

static struct world {
	struct thread threads[2];
	struct lock locks[2];
	struct host_note is_done;
} world;

const struct driver_canary driver_canary = {.name = "deadlock", .verdicts = "deadlock"};

static void take_both(const struct thread *thread)
{
	lock_acquire(thread->outer);
	lock_acquire(thread->inner);
	lock_release(thread->inner);
	lock_release(thread->outer);
}

static void second_thread(void *argument)
{
	take_both(argument);
	host_note_wake(&world.is_done);
	host_thread_exit();
}

static void first_thread(void *argument)
{
	lock_order_set_checked(false);
	lock_init(&world.locks[0], LOCK_RANK_allg);
	lock_init(&world.locks[1], LOCK_RANK_allp);
	unsigned first = driver_canary_is_repaired ? 0 : 1;
	world.threads[0].outer = &world.locks[0];
	world.threads[0].inner = &world.locks[1];
	world.threads[1].outer = &world.locks[first];
	world.threads[1].inner = &world.locks[1 - first];
	host_thread_start(&world.threads[1], second_thread);
	take_both(argument);
	host_note_sleep(&world.is_done, HOST_FOREVER);
	executor_finish();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	world = (struct world){0};
	return driver_canary_run(data, size, first_thread, &world.threads[0]);
}
