/* Ground truth: what really happened in a run, observed from the state words of G, M and P, never
 * told by the runtime.
 *
 * During the run the observer sees every step before it is done and keeps a log of what changed
 * since; after the run each session's decoded events are compared with the log: nothing lost,
 * nothing invented, nothing out of order. Of the rooms outside the runtime this,
 * wait_graph, show and books alone look into sched/, trace_v1/ and trace_v2/. Source: DESIGN.md
 * 5, 9. */
#ifndef TRUTH_TRUTH_H
#define TRUTH_TRUTH_H

#include <stddef.h>
#include <stdint.h>

#include "host/host.h"
#include "oracle/oracle.h"
#include "sim/sim.h"

/* Operations that only the program itself can vouch for. */
enum truth_note {
	TRUTH_TASK_BEGIN,   /* task, parent, first: its name */
	TRUTH_TASK_END,     /* task */
	TRUTH_REGION_BEGIN, /* task, first: its name */
	TRUTH_REGION_END,   /* task, first: its name */
	TRUTH_LOG,          /* task, first: category, second: message */
};

struct truth_fault {
	const char *rule; /* "T-..." */
	uint64_t generation;
	uint64_t offset; /* of the event in the session, 0 when one is missing */
	char text[512];
};

/* A place in the life of a run's traces. */
struct truth_moment {
	uint32_t period;     /* from a start of the tracer to its stop; 0: it is off */
	uint32_t generation; /* of all, from 1 */
};

/* ---- During the run. ----------------------------------------------------- */

/* Forgets the run before; keeps its memory. Call before the simulation of a run with the tracer of
 * DIALECT starts. */
void truth_run_begin(uint32_t dialect);

/* A sim_observer; the owner is an M. Ends the run with truth-mismatch where a state word alone
 * shows a broken invariant. */
void truth_observe(void *context, const struct sim_who *who, enum point point, const void *object);

/* Called on GOROUTINE right before the operation. Strings are static. */
void truth_note(enum truth_note note, uint64_t goroutine, uint64_t task, uint64_t parent,
		const char *first, const char *second);

/* What it is now, on the goroutine that asks. */
struct truth_moment truth_moment(void);

/* A piece of a CPU profile has been read: records, and a label for each. Ends the run with
 * truth-mismatch when it is not what was written. */
void truth_profile_read(const uint64_t *words, uint32_t word_count, const uint64_t *labels,
			uint32_t label_count);

/* ---- After the run, session by session in order. ------------------------- */

struct truth_file {
	uint64_t first_generation; /* a v1 trace has none */
	bool may_begin_late;       /* in the middle of a period; FIRST_GENERATION 0: it has none */
	bool is_cut;               /* later generations may be missing */
	/* What was traced from the one to the other must be there, if it is of the file's period.
	 */
	struct truth_moment promised_from;
	struct truth_moment promised_to;
	bool is_promised_on; /* some period had to be there at its end */
};

void truth_session_begin(const struct truth_file *file);

/* Whether every profile was read to its end. Once the run has finished; the fault is static. */
const struct truth_fault *truth_profiles_end(void);

/* The session's next event, in the order of the ordering machine. */
void truth_compare(const struct oracle_event *event);
void truth_compare_v1(const struct oracle_v1_event *event);

/* The first difference, or NULL. Valid until the next session begins. */
const struct truth_fault *truth_session_end(void);

#endif
