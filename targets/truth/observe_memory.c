/* What steps of a stack that grows show, while a trace is to tell that. */
#include "oracle/event_info.h"
#include "truth/observe.h"

static struct truth_pending event_of(const struct truth_m *seen)
{
	const struct g *g = seen->m->current_g;
	if (seen->point == POINT_stack_free)
		return (struct truth_pending){.kind = EVENT_goroutine_stack_free,
					      .numbers = {g->memory_left.id}};
	return (struct truth_pending){.kind = EVENT_goroutine_stack_alloc,
				      .numbers = {g->memory.id, g->memory.order}};
}

void truth_stack_moved(struct truth_m *seen)
{
	const struct truth_pending event = event_of(seen);
	if (!seen->is_in_section) {
		truth_pend_first(seen, event);
		return;
	}
	struct truth_record *record = truth_log_record(seen, event.kind);
	record->numbers[0] = event.numbers[0];
	record->numbers[1] = event.numbers[1];
}
