#include "exhaust/v1_sample_ring.h"

#include "trace_v1/cpu_samples.h"

enum { BUFFER_SIZE_BYTES = 256, RING_WORD_COUNT = 32, PC = 1 };

void v1_sample_ring_set_up(void)
{
	const struct trace_configuration configuration = {
		.dialect = TRACE_DIALECT_1_19,
		.buffer_size_bytes = BUFFER_SIZE_BYTES,
		.sample_ring_word_count = RING_WORD_COUNT};
	tracer_v1_kind.boot(&configuration);
	tracer_v1->is_enabled.value = 1;
	struct trace_buffer *buffer = host_allocate(BUFFER_SIZE_BYTES);
	buffer->capacity_bytes = trace_buffer_capacity(BUFFER_SIZE_BYTES);
	buffer->position = VARINT_SIZE_MAX;
	buffer->is_taken = true;
	tracer_v1->samples.buffer = buffer;
	v1_stack_put(&(const struct trace_stack){.depth = 1, .pcs = {PC}});
	/* Who stops a trace is a goroutine. */
	world_m(V1_SAMPLE_TRACER)->borrowed_race_context = host_race_context_new(NULL, NULL);
}

void v1_sample_ring_user_code(void)
{
	host_yield(POINT_work, world_m(V1_SAMPLE_HANDLER));
}

void v1_sample_ring_handle_signal(void *owner)
{
	const struct cpu_sample sample = {.m = owner, .stack_depth = 1, .stack = {PC}};
	v1_cpu_samples_on_signal(&sample);
}
