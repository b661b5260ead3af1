/* The barrier of a stop (algorithms.md 16.5, 16.10) against the handler of a signal, which writes a
 * sample, with store buffers. */
#include "exhaust/closing_generation.h"
#include "trace_v2/cpu_samples.h"
#include "trace_v2/tracer.h"

static uint64_t written_when_closed;

static void run_user_code(void)
{
	host_yield(POINT_work, world_m(CLOSING_WRITER));
}

static void handle_signal(void *owner)
{
	const struct cpu_sample sample = {.m = owner, .stack_depth = 1, .stack = {1}};
	cpu_samples_on_signal(&sample);
}

static const struct cpu_sample_ring *ring(void)
{
	return tracer->samples.rings[CLOSING_GENERATION % 2];
}

/* What an advance that reads the ring now would find. */
static void stop_and_look(void)
{
	closing_generation_stop();
	written_when_closed = atomic_u64_load(POINT_sample_read, &ring()->written,
					      memory_order_acquire);
}

static const char *check(void)
{
	if (ring()->written.value != written_when_closed)
		return "a sample was written into a closed generation";
	return NULL;
}

const struct world world_barrier_sample = {
	.name = "barrier-sample",
	.number = 0,
	.sentence = "a signal writes a sample while the trace ends, with store buffers",
	.set_up = closing_generation_set_up,
	.threads = {[CLOSING_WRITER] = {.name = "writer",
					.run = run_user_code,
					.is_signalled = true},
		    [CLOSING_ADVANCE] = {.name = "advance", .run = stop_and_look}},
	.handle_signal = handle_signal,
	.signal_count_max = 1,
	.has_store_buffers = true,
	.check = check,
};
