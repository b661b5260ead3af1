/* Canary: a goroutine goes from one M to another through a run queue of one slot without its
 * release. Its own stack would carry order from the first M to the second and hide that; its saved
 * context, plain memory that system stacks write around each switch as sched/schedule.c does, shows
 * it. Every input: `race`. */
#include "driver/canary.h"
#include "host/atomic.h"
#include "sim/sim.h"

struct goroutine {
	struct host_stack *stack;
	uint64_t switch_count; /* the saved context: system stacks only */
	uint32_t turns_left;
};

static struct world {
	uint32_t threads[2];
	struct goroutine goroutine;
	struct atomic_address slot;
	struct host_note is_done;
} world;

const struct driver_canary driver_canary = {.name = "race_hand_over",
					    .verdicts = "race",
					    .is_always_caught = true,
					    .sites = {"run_goroutine", NULL}};

static void goroutine_main(void *argument)
{
	struct goroutine *goroutine = argument;
	while (goroutine->turns_left-- > 0)
		host_stack_leave();
	host_note_wake(&world.is_done);
	for (;;)
		host_stack_leave();
}

static __attribute__((noinline)) void run_goroutine(struct goroutine *goroutine)
{
	goroutine->switch_count++;
	host_stack_enter(goroutine->stack);
	goroutine->switch_count++;
}

static void second_thread(void *argument)
{
	(void)argument;
	uintptr_t goroutine;
	while ((goroutine = atomic_address_load(POINT_run_queue_slot, &world.slot,
						memory_order_acquire)) == 0)
		host_pause(POINT_run_queue_slot);
	run_goroutine((struct goroutine *)goroutine);
	host_thread_exit();
}

static void first_thread(void *argument)
{
	(void)argument;
	struct goroutine *goroutine = &world.goroutine;
	goroutine->turns_left = 1;
	goroutine->stack = host_stack_new(goroutine_main, goroutine);
	host_thread_start(&world.threads[1], second_thread);
	run_goroutine(goroutine);
	uintptr_t handed_over = (uintptr_t)goroutine;
	if (driver_canary_is_repaired)
		atomic_address_store(POINT_run_queue_push, &world.slot, handed_over,
				     memory_order_release);
	else
		atomic_address_store(POINT_run_queue_push, &world.slot, handed_over,
				     memory_order_relaxed);
	host_note_sleep(&world.is_done, HOST_FOREVER);
	executor_finish();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	world = (struct world){0};
	return driver_canary_run(data, size, first_thread, &world.threads[0]);
}
