#include "trace_v2/tracer.h"

#include "base/defect.h"
#include "base/fatal.h"
#include "trace_v2/writer.h"

/* The outermost section decides the generation of all events inside. */
static uint64_t generation_inside(const struct m *m)
{
	if (DEFECT(commit_dc9a3e2a65))
		return atomic_u64_load(POINT_section_reload_generation, &tracer->generation,
				       memory_order_relaxed);
	return m->trace.entry_generation;
}

/* Valid until the outer one ends, even if tracing has been switched off meanwhile: then upstream
 * loses the inner event. */
static struct trace_section enter_inside(struct m *m)
{
	acquirem();
	m->trace.reentered_count++;
	uint64_t generation = generation_inside(m);
	return (struct trace_section){.generation = generation, .is_valid = generation != 0};
}

struct trace_section section_enter(void)
{
	const struct trace_section invalid = {0};
	struct m *m = m_self();
	if (atomic_u32_peek(&m->trace.is_writing) != 0)
		return enter_inside(m);
	/* seq_cst for the way out of a system call alone, which is not stopped with the world
	 * (litmus: syscall_exit_against_start). */
	if (atomic_u32_load(POINT_section_look_enabled, &tracer->is_enabled,
			    memory_order_seq_cst) == 0)
		return invalid;
	/* An event may flush a buffer; that it rarely does must not hide the lock order. */
	lock_may_acquire(LOCK_RANK_trace);
	acquirem();
	/* Set, then load: partner is the advance, which stores the generation and then looks at
	 * every is_writing. Both sides seq_cst (litmus: section_against_generation). */
	atomic_u32_store(POINT_section_set_writing, &m->trace.is_writing, 1, memory_order_seq_cst);
	uint64_t generation = atomic_u64_load(POINT_section_load_generation, &tracer->generation,
					      memory_order_seq_cst);
	if (generation == 0) {
		atomic_u32_store(POINT_section_clear_writing, &m->trace.is_writing, 0,
				 memory_order_release);
		releasem(m);
		return invalid;
	}
	m->trace.entry_generation = generation;
	return (struct trace_section){.generation = generation, .is_valid = true};
}

void section_leave(struct trace_section section)
{
	struct m *m = m_self();
	ensure(section.is_valid);
	if (m->trace.reentered_count > 0) {
		m->trace.reentered_count--;
	} else {
		ensure(section.generation == m->trace.entry_generation);
		/* Release: partner is the acquire of the advance's look, which then owns this M's
		 * buffer. */
		atomic_u32_store(POINT_section_clear_writing, &m->trace.is_writing, 0,
				 memory_order_release);
		if (DEFECT(control_buffer_outside)) {
			struct trace_writer writer = writer_of_section(section);
			writer_flush(&writer);
		}
	}
	releasem(m);
}
