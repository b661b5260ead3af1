#include "exhaust/closing_generation.h"

#include "trace_v2/generation.h"
#include "trace_v2/reader.h"
#include "trace_v2/writer.h"

enum { BUFFER_SIZE_BYTES = 512, RING_WORD_COUNT = 32 };

void closing_generation_set_up(void)
{
	const struct trace_configuration configuration = {
		.dialect = TRACE_DIALECT_1_23,
		.buffer_size_bytes = BUFFER_SIZE_BYTES,
		.sample_ring_word_count = RING_WORD_COUNT};
	sched = host_allocate(sizeof *sched);
	lock_init(&sched->lock, LOCK_RANK_sched);
	sched->all_ms = world_m(CLOSING_WRITER);
	trace_hooks = &tracer_v2_hooks;
	tracer_boot(&configuration);
	cpu_samples_init();
	tracer->generation.value = CLOSING_GENERATION;
	tracer->is_enabled.value = 1;
}

void closing_generation_write_event(void)
{
	struct trace_section section = section_enter();
	if (!section.is_valid)
		return;
	struct trace_writer writer = writer_of_section(section);
	writer_event(&writer, TRACE_EVENT_proc_stop, NULL, 0);
	section_leave(section);
}

void closing_generation_stop(void)
{
	reader_begin_shut_down();
	generation_pass_barrier(CLOSING_GENERATION);
}

const char *closing_generation_check(void)
{
	if (world_m(CLOSING_WRITER)->trace.buffers[CLOSING_GENERATION % 2] != NULL)
		return "an event was written into a closed generation";
	return NULL;
}
