/* A v1 trace ends while the handler of a signal writes a sample: the handler takes the lock and
 * looks for the ring, the stop takes the ring away and looks at the lock; stores stay behind in
 * buffers. */
#include <string.h>

#include "base/fatal.h"
#include "exhaust/v1_sample_ring.h"
#include "trace_v1/cpu_samples.h"

enum { RING_SIZE_BYTES_MAX = 1024 };

static struct {
	size_t size_bytes;
	bool is_unread; /* something was, when the ring's memory was given back */
	/* The memory's next owner, and what it got. */
	const uint8_t *pages;
	uint8_t copy[RING_SIZE_BYTES_MAX];
} state;

static void set_up(void)
{
	memset(&state, 0, sizeof state);
	v1_sample_ring_set_up();
	v1_cpu_samples_start();
	state.size_bytes = tracer_v1->samples.ring->size_bytes;
	ensure(state.size_bytes <= sizeof state.copy);
}

static bool is_unread(const struct cpu_sample_ring *ring)
{
	return cpu_sample_words_between(ring->next_read, atomic_u64_peek(&ring->written)) > 0 ||
	       cpu_sample_overflow_count(atomic_u64_peek(&ring->overflow)) > 0;
}

static void stop(void)
{
	v1_cpu_samples_stop();
	state.is_unread = is_unread(tracer_v1->samples.ring);
	v1_cpu_samples_free();
	state.pages = host_pages_allocate(state.size_bytes);
	memcpy(state.copy, state.pages, state.size_bytes);
}

static const char *check(void)
{
	if (state.is_unread)
		return "a sample was written behind the last read of its ring";
	if (memcmp(state.copy, state.pages, state.size_bytes) != 0)
		return "a sample was written to memory that was given back";
	return NULL;
}

const struct world world_v1_sample_stop = {
	.name = "v1-sample-stop",
	.number = 14,
	.sentence = "a signal writes a sample while a v1 trace stops, with store buffers",
	.set_up = set_up,
	.threads = {[V1_SAMPLE_HANDLER] = {.name = "signalled",
					   .run = v1_sample_ring_user_code,
					   .is_signalled = true},
		    [V1_SAMPLE_TRACER] = {.name = "stop", .run = stop}},
	.handle_signal = v1_sample_ring_handle_signal,
	.signal_count_max = 1,
	.has_store_buffers = true,
	.check = check,
};
