/* Canary: two goroutines write and read one word, one after the other; what tells the race detector
 * of that is missing. Only where annotations are judged: `race`, for every input, with both sites.
 * The note between their threads, and the atomics below it, order nothing there. */
#include "driver/canary.h"
#include "executor/executor.h"
#include "sched/race_context.h"
#include "sim/sim.h"
#include "user_data/user_data.h"

static struct world {
	struct m ms[2];
	struct g gs[2];
	struct user_object object;
	struct host_note is_written, is_done;
} world;

const struct driver_canary driver_canary = {
	.name = "race_annotation",
	.verdicts = "race",
	.is_always_caught = true,
	.sites = {"user_word_call_write", "user_word_call_read"}};

static void run_goroutine(unsigned index, host_entry *entry)
{
	struct g *g = &world.gs[index];
	g->stack = host_stack_new(entry, NULL);
	race_context_begin(g);
	world.ms[index].current_g = g;
	host_stack_enter(g->stack);
}

static void write_word(void *argument)
{
	(void)argument;
	const struct user_word *word = user_data_before_release();
	if (driver_canary_is_repaired)
		race_release(&world.object);
	user_data_after_release(&world.object, word);
	host_stack_leave();
}

static void read_word(void *argument)
{
	(void)argument;
	const struct user_word *word = user_data_before_acquire(&world.object);
	race_acquire(&world.object);
	user_data_after_acquire(word);
	host_stack_leave();
}

static void second_thread(void *argument)
{
	(void)argument;
	host_note_sleep(&world.is_written, HOST_FOREVER);
	run_goroutine(1, read_word);
	host_note_wake(&world.is_done);
	host_thread_exit();
}

static void first_thread(void *argument)
{
	(void)argument;
	host_thread_start(&world.ms[1], second_thread);
	run_goroutine(0, write_word);
	host_note_wake(&world.is_written);
	host_note_sleep(&world.is_done, HOST_FOREVER);
	executor_finish();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	world = (struct world){0};
	user_data_run_begin(USER_DATA_BYTES_ALONE);
	return driver_canary_run(data, size, first_thread, &world.ms[0]);
}
