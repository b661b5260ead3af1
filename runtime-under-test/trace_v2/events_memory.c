#include "trace_v2/events_memory.h"

#include "base/defect.h"
#include "base/fatal.h"
#include "sched/goroutine.h"
#include "trace_v2/writer.h"

/* Settings of issue_67379, as in defects.def. */
enum { FIX, LOCAL, SKIP, THROW };

/* Maybe inside another section, whose writer has no buffer in its hands then. */
static struct trace_section enter(void)
{
	const bool is_inside = atomic_u32_peek(&m_self()->trace.is_writing) != 0;
	if (is_inside && DEFECT(issue_67379) == SKIP)
		return (struct trace_section){0};
	if (is_inside && DEFECT(issue_67379) == THROW)
		fatal("bad use of trace.seqlock or tracer is reentrant");
	return section_enter();
}

static void write_in_section(enum trace_event_type type, const uint64_t *arguments, unsigned count)
{
	struct trace_section section = enter();
	if (!section.is_valid)
		return;
	event_write(section, TRACE_GO_RUNNING, TRACE_PROC_RUNNING, type, arguments, count);
	section_leave(section);
}

void memory_event_stack_allocated(struct stack_memory memory)
{
	write_in_section(TRACE_EVENT_goroutine_stack_alloc, (uint64_t[]){memory.id, memory.order},
			 2);
}

void memory_event_stack_freed(struct stack_memory memory)
{
	write_in_section(TRACE_EVENT_goroutine_stack_free, (uint64_t[]){memory.id}, 1);
}

/* A look at the wish of the program alone: where nobody has it, nothing is done here. */
void memory_event_text_prologue(struct trace_section section)
{
	if (atomic_u32_peek(&sched->is_stack_memory_traced) == 0)
		return;
	struct trace_buffer **slot = writer_of_section(section).slot;
	struct trace_buffer *held = *slot;
	function_prologue(POINT_text);
	if (DEFECT(issue_67379) == LOCAL)
		*slot = held;
}
