/* Canary: two Ms look whether a sleeper has been woken, and then wake it: look and claim are two
 * steps. Only inputs that let both look first show it: `throw`, a double wakeup. */
#include "driver/canary.h"
#include "host/atomic.h"
#include "sim/sim.h"

enum { WAKER_COUNT = 2 };

static struct world {
	uint32_t threads[1 + WAKER_COUNT];
	struct atomic_u32 is_claimed;
	struct host_note sleeper;
	struct host_note is_done[WAKER_COUNT];
} world;

const struct driver_canary driver_canary = {.name = "throw", .verdicts = "throw"};

static bool claim(void)
{
	if (driver_canary_is_repaired)
		return atomic_u32_compare_exchange(POINT_poll_claim, &world.is_claimed, 0, 1,
						   memory_order_seq_cst);
	if (atomic_u32_load(POINT_poll_look, &world.is_claimed, memory_order_seq_cst) != 0)
		return false;
	atomic_u32_store(POINT_poll_claim, &world.is_claimed, 1, memory_order_seq_cst);
	return true;
}

static void waker(void *argument)
{
	uint32_t *owner = argument;
	if (claim())
		host_note_wake(&world.sleeper);
	host_note_wake(&world.is_done[owner - &world.threads[1]]);
	host_thread_exit();
}

static void first_thread(void *argument)
{
	(void)argument;
	for (unsigned i = 0; i < WAKER_COUNT; i++)
		host_thread_start(&world.threads[1 + i], waker);
	host_note_sleep(&world.sleeper, HOST_FOREVER);
	for (unsigned i = 0; i < WAKER_COUNT; i++)
		host_note_sleep(&world.is_done[i], HOST_FOREVER);
	executor_finish();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	world = (struct world){0};
	return driver_canary_run(data, size, first_thread, &world.threads[0]);
}
