/* A v1 trace begins while the handler of a signal, which has seen that the trace before was on,
 * writes a sample: if it sees the ring, then as it was made. With store buffers. */
#include "exhaust/v1_sample_ring.h"
#include "trace_v1/cpu_samples.h"

static const char *check(void)
{
	const struct cpu_sample_ring *ring = tracer_v1->samples.ring;
	const uint64_t written = ring->written.value;
	if (cpu_sample_index_tags(written) > 1)
		return "one sample was written twice";
	if (cpu_sample_index_words(written) > 0 &&
	    ring->words[0] != cpu_sample_index_words(written))
		return "a sample is not what was written";
	return NULL;
}

const struct world world_v1_sample_start = {
	.name = "v1-sample-start",
	.number = 13,
	.sentence = "a signal writes a sample while a v1 trace starts, with store buffers",
	.set_up = v1_sample_ring_set_up,
	.threads = {[V1_SAMPLE_HANDLER] = {.name = "signalled",
					   .run = v1_sample_ring_user_code,
					   .is_signalled = true},
		    [V1_SAMPLE_TRACER] = {.name = "start", .run = v1_cpu_samples_start}},
	.handle_signal = v1_sample_ring_handle_signal,
	.signal_count_max = 1,
	.has_store_buffers = true,
	.check = check,
};
