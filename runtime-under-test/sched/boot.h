/* From nothing to the first goroutine. */
#ifndef SCHED_BOOT_H
#define SCHED_BOOT_H

#include "sched/trace_hooks.h"
#include "sched/types.h"

/* Makes the scheduler with its Ps and the first M. On the first thread's system stack; M is that
 * thread's owner, zeroed. Sets `sched` and `trace_hooks`. */
void sched_boot(struct m *m, const struct sched_configuration *configuration,
		const struct trace_hooks *hooks);

#endif
