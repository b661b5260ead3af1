#include "oracle/v1_strict_tables.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"

enum { SYMBOL_SIZE_MAX = 1024 };

/* What the runtime calls its mark workers, in the order of their ids from 1. */
static const char *const labels[] = {"Not worker", "GC (dedicated)", "GC (fractional)",
				     "GC (idle)"};
enum { LABEL_COUNT = sizeof(labels) / sizeof(labels[0]) };

static void use_string(struct v1_trace *trace, uint64_t id, uint64_t offset)
{
	struct v1_string *string = v1_string_find(&trace->tables, id);

	if (string != NULL)
		string->is_used = true;
	else if (id != 0)
		v1_strict_break(trace, RULE_v1_s_string_undefined, offset,
				"string %" PRIu64 " is not defined", id);
}

void v1_strict_tables_use(struct v1_trace *trace, const struct v1_event *event,
			  const uint64_t *arguments)
{
	const struct v1_event_info *info = &v1_event_info[event->type];

	for (uint8_t i = 0; i < info->argument_count; i++) {
		if ((info->string_arguments >> i & 1) != 0)
			use_string(trace, arguments[i], event->offset);
		if ((info->stack_arguments >> i & 1) == 0)
			continue;
		struct v1_stack *stack = v1_stack_find(&trace->tables, arguments[i]);
		if (stack != NULL)
			stack->is_used = true;
		else if (arguments[i] != 0)
			v1_strict_break(trace, RULE_v1_s_stack_undefined, event->offset,
					"stack %" PRIu64 " is not defined", arguments[i]);
	}
}

static void use_symbol(struct v1_trace *trace, uint64_t id, uint64_t offset)
{
	const struct v1_string *string = v1_string_find(&trace->tables, id);

	use_string(trace, id, offset);
	if (string != NULL && string->size > SYMBOL_SIZE_MAX)
		v1_strict_break(trace, RULE_v1_s_stack, offset,
				"the name of a function or file has %" PRIu32 " bytes",
				string->size);
}

static void check_stacks(struct v1_trace *trace)
{
	const struct v1_tables *tables = &trace->tables;

	for (uint32_t i = 0; i < tables->stack_count; i++) {
		const struct v1_stack *stack = &tables->stacks[i];
		for (uint32_t j = 0; j < stack->frame_count; j++) {
			const struct v1_frame *frame = &tables->frames[stack->first_frame + j];
			use_symbol(trace, frame->function, stack->offset);
			use_symbol(trace, frame->file, stack->offset);
		}
		if (!stack->is_used)
			v1_strict_break(trace, RULE_v1_s_stack_unused, stack->offset,
					"no event names stack %" PRIu64, stack->id);
		/* As many ids as stacks, none above their number: none is left out. */
		if (stack->id > tables->stack_count)
			v1_strict_break(trace, RULE_v1_s_ids, stack->offset,
					"stack %" PRIu64 ", but %" PRIu32 " stacks are there",
					stack->id, tables->stack_count);
	}
}

static bool is_label(const struct v1_string *string)
{
	const char *label;

	if (string->id == 0 || string->id > LABEL_COUNT)
		return false;
	label = labels[string->id - 1];
	return string->size == strlen(label) && memcmp(string->bytes, label, string->size) == 0;
}

static int compare_texts(const void *left, const void *right)
{
	const struct v1_string *a = *(const struct v1_string *const *)left;
	const struct v1_string *b = *(const struct v1_string *const *)right;

	if (a->size != b->size)
		return a->size < b->size ? -1 : 1;
	int order = memcmp(a->bytes, b->bytes, a->size);
	return order != 0 ? order : a->offset < b->offset ? -1 : 1;
}

static void check_texts(struct v1_trace *trace)
{
	const struct v1_tables *tables = &trace->tables;
	uint32_t count = tables->string_count;
	const struct v1_string **sorted;

	if (count < 2)
		return;
	sorted = malloc(count * sizeof(*sorted));
	if (sorted == NULL)
		fatal("oracle: out of memory");
	for (uint32_t i = 0; i < count; i++)
		sorted[i] = &tables->strings[i];
	qsort(sorted, count, sizeof(*sorted), compare_texts);
	for (uint32_t i = 1; i < count; i++) {
		const struct v1_string *string = sorted[i], *before = sorted[i - 1];
		if (string->size == before->size &&
		    memcmp(string->bytes, before->bytes, string->size) == 0)
			v1_strict_break(trace, RULE_v1_s_string_twice, string->offset,
					"strings %" PRIu64 " and %" PRIu64 " have the same text",
					before->id, string->id);
	}
	free(sorted);
}

static void check_strings(struct v1_trace *trace)
{
	const struct v1_tables *tables = &trace->tables;
	uint32_t label_count = 0;

	for (uint32_t i = 0; i < tables->string_count; i++)
		label_count += is_label(&tables->strings[i]);
	if (label_count != LABEL_COUNT)
		v1_strict_break(trace, RULE_v1_s_labels, WIRE_HEADER_SIZE,
				"%" PRIu32 " of the strings 1 to 4 are names of mark workers",
				label_count);
	for (uint32_t i = 0; i < tables->string_count; i++) {
		const struct v1_string *string = &tables->strings[i];
		if (!string->is_used && !is_label(string))
			v1_strict_break(trace, RULE_v1_s_string_unused, string->offset,
					"nothing names string %" PRIu64, string->id);
		if (string->id > tables->string_count)
			v1_strict_break(trace, RULE_v1_s_ids, string->offset,
					"string %" PRIu64 ", but %" PRIu32 " strings are there",
					string->id, tables->string_count);
	}
}

void v1_strict_tables_end(struct v1_trace *trace)
{
	check_stacks(trace);
	check_strings(trace);
	check_texts(trace);
}
