/* The comparison of one session with the log: its state, and how a difference is told. Internal to
 * truth. */
#ifndef TRUTH_JUDGE_H
#define TRUTH_JUDGE_H

#include <stdarg.h>

#include "truth/log.h"
#include "truth/rule.h"
#include "truth/truth.h"

/* A goroutine as the trace has told it so far. */
struct judged_g {
	uint32_t file;   /* that it was alive in; another one: it is not */
	uint32_t status; /* enum g_status: runnable, running, waiting or dead */
	uint64_t m;      /* of one that runs; or TRUTH_NONE */
	struct truth_stack stack;
	uint64_t status_generation; /* in which it had a status or its creation last, or 0 */
	uint32_t last_record;       /* that concerned it, + 1 */
	uint32_t alive_index;
	bool is_assisting;
	bool is_assist_due; /* its status is told, and that it assists is not */
};

struct judged_p {
	uint32_t status; /* as on the wire; 0: idle, too */
	uint64_t m;      /* of one in a system call */
	bool is_sweeping;
	bool is_sweep_due;    /* as above */
	uint32_t last_record; /* + 1 */
};

struct judge {
	uint32_t file;        /* from 1 */
	uint32_t session;     /* from 1: the period that the file is of */
	uint32_t first_index; /* of the file's first generation among those of the period */
	const struct truth_session *log;
	struct truth_file wanted;
	uint32_t generation_count; /* begun */
	uint64_t generation;       /* current, 0: none yet */
	uint32_t snapshot_count;   /* told of the current one's clocks */
	struct truth_fault fault;  /* rule NULL: none */

	struct judged_g *gs; /* by id */
	uint32_t g_count, g_capacity;
	uint64_t *alive; /* ids */
	uint32_t alive_count, alive_capacity;
	struct judged_p ps[P_COUNT_MAX];
};

extern struct judge judge;

/* The first difference stays. EVENT may be NULL: one is missing. */
__attribute__((format(printf, 4, 5))) void judge_fault(enum truth_rule rule, uint8_t type,
						       const struct oracle_event *event,
						       const char *format, ...);

/* What the fault is about. */
struct judge_told {
	const char *name; /* of the event */
	const struct vouch *vouch;
	uint64_t generation, offset; /* 0: none */
	char text[160];              /* what the trace has; "": nothing */
};

/* The same for either tracer. */
__attribute__((format(printf, 3, 0))) void judge_fault_told(enum truth_rule rule,
							    const struct judge_told *told,
							    const char *format, va_list arguments);

/* Bytes of TEXT, or NULL, that the trace tells. */
size_t judge_text_size_bytes(const char *text);

/* ---- text.c -------------------------------------------------------------- */

/* "GoBlock \"sync\" on M 102 with P 1, goroutine 5". */
void truth_record_text(const struct truth_record *record, char *text, size_t size_bytes);
void truth_stack_text(const struct truth_stack *stack, char *text, size_t size_bytes);

/* ---- stack.c ------------------------------------------------------------- */

/* Forgets stacks seen: ids have another meaning in each generation. */
void judge_stacks_reset(void);

/* The stack ID of EVENT's generation. A frame that names another function, file or line than its pc
 * has is a fault. */
struct truth_stack judge_stack(const struct oracle_event *event, uint64_t id);

/* ---- sample_judge.c ------------------------------------------------------ */

/* No sample of the session is told yet. */
void judge_samples_begin(void);

void judge_sample(const struct oracle_event *event);

/* Faults the samples of the current generation that the trace did not tell. */
void judge_samples_end_generation(void);

/* ---- state.c ------------------------------------------------------------- */

void judge_state_begin(void);

/* The goroutine, if it is alive at this place of the trace; or NULL. */
struct judged_g *judge_g(uint64_t id);

/* Takes RECORD, which matched EVENT, over. EVENT NULL: it happened before the file begins. */
void judge_state_apply(const struct truth_record *record, const struct oracle_event *event);

void judge_go_status(const struct oracle_event *event);
void judge_proc_status(const struct oracle_event *event);

/* The current generation is complete. */
void judge_state_end_generation(void);

/* ---- range.c ------------------------------------------------------------- */

/* Takes RECORD, which matched EVENT, over. */
void judge_range_apply(const struct truth_record *record, const struct oracle_event *event);

/* That a sweep or an assist goes on. */
void judge_range_status(const struct oracle_event *event);

/* The current generation is complete. */
void judge_range_end_generation(void);

#endif
