#include <string.h>

#include "trace/symbol.h"
#include "truth/judge.h"

/* Stacks of the current generation that were looked at already, by id. */
enum { CACHE_LENGTH = 1024 };

static struct cached_stack {
	uint64_t id; /* 0: free */
	struct truth_stack stack;
} cache[CACHE_LENGTH];

void judge_stacks_reset(void)
{
	memset(cache, 0, sizeof cache);
}

static bool is_text(const struct oracle_event *event, uint64_t id, const char *text)
{
	const uint8_t *bytes;
	size_t size_bytes;
	return oracle_string(event, id, &bytes, &size_bytes) && size_bytes == strlen(text) &&
	       memcmp(bytes, text, size_bytes) == 0;
}

static bool is_frame_right(const struct oracle_event *event, const struct generation_frame *frame)
{
	uint64_t index = (frame->pc - symbol_pc(0)) / 16;
	if (frame->pc > UINT32_MAX || index >= SYMBOL_COUNT ||
	    symbol_pc((unsigned)index) != frame->pc)
		return false;
	struct symbol_frame wanted;
	symbol_describe((uint32_t)frame->pc, &wanted);
	return frame->line == wanted.line && is_text(event, frame->function, wanted.function) &&
	       is_text(event, frame->file, wanted.file);
}

struct truth_stack judge_stack(const struct oracle_event *event, uint64_t id)
{
	struct cached_stack *cached = &cache[id % CACHE_LENGTH];
	if (id == 0 || cached->id == id)
		return id == 0 ? (struct truth_stack){0} : cached->stack;
	struct truth_stack stack = {0};
	uint32_t depth = oracle_stack_depth(event, id);
	for (uint32_t i = 0; i < depth; i++) {
		const struct generation_frame *frame = oracle_stack_frame(event, id, i);
		truth_stack_add(&stack, frame->pc);
		if (!is_frame_right(event, frame))
			judge_fault(TRUTH_RULE_stack, event->type, event,
				    "frame %u of stack %lu is not what pc %#lx has", i,
				    (unsigned long)id, (unsigned long)frame->pc);
	}
	*cached = (struct cached_stack){.id = id, .stack = stack};
	return stack;
}
