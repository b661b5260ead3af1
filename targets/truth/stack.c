#include <string.h>

#include "trace/symbol.h"
#include "truth/judge.h"
#include "truth/v1_judge.h"

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

/* A frame as a trace tells it. */
struct told_frame {
	uint64_t pc, line;
	const uint8_t *function, *file; /* NULL: not told */
	size_t function_size_bytes, file_size_bytes;
};

static bool is_text(const uint8_t *bytes, size_t size_bytes, const char *text)
{
	return bytes != NULL && size_bytes == strlen(text) && memcmp(bytes, text, size_bytes) == 0;
}

static bool is_frame_right(const struct told_frame *frame)
{
	uint64_t index = (frame->pc - symbol_pc(0)) / 16;
	if (frame->pc > UINT32_MAX || index >= SYMBOL_COUNT ||
	    symbol_pc((unsigned)index) != frame->pc)
		return false;
	struct symbol_frame wanted;
	symbol_describe((uint32_t)frame->pc, &wanted);
	return frame->line == wanted.line &&
	       is_text(frame->function, frame->function_size_bytes, wanted.function) &&
	       is_text(frame->file, frame->file_size_bytes, wanted.file);
}

static bool find_cached(uint64_t id, struct truth_stack *ret_stack)
{
	const struct cached_stack *cached = &cache[id % CACHE_LENGTH];
	if (id != 0 && cached->id != id)
		return false;
	*ret_stack = id == 0 ? (struct truth_stack){0} : cached->stack;
	return true;
}

static void keep(uint64_t id, const struct truth_stack *stack)
{
	cache[id % CACHE_LENGTH] = (struct cached_stack){.id = id, .stack = *stack};
}

struct truth_stack judge_stack(const struct oracle_event *event, uint64_t id)
{
	struct truth_stack stack = {0};
	if (find_cached(id, &stack))
		return stack;
	uint32_t depth = oracle_stack_depth(event, id);
	for (uint32_t i = 0; i < depth; i++) {
		const struct generation_frame *frame = oracle_stack_frame(event, id, i);
		struct told_frame told = {.pc = frame->pc, .line = frame->line};
		oracle_string(event, frame->function, &told.function, &told.function_size_bytes);
		oracle_string(event, frame->file, &told.file, &told.file_size_bytes);
		truth_stack_add(&stack, frame->pc);
		if (!is_frame_right(&told))
			judge_fault(TRUTH_RULE_stack, event->type, event,
				    "frame %u of stack %lu is not what pc %#lx has", i,
				    (unsigned long)id, (unsigned long)frame->pc);
	}
	keep(id, &stack);
	return stack;
}

struct truth_stack v1_judge_stack(const struct oracle_v1_event *event, uint64_t id)
{
	struct truth_stack stack = {0};
	const struct v1_frame *frames;
	if (find_cached(id, &stack))
		return stack;
	uint32_t depth = oracle_v1_stack(event, id, &frames);
	for (uint32_t i = 0; i < depth; i++) {
		struct told_frame told = {.pc = frames[i].pc, .line = frames[i].line};
		oracle_v1_string(event, frames[i].function, &told.function,
				 &told.function_size_bytes);
		oracle_v1_string(event, frames[i].file, &told.file, &told.file_size_bytes);
		truth_stack_add(&stack, frames[i].pc);
		if (!is_frame_right(&told))
			v1_judge_fault(TRUTH_RULE_stack, event->type, event,
				       "frame %u of stack %lu is not what pc %#lx has", i,
				       (unsigned long)id, (unsigned long)frames[i].pc);
	}
	keep(id, &stack);
	return stack;
}
