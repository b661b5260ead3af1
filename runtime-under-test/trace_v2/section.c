#include "trace_v2/tracer.h"

#include "base/fatal.h"

struct trace_section section_enter(void)
{
	const struct trace_section invalid = {0};
	/* Inside another section, which is valid until it ends, even if tracing has been switched
	 * off meanwhile: then upstream loses the inner event. */
	struct m *m = m_self();
	if (atomic_u32_peek(&m->trace.is_writing) != 0) {
		acquirem();
		m->trace.reentered_count++;
		return (struct trace_section){.generation = m->trace.entry_generation,
					      .is_valid = true};
	}
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
	ensure(section.is_valid && section.generation == m->trace.entry_generation);
	if (m->trace.reentered_count > 0)
		m->trace.reentered_count--;
	else
		/* Release: partner is the acquire of the advance's look, which then owns this M's
		 * buffer. */
		atomic_u32_store(POINT_section_clear_writing, &m->trace.is_writing, 0,
				 memory_order_release);
	releasem(m);
}
