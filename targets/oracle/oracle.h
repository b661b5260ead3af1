/* The judge of v2 traces: reads "go 1.22 trace" to "go 1.26 trace" and says whether a trace is one
 * that a correct tracer can have written (format-v2; rules: rule.def). Where Go's readers differ on
 * the same file, its newest one is followed. Traces of Go 1.11 to 1.21 go to the judge of v1 traces
 * (v1_judge.h), which shares these calls.
 *
 * Any bytes may be given. Memory grows with the largest generation and with what is alive, not with
 * the file (v1: with the file), and is kept for the next check; time grows with the bytes. The same
 * bytes give the same report. */
#ifndef ORACLE_ORACLE_H
#define ORACLE_ORACLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "oracle/event_info.h"
#include "oracle/fault.h"
#include "oracle/generation.h"
#include "oracle/rule.h"
#include "oracle/v1_event.h"

/* No thread, P or goroutine. */
#define ORACLE_NONE UINT64_MAX

/* One record of the trace. Valid during the callback only, with all it points to. */
struct oracle_event {
	uint8_t type; /* enum event_type; arguments in the order of event.def */
	uint8_t argument_count;
	uint64_t arguments[EVENT_ARGUMENTS_MAX];
	uint64_t time; /* trace clock units; of the batch for records without time */
	uint64_t generation;
	uint64_t m; /* of the batch, or ORACLE_NONE */
	/* What the thread has before and after the event, as the machine knows it. */
	uint64_t p_before, g_before;
	uint64_t p_after, g_after;
	uint64_t offset; /* of the record in the file, bytes */
	const uint8_t
		*record; /* its bytes; an experimental batch: its body of arguments[4] bytes */
	struct generation *tables; /* for oracle_string() and the stack functions */
};

/* Called for each record in the order that the machine established. Per generation first one
 * EVENT_frequency, from version 25 on one EVENT_clock_snapshot, then EVENT_experimental_batch for
 * each, then timed events and EVENT_cpu_sample. A trace that breaks a rule has its events delivered
 * up to there. One that is cut: before version 26 as far as its last whole batch, from 26 on as far
 * as its last whole generation. */
typedef void oracle_event_function(void *context, const struct oracle_event *event);

struct oracle_options {
	bool is_strict;            /* add the rules of level "strict" */
	bool clocks_may_disagree;  /* threads with skewed clocks, or one that stands still: leave
				      out rules about overlap in time and clocks that advance */
	bool generations_may_wrap; /* 4 may follow 2^64-1, as the runtime counts; Go's reader
				      refuses */
	uint64_t first_generation; /* that the trace must begin with; 0: any */
	uint64_t procs_at_start;   /* GOMAXPROCS before the first ProcsChange; 0: not known */
	oracle_event_function *on_event; /* NULL: none */
	void *on_event_context;
	oracle_v1_event_function *on_v1_event; /* the same for headers below 1.22 */
	void *on_v1_event_context;
	/* After each generation: no byte before END_OFFSET is looked at again. NULL: none. */
	void (*on_generation_end)(void *context, size_t end_offset);
	void *on_generation_end_context;
};

struct oracle_statistics {
	uint64_t events; /* timed events and CPU samples delivered */
	uint64_t batches;
	uint64_t generations; /* begun */
	uint64_t strings;
	uint64_t stacks;
	uint64_t samples;
	uint64_t of_type[EVENT_TYPE_COUNT]; /* Sync and EndOfGeneration count too; v1: its types */
};

struct oracle_report {
	bool is_accepted;
	struct fault fault;    /* RULE_NONE when accepted; its message is cut, not its offset */
	uint8_t version_minor; /* of the header: 11, 19, 21, 22, 23, 25, 26; 0: none */
	struct oracle_statistics statistics;
};

struct oracle;

/* Ends in fatal() when memory runs out, as all of these do. */
struct oracle *oracle_create(void);
void oracle_destroy(struct oracle *oracle);

/* Judges SIZE bytes of a file. OPTIONS may be NULL: none. May be called again and again; each call
 * forgets the one before, at a cost that grows with what that one used. */
void oracle_check(struct oracle *oracle, const uint8_t *bytes, size_t size,
		  const struct oracle_options *options, struct oracle_report *ret_report);

/* The text of string ID in the generation of EVENT; false: not defined. Not NUL-terminated. */
bool oracle_string(const struct oracle_event *event, uint64_t id, const uint8_t **ret_bytes,
		   size_t *ret_size);

/* Frames of stack ID in the generation of EVENT; 0 for the empty stack and an unknown one. */
uint32_t oracle_stack_depth(const struct oracle_event *event, uint64_t id);

/* Frame INDEX, 0 = innermost; INDEX must be below the depth. Valid as long as EVENT. */
const struct generation_frame *oracle_stack_frame(const struct oracle_event *event, uint64_t id,
						  uint32_t index);

#endif
