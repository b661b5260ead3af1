#include "base/defect.h"
#include "sched/goroutine.h"
#include "trace_v2/tracer.h"

/* What an uncaught panic does for a trace. Source: algorithms.md 16.7, "Crash flush". A throw and
 * an exit do nothing for it. */

uint64_t tracer_panic(void)
{
	function_prologue(POINT_panic);
	/* Relaxed: whoever starts or stops a trace beside a panic cannot say what it saw. */
	bool is_enabled = atomic_u32_load(POINT_panic_look_enabled, &tracer->is_enabled,
					  memory_order_relaxed) != 0;
	if (DEFECT(issue_65319) || !is_enabled)
		return 0;
	return tracer_advance(false);
}
