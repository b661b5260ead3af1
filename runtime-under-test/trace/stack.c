#include "trace/stack.h"

#include <string.h>

#include "base/fatal.h"
#include "trace/symbol.h"

void trace_stack_capture(const struct g *g, struct trace_stack *ret_stack)
{
	ret_stack->depth = 0;
	/* What an unwinder finds there is anything. */
	if (g->is_stack_moving)
		return;
	if (g->operation_pc != 0)
		ret_stack->pcs[ret_stack->depth++] = g->operation_pc;
	for (uint32_t i = g->shadow_depth; i-- > 0;)
		ret_stack->pcs[ret_stack->depth++] = g->shadow_pcs[i];
}

void trace_stack_record_of(const struct intern_node *node,
			   uint64_t (*string_put)(const void *context, const char *text),
			   const void *context, struct trace_stack_record *ret_record)
{
	ret_record->id = node->id;
	ret_record->depth = node->size_bytes / (uint32_t)sizeof(uint32_t);
	ensure(ret_record->depth <= TRACE_STACK_DEPTH_MAX);
	for (uint32_t i = 0; i < ret_record->depth; i++) {
		uint32_t pc;
		struct symbol_frame frame;
		memcpy(&pc, node->content + i * sizeof pc, sizeof pc);
		symbol_describe(pc, &frame);
		/* One after the other: an initializer would leave it to the compiler which is put
		 * first, and so which ids they get. */
		uint64_t function = string_put(context, frame.function);
		uint64_t file = string_put(context, frame.file);
		ret_record->frames[i] = (struct trace_frame){
			.pc = pc, .function = function, .file = file, .line = frame.line};
	}
}

uint32_t trace_stack_record_size_bytes(const struct trace_stack_record *record)
{
	size_t size_bytes = varint_size(record->id) + varint_size(record->depth);
	for (uint32_t i = 0; i < record->depth; i++) {
		const struct trace_frame *frame = &record->frames[i];
		size_bytes += varint_size(frame->pc) + varint_size(frame->function) +
			      varint_size(frame->file) + varint_size(frame->line);
	}
	return (uint32_t)size_bytes;
}

void trace_stack_record_write(const struct trace_stack_record *record, struct trace_buffer *buffer)
{
	trace_buffer_varint(buffer, record->id);
	trace_buffer_varint(buffer, record->depth);
	for (uint32_t i = 0; i < record->depth; i++) {
		trace_buffer_varint(buffer, record->frames[i].pc);
		trace_buffer_varint(buffer, record->frames[i].function);
		trace_buffer_varint(buffer, record->frames[i].file);
		trace_buffer_varint(buffer, record->frames[i].line);
	}
}
