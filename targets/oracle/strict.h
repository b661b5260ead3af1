/* The strict rules about events: what Go's readers leave unchecked and every correct writer keeps
 * (format-v2 6.1; the rules of level "strict" in rule.def).
 *
 * Called by the ordering machine when state.is_strict. Those that answer give false after breaking
 * a rule. */
#ifndef ORACLE_STRICT_H
#define ORACLE_STRICT_H

#include <stdbool.h>

#include "oracle/order_rules.h"

/* Before any rule about the event of LANE; may be called again for the same event. */
bool strict_before(struct state *state, const struct lane *lane);

/* An event that needs what REQUIREMENTS say happens in CONTEXT. */
bool strict_context(struct state *state, const struct lane *lane,
		    const struct order_context *context,
		    const struct order_requirements *requirements);

/* A status of a P or goroutine that is known, before it takes effect. For a goroutine the first one
 * too. */
bool strict_proc_status(struct state *state, const struct lane *lane,
			const struct order_context *context, uint32_t p);
bool strict_go_status(struct state *state, const struct lane *lane,
		      const struct order_context *context, uint32_t g);

bool strict_stop_begin(struct state *state, const struct lane *lane);
/* GCActive or GCBegin; may be called again for the same event. */
bool strict_gc(struct state *state, const struct lane *lane);
void strict_procs_change(struct state *state, const struct lane *lane);

/* An event that advanced: who runs now? */
void strict_after(struct state *state, const struct lane *lane,
		  const struct order_context *context);

void strict_begin_generation(struct state *state);
bool strict_end_generation(struct state *state);

#endif
