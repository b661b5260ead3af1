/* Invariants that words alone show, at the points where they change. Source: algorithms.md 14. */
#include "trace_v2/tracer.h"
#include "truth/observe.h"

void truth_check_section_flag(const struct truth_m *seen)
{
	if (atomic_u32_peek(&seen->m->trace.is_writing) != 1 || seen->is_in_section)
		truth_end_run(TRUTH_RULE_section_flag, "M %lu enters a section",
			      (unsigned long)seen->m->procid);
}

void truth_check_stop(void)
{
	if (atomic_u64_peek(&tracer->generation) == 0 &&
	    atomic_u32_peek(&tracer->is_shutting_down) == 0)
		truth_end_run(TRUTH_RULE_stop_is_told, "generation 0 is stored");
}

void truth_check_start(void)
{
	for (int i = 0; i < 2; i++)
		if (atomic_u32_peek(&tracer->done_semaphores[i].value) != 0)
			truth_end_run(TRUTH_RULE_done_at_start, "of parity %d", i);
}

void truth_check_reader_generation(void)
{
	uint64_t reading = atomic_u64_peek(&tracer->reader_generation);
	uint64_t flushed = atomic_u64_peek(&tracer->flushed_generation);
	if (reading != flushed && reading != generation_next(flushed))
		truth_end_run(TRUTH_RULE_reader_generation,
			      "the reader is in generation %lu, generation %lu is flushed",
			      (unsigned long)reading, (unsigned long)flushed);
}

void truth_check_reader(void)
{
	const struct g *reader = (const struct g *)atomic_address_peek(&tracer->reader);
	if (reader == NULL)
		return;
	uint32_t status = atomic_u32_peek(&reader->status) & ~(uint32_t)G_SCAN;
	if (status != G_WAITING)
		truth_end_run(TRUTH_RULE_reader_waits, "goroutine %lu registers in status %u",
			      (unsigned long)reader->id, status);
}
