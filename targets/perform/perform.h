/* The interpreter: performs a scenario's programs on the runtime.
 *
 * Operations are valid by construction: a task or region ends only what is open, a return stays
 * above the bottom. A goroutine that waits for a semaphore nobody will release is left waiting:
 * that is the scenario's, not the runtime's fault. When no other goroutine of the scenario is
 * left, the trace is stopped and the run finishes. Goroutines may run in parallel. */
#ifndef PERFORM_PERFORM_H
#define PERFORM_PERFORM_H

#include "perform/session.h"
#include "scenario/scenario.h"

/* Operations that only the program itself can vouch for. */
enum perform_note {
	PERFORM_TASK_BEGIN,   /* task, parent, first: its name */
	PERFORM_TASK_END,     /* task */
	PERFORM_REGION_BEGIN, /* task, first: its name */
	PERFORM_REGION_END,   /* task, first: its name */
	PERFORM_LOG,          /* task, first: category, second: message */
};

/* Called on GOROUTINE right before the operation. Strings are static. */
typedef void perform_noter(enum perform_note note, uint64_t goroutine, uint64_t task,
			   uint64_t parent, const char *first, const char *second);

/* Gets each piece of a CPU profile as it is read: WORDS of records, and a label for each record. */
typedef void perform_profile_taker(const uint64_t *words, uint32_t word_count,
				   const uint64_t *labels, uint32_t label_count);

/* What of a trace's life it is now, to who watches the runtime. Within a goroutine. */
typedef struct session_moment perform_moment_teller(void);

struct perform_options {
	const struct scenario *scenario;
	struct sessions *sessions;
	perform_noter *noter;                 /* may be NULL */
	perform_profile_taker *profile_taker; /* may be NULL; one call at a time */
	perform_moment_teller *moment_teller; /* may be NULL */
	uint64_t *ret_operation_count;        /* performed */
};

/* Entry for the executor: never returns. ARGUMENT is what perform_prepare() gave. */
void perform_main(void *argument);

/* Sets the interpreter up; the result, of process-wide memory, is valid until the next call. */
void *perform_prepare(const struct perform_options *options);

/* The text of a task, region, category or message, by its number below SCENARIO_NAME_COUNT. */
const char *perform_name(uint16_t number);

/* Whether a flight recorder may be on in it: then a trace may begin and end in the middle of what
 * the tracer does. */
bool perform_has_recorder(const struct scenario *scenario);

/* Whether SCENARIO uses the runtime wrongly on purpose: its traces then prove nothing. */
bool perform_is_misuse(const struct scenario *scenario);

#endif
