/* Whether what some Ms have written about their Ps and system calls can have happened: each M's own
 * events in their order, those of a P by its sequence. For the checks of worlds, where the clock
 * stands still; one generation. Source: format-v2.md 4, as far as Ps and system calls go. */
#ifndef EXHAUST_EVENT_ORDER_H
#define EXHAUST_EVENT_ORDER_H

#include "sched/types.h"

enum { EVENT_ORDER_M_COUNT_MAX = 4, EVENT_ORDER_EVENT_COUNT_MAX = 32 };

/* Before the first event nobody has a P. */
void event_order_begin(void);

/* M had P when the trace began. */
void event_order_had(const struct m *m, const struct p *p);

/* M's events, each M once. */
void event_order_add(const struct m *m);

/* What is wrong, or NULL. The Ps of the scheduler are where the events have put them at last. */
const char *event_order_check(void);

#endif
