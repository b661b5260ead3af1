#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "oracle/event_info.h"
#include "trace/symbol.h"
#include "truth/judge.h"

/* Appends like snprintf, cut at the end. */
__attribute__((format(printf, 4, 5))) static void append(char *text, size_t size_bytes,
							 size_t *used, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	int length = vsnprintf(text + *used, size_bytes - *used, format, arguments);
	va_end(arguments);
	*used += (size_t)length;
	if (*used >= size_bytes)
		*used = size_bytes - 1;
}

static void append_id(char *text, size_t size_bytes, size_t *used, const char *what, uint64_t id)
{
	if (id == TRUTH_NONE)
		append(text, size_bytes, used, ", no %s", what);
	else
		append(text, size_bytes, used, ", %s %" PRIu64, what, id);
}

void truth_record_text(const struct truth_record *record, char *text, size_t size_bytes)
{
	size_t used = 0;
	const struct event_info *info = &event_info[record->type];
	append(text, size_bytes, &used, "%s", info->name);
	for (unsigned i = 0; i < TRUTH_NUMBERS_MAX; i++)
		if (record->numbers[i] != 0)
			append(text, size_bytes, &used, " %" PRIu64, record->numbers[i]);
	for (unsigned i = 0; i < TRUTH_TEXTS_MAX; i++)
		if (record->texts[i] != NULL)
			append(text, size_bytes, &used, " \"%s\"", record->texts[i]);
	append_id(text, size_bytes, &used, "M", truth_log.ms[record->m].procid);
	append_id(text, size_bytes, &used, "P", record->p);
	append_id(text, size_bytes, &used, "goroutine", record->g);
	append_id(text, size_bytes, &used, "generation", record->generation);
}

void truth_stack_text(const struct truth_stack *stack, char *text, size_t size_bytes)
{
	uint32_t index = (stack->innermost_pc - symbol_pc(0)) / 16;
	if (stack->depth == 0) {
		snprintf(text, size_bytes, "no frame");
		return;
	}
	if (index >= SYMBOL_COUNT || symbol_pc(index) != stack->innermost_pc) {
		snprintf(text, size_bytes, "%u frames, innermost pc %#x", stack->depth,
			 stack->innermost_pc);
		return;
	}
	struct symbol_frame frame;
	symbol_describe(stack->innermost_pc, &frame);
	snprintf(text, size_bytes, "%u frames, innermost %s", stack->depth, frame.function);
}
