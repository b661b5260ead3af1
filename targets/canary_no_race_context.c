/* Canary: a race annotation on a system stack that has borrowed no context (issue 65607). Every
 * input: `no-race-context`. */
#include "driver/canary.h"
#include "sched/race_context.h"
#include "sim/sim.h"

static struct world {
	struct m m;
	struct p p;
} world;

const struct driver_canary driver_canary = {
	.name = "no_race_context", .verdicts = "no-race-context", .is_always_caught = true};

static void first_thread(void *argument)
{
	(void)argument;
	if (driver_canary_is_repaired)
		race_context_borrow_timer(&world.p);
	race_release(&world);
	executor_finish();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	world = (struct world){0};
	return driver_canary_run(data, size, first_thread, &world.m);
}
