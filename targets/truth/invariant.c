/* Invariants that words alone show, at the points where they change. Source: algorithms.md 14. */
#include "trace_v1/tracer.h"
#include "trace_v2/tracer.h"
#include "truth/observe.h"
#include "truth/tracer_words.h"

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

/* Those on no list would be missed. */
static void check_flushed(void)
{
	const unsigned parity = generation_parity(atomic_u64_peek(&tracer->flushed_generation));
	for (uint32_t i = 0; i < truth_log.m_count; i++) {
		const struct m *m = truth_log.ms[i].m;
		if (m != NULL && m->trace.buffers[parity] != NULL)
			truth_end_run(TRUTH_RULE_buffer_left, "of M %lu", (unsigned long)m->procid);
	}
}

void truth_check_reader_generation(const struct truth_m *seen)
{
	if (seen->point == POINT_advance_publish_flushed)
		check_flushed();
	uint64_t reading = atomic_u64_peek(&tracer->reader_generation);
	uint64_t flushed = atomic_u64_peek(&tracer->flushed_generation);
	uint64_t generation = atomic_u64_peek(&tracer->generation);
	/* As differences: the numbers wrap. */
	bool goes_back = flushed != 0 && truth_log.flushed_generation != 0 &&
			 (int64_t)(flushed - truth_log.flushed_generation) < 0;
	truth_log.flushed_generation = flushed;
	if (goes_back || (generation != 0 && (int64_t)(reading - generation) > 0))
		truth_end_run(TRUTH_RULE_reader_generation,
			      "generation %lu is flushed, the reader is in %lu of %lu",
			      (unsigned long)flushed, (unsigned long)reading,
			      (unsigned long)generation);
	if (reading != flushed && reading != generation_next(flushed))
		truth_end_run(TRUTH_RULE_reader_generation,
			      "the reader is in generation %lu, generation %lu is flushed",
			      (unsigned long)reading, (unsigned long)flushed);
}

/* v1 has sections of its own, which nobody waits for. */
void truth_check_proc_taken(const struct truth_m *seen)
{
	if (!tracer_words->is_v1 && seen->is_in_section)
		truth_end_run(TRUTH_RULE_proc_in_section, "M %lu takes P %u",
			      (unsigned long)seen->m->procid, seen->m->p->id);
}

/* Since the last section only the advance may have taken one, of a generation that it has closed.
 */
void truth_check_buffers(const struct truth_m *seen)
{
	const uint64_t generation = atomic_u64_peek(&tracer->generation);
	for (unsigned i = 0; i < 2; i++) {
		const void *buffer = seen->m->trace.buffers[i];
		if (buffer == seen->buffers[i])
			continue;
		if (buffer != NULL || seen->buffer_generations[i] == generation)
			truth_end_run(TRUTH_RULE_buffer_outside,
				      "since M %lu left its last section it has %s one",
				      (unsigned long)seen->m->procid,
				      buffer != NULL ? "got" : "lost");
	}
}

void truth_remember_buffers(struct truth_m *seen)
{
	for (unsigned i = 0; i < 2; i++)
		seen->buffers[i] = seen->m->trace.buffers[i];
	if (seen->is_entry_valid)
		seen->buffer_generations[generation_parity(seen->entry_generation)] =
			seen->entry_generation;
}

/* Before issue 53979 was mended: nobody looks at the slot before the lock is free, and then it
 * waits. */
static bool registers_with_lock(const struct truth_m *seen)
{
	return tracer_words->is_v1 && tracer_v1->lock.holder == &seen->m->lock;
}

void truth_check_reader(const struct truth_m *seen)
{
	const struct g *reader = tracer_words->reader();
	if (reader == NULL || registers_with_lock(seen))
		return;
	uint32_t status = atomic_u32_peek(&reader->status) & ~(uint32_t)G_SCAN;
	if (status != G_WAITING)
		truth_end_run(TRUTH_RULE_reader_waits, "goroutine %lu registers in status %u",
			      (unsigned long)reader->id, status);
}
