/* Canary: two Ms write one plain word; the flag between them is stored without a release. Every
 * input shows it to ThreadSanitizer, with both sites: `race`. */
#include "driver/canary.h"
#include "host/atomic.h"
#include "sim/sim.h"

static struct world {
	uint32_t threads[2]; /* owners, told apart by their address */
	uint64_t word;
	struct atomic_u32 is_written;
	struct host_note is_done;
} world;

const struct driver_canary driver_canary = {.name = "race",
					    .verdicts = "race",
					    .is_always_caught = true,
					    .sites = {"first_write", "second_write"}};

static __attribute__((noinline)) void first_write(void)
{
	world.word = 1;
}

static __attribute__((noinline)) void second_write(void)
{
	world.word = 2;
}

static void second_thread(void *argument)
{
	(void)argument;
	while (atomic_u32_load(POINT_work, &world.is_written, memory_order_acquire) == 0)
		host_pause(POINT_work);
	second_write();
	host_note_wake(&world.is_done);
	host_thread_exit();
}

static void first_thread(void *argument)
{
	(void)argument;
	host_thread_start(&world.threads[1], second_thread);
	first_write();
	if (driver_canary_is_repaired)
		atomic_u32_store(POINT_work, &world.is_written, 1, memory_order_release);
	else
		atomic_u32_store(POINT_work, &world.is_written, 1, memory_order_relaxed);
	host_note_sleep(&world.is_done, HOST_FOREVER);
	executor_finish();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	world = (struct world){0};
	return driver_canary_run(data, size, first_thread, &world.threads[0]);
}
