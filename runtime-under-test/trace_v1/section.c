#include "base/defect.h"
#include "base/fatal.h"
#include "trace_v1/tracer.h"

/* The settings of commit_c5be4ed7df. */
enum { V1_FLUSH_TOLD, V1_FLUSH_FORBIDDEN, V1_FLUSH_UNTOLD };

/* What an event of this section needs if its buffer is full. Where the lock was taken on user
 * stacks, nobody told so before the buffer was full. */
static void may_flush(void)
{
	if (lock_order_era() == LOCK_ERA_1_20 && DEFECT(commit_c5be4ed7df) != V1_FLUSH_UNTOLD)
		lock_may_acquire(LOCK_RANK_trace);
}

static bool is_on(void)
{
	return atomic_u32_load(POINT_section_look_on, &tracer_v1->is_enabled,
			       memory_order_relaxed) != 0;
}

struct trace_section v1_section_enter(void)
{
	const struct trace_section valid = {.generation = V1_GENERATION, .is_valid = true};
	struct m *m = m_self();
	/* Inside another section, which is valid until it ends. */
	if (m->trace_v1.section_depth > 0) {
		m->trace_v1.section_depth++;
		return valid;
	}
	/* With a P: who stops the world waits for this M. Without, for buffer_lock. */
	acquirem();
	bool has_global_buffer = m->p == NULL;
	if (has_global_buffer)
		lock_acquire(&tracer_v1->buffer_lock);
	if (!is_on()) {
		if (has_global_buffer)
			lock_release(&tracer_v1->buffer_lock);
		releasem(m);
		return (struct trace_section){0};
	}
	may_flush();
	m->trace_v1.section_depth = 1;
	m->trace_v1.has_global_buffer = has_global_buffer;
	return valid;
}

void v1_section_leave(struct trace_section section)
{
	struct m *m = m_self();
	ensure(section.is_valid && m->trace_v1.section_depth > 0);
	m->trace_v1.section_depth--;
	if (m->trace_v1.section_depth > 0)
		return;
	host_yield(POINT_section_leave, &tracer_v1->is_enabled);
	if (m->trace_v1.has_global_buffer)
		lock_release(&tracer_v1->buffer_lock);
	m->trace_v1.has_global_buffer = false;
	releasem(m);
}
