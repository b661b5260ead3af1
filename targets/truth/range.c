/* What goes on for a while on a P or in a goroutine: sweeps and mark assists, as the trace has told
 * them, and the records behind statuses that say so. Source: format-v2.md WR4, R26 to R29. */
#include "truth/judge.h"

/* A status was told before: what goes on has to be told behind it. */
static void check_not_due(bool *is_due, const struct oracle_event *event, const char *what,
			  uint64_t id)
{
	if (*is_due)
		judge_fault(TRUTH_RULE_range_status,
			    event == NULL ? EVENT_gc_mark_assist_active : event->type, event,
			    "%s %lu: nothing behind its status says so", what, (unsigned long)id);
	*is_due = false;
}

void judge_range_apply(const struct truth_record *record, const struct oracle_event *event)
{
	struct judged_g *g = record->g == TRUTH_NONE ? NULL : judge_g(record->g);
	struct judged_p *p = record->p == TRUTH_NONE ? NULL : &judge.ps[record->p];
	if (g != NULL)
		check_not_due(&g->is_assist_due, event, "assist of goroutine", record->g);
	if (p != NULL)
		check_not_due(&p->is_sweep_due, event, "sweep of P", record->p);
	switch (record->type) {
	case EVENT_gc_mark_assist_begin:
	case EVENT_gc_mark_assist_end:
		if (g != NULL)
			g->is_assisting = record->type == EVENT_gc_mark_assist_begin;
		break;
	case EVENT_gc_sweep_begin:
	case EVENT_gc_sweep_end:
		if (p != NULL)
			p->is_sweeping = record->type == EVENT_gc_sweep_begin;
		break;
	default:
		break;
	}
}

static void tell_due(bool *is_due, const struct oracle_event *event)
{
	if (!*is_due)
		judge_fault(TRUTH_RULE_range_status, event->type, event,
			    "nothing goes on, or its status was not told right before");
	*is_due = false;
}

void judge_range_status(const struct oracle_event *event)
{
	static bool none;
	uint64_t id = event->arguments[0];
	bool *is_due = &none;
	if (event->type == EVENT_gc_mark_assist_active) {
		struct judged_g *g = judge_g(id);
		if (g != NULL)
			is_due = &g->is_assist_due;
	} else if (id < P_COUNT_MAX) {
		is_due = &judge.ps[id].is_sweep_due;
	}
	tell_due(is_due, event);
}

void judge_range_end_generation(void)
{
	for (uint32_t i = 0; i < judge.alive_count; i++)
		check_not_due(&judge.gs[judge.alive[i]].is_assist_due, NULL, "assist of goroutine",
			      judge.alive[i]);
	for (uint32_t i = 0; i < P_COUNT_MAX; i++)
		check_not_due(&judge.ps[i].is_sweep_due, NULL, "sweep of P", i);
}
