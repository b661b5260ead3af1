/* When Ps get their status in a generation, and when the state of dead Ps is made ready for a
 * later one: the three ways it was done, which is all that issue 65318 is about, and the old one as
 * it should have been. Source: algorithms.md 5.6/16-17, 12.4, 16.5, 16.6. */
#ifndef TRACE_V2_PROC_PREPARATION_H
#define TRACE_V2_PROC_PREPARATION_H

#include "sched/trace_hooks.h"

struct proc_preparation {
	/* In StartTrace's section, the world stopped. */
	void (*at_start)(struct trace_section section);
	/* In an advance or stop of GENERATION, under the world semaphore, before the generation is
	 * stored. */
	void (*before_switch)(uint64_t generation);
	/* In an advance or stop of GENERATION, when everything of it is flushed. */
	void (*after_flush)(uint64_t generation, bool is_stop);
};

/* The way that is switched on. */
const struct proc_preparation *proc_preparation(void);

#endif
