#include "exhaust/event_order.h"

#include <string.h>

#include "base/fatal.h"
#include "exhaust/written_event.h"

enum { P_COUNT = 4 };

struct order_p {
	const struct m *m; /* NULL: idle */
	bool is_in_syscall;
	uint64_t sequence;
	unsigned status_count;
};

struct order_m {
	const struct m *m;
	struct written_event events[EVENT_ORDER_EVENT_COUNT_MAX];
	unsigned count;
	unsigned next;
	bool is_in_syscall; /* its goroutine */
	bool is_off;        /* the goroutine came back without a P, and has not started */
};

static struct {
	struct order_p ps[P_COUNT];
	struct order_m ms[EVENT_ORDER_M_COUNT_MAX];
	unsigned m_count;
} state;

void event_order_begin(void)
{
	memset(&state, 0, sizeof state);
}

void event_order_had(const struct m *m, const struct p *p)
{
	state.ps[p->id].m = m;
}

static void add(void *context, const struct written_event *event)
{
	struct order_m *m = context;
	ensure(m->count < EVENT_ORDER_EVENT_COUNT_MAX);
	m->events[m->count++] = *event;
}

void event_order_add(const struct m *m)
{
	ensure(state.m_count < EVENT_ORDER_M_COUNT_MAX);
	struct order_m *added = &state.ms[state.m_count++];
	added->m = m;
	written_events_of_m(m, add, added);
}

static struct order_p *p_of(const struct m *m)
{
	for (unsigned i = 0; i < P_COUNT; i++)
		if (state.ps[i].m == m)
			return &state.ps[i];
	return NULL;
}

static bool take_sequence(struct order_p *p, uint64_t sequence)
{
	bool is_next = sequence == p->sequence + 1;
	p->sequence += is_next;
	return is_next;
}

/* From another M: here are no foreign threads, which steal from themselves. */
static bool steal(const struct m *thief, struct order_p *p, uint64_t sequence, uint64_t m_id)
{
	if (p->m == NULL || p->m == thief || p->m->procid != m_id || !p->is_in_syscall ||
	    !take_sequence(p, sequence))
		return false;
	p->m = NULL;
	p->is_in_syscall = false;
	return true;
}

/* Whether the event can come next; then it has. */
static bool apply(struct order_m *m, const struct written_event *event)
{
	struct order_p *own = p_of(m->m);
	struct order_p *named = &state.ps[event->arguments[0] % P_COUNT];
	switch (event->type) {
	case TRACE_EVENT_proc_status:
		return ++named->status_count == 1;
	case TRACE_EVENT_proc_start:
		if (own != NULL || named->m != NULL || !take_sequence(named, event->arguments[1]))
			return false;
		named->m = m->m;
		return true;
	case TRACE_EVENT_proc_stop:
		if (own == NULL)
			return false;
		own->m = NULL;
		own->is_in_syscall = false;
		return true;
	case TRACE_EVENT_proc_steal:
		return steal(m->m, named, event->arguments[1], event->arguments[2]);
	case TRACE_EVENT_go_syscall_begin:
		if (own == NULL || m->is_in_syscall || !take_sequence(own, event->arguments[0]))
			return false;
		own->is_in_syscall = true;
		m->is_in_syscall = true;
		return true;
	case TRACE_EVENT_go_syscall_end:
		if (own == NULL || !own->is_in_syscall || !m->is_in_syscall)
			return false;
		own->is_in_syscall = false;
		m->is_in_syscall = false;
		return true;
	case TRACE_EVENT_go_syscall_end_blocked:
		if (!m->is_in_syscall || (own != NULL && own->is_in_syscall))
			return false;
		m->is_in_syscall = false;
		m->is_off = true;
		return true;
	case TRACE_EVENT_go_start:
		m->is_off = false;
		return true;
	default:
		return true;
	}
}

static bool apply_any(void)
{
	for (unsigned i = 0; i < state.m_count; i++) {
		struct order_m *m = &state.ms[i];
		if (m->next < m->count && apply(m, &m->events[m->next])) {
			m->next++;
			return true;
		}
	}
	return false;
}

const char *event_order_check(void)
{
	while (apply_any())
		continue;
	for (unsigned i = 0; i < state.m_count; i++) {
		if (state.ms[i].next < state.ms[i].count)
			return "events that cannot have happened in any order";
		if (state.ms[i].is_in_syscall)
			return "a goroutine is left in a system call, in the trace";
		if (state.ms[i].is_off && state.ms[i].m->current_g != NULL)
			return "a goroutine goes on that has not started, in the trace";
	}
	for (uint32_t i = 0; i < sched->allp_length; i++)
		if (sched->allp[i]->m != state.ps[i].m)
			return "a P is not where the trace has it";
	return NULL;
}
