/* Stacks as every tracer tells them: pcs that are interned, and when the table is dumped, frames
 * with the names that the pcs stand for. Source: algorithms.md 3.8, 5.9, format-v1.md 3.3,
 * format-v2.md 2.
 *
 * Nothing here is shared: all memory is the caller's. */
#ifndef TRACE_STACK_H
#define TRACE_STACK_H

#include "sched/types.h"
#include "trace/buffer.h"
#include "trace/intern_table.h"

enum { TRACE_STACK_DEPTH_MAX = SHADOW_STACK_DEPTH_MAX + 1 };

struct trace_stack {
	uint32_t depth;
	uint32_t pcs[TRACE_STACK_DEPTH_MAX]; /* innermost first */
};

/* The stack of G now, which runs on the caller's M, or does not run and is the caller's. */
void trace_stack_capture(const struct g *g, struct trace_stack *ret_stack);

/* Bytes of pcs, as an intern table has them. */
static inline uint32_t trace_stack_size_bytes(const struct trace_stack *stack)
{
	return stack->depth * (uint32_t)sizeof stack->pcs[0];
}

struct trace_frame {
	uint64_t pc;
	uint64_t function, file; /* ids of strings */
	uint64_t line;
};

struct trace_stack_record {
	uint64_t id;
	uint32_t depth;
	struct trace_frame frames[TRACE_STACK_DEPTH_MAX];
};

/* From NODE, interned pcs. STRING_PUT gives the id of a text, and may write its record: all that
 * before the record of the stack is begun. */
void trace_stack_record_of(const struct intern_node *node,
			   uint64_t (*string_put)(const void *context, const char *text),
			   const void *context, struct trace_stack_record *ret_record);

/* Bytes of what trace_stack_record_write() writes: id, depth and frames. */
uint32_t trace_stack_record_size_bytes(const struct trace_stack_record *record);

/* The caller has made sure of room. */
void trace_stack_record_write(const struct trace_stack_record *record, struct trace_buffer *buffer);

#endif
