/* What a tracer gives to the API of the runtime: the program's side of it. The scheduler's side is
 * sched/trace_hooks.h. One of each kind is linked in, and a run has one of them. */
#ifndef TRACE_TRACER_KIND_H
#define TRACE_TRACER_KIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sched/trace_hooks.h"

enum {
	TRACE_DIALECT_1_19 = 19, /* of the v1 tracer */
	TRACE_DIALECT_1_22 = 22,
	TRACE_DIALECT_1_23 = 23,
	TRACE_DIALECT_1_26 = 26,
};

enum { TRACE_HEADER_SIZE_BYTES = 16 };

struct trace_configuration {
	uint32_t dialect;
	uint32_t buffer_size_bytes;
	uint32_t sample_ring_word_count;
	/* Of the v2 tracer; v1 has one generation, and reads its samples when it is read itself. */
	uint64_t initial_generation; /* the last one used before, 0: none */
	uint64_t advance_period_ns;  /* 0: no advancer's turns */
	uint64_t sample_period_ns;   /* between two turns of the logger */
};

struct tracer_kind {
	const struct trace_hooks *hooks;

	/* Makes the tracer, off. On the first M's system stack, before the scheduler's boot. */
	void (*boot)(const struct trace_configuration *configuration);

	/* ---- From a user stack ---- */

	/* StartTrace: false when tracing is already on. Concurrent starts and stops are the
	 * caller's to exclude. */
	bool (*start)(void);
	/* These two return the number of the generation (v1: of the trace) that they ended, when
	 * the reader has everything of it; 0 when tracing was off, and v1 has no advance. */
	uint64_t (*stop)(void);
	uint64_t (*advance)(void);
	/* What an uncaught panic does for the trace, before the program ends; as advance. NULL:
	 * nothing. */
	uint64_t (*panic)(void);
	uint32_t clock_unit_ns; /* of the times in a trace */
	/* ReadTrace: the next bytes, valid until the next call; false at the end. Waits. */
	bool (*read)(const uint8_t **ret_bytes, size_t *ret_size_bytes);

	/* What a program tells itself; nothing when tracing is off. TASK is unique and not 0;
	 * PARENT 0 means none. */
	void (*task_begin)(uint64_t task, uint64_t parent, const char *name);
	void (*task_end)(uint64_t task);
	void (*region)(bool is_begin, uint64_t task, const char *name);
	void (*log)(uint64_t task, const char *category, const char *message);
};

extern const struct tracer_kind tracer_v1_kind; /* trace_v1/boot.c */
extern const struct tracer_kind tracer_v2_kind; /* trace_v2/boot.c */

#endif
