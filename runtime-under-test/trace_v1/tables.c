#include <string.h>

#include "base/defect.h"
#include "base/fatal.h"
#include "sched/goroutine.h"
#include "sched/heap.h"
#include "sched/race_context.h"
#include "trace_v1/events_gc.h"
#include "trace_v1/writer.h"

/* ---- Stacks -------------------------------------------------------------- */

struct stack_request {
	const struct trace_stack *stack;
	uint64_t ret_id;
};

/* The slow path: a second look, under the lock. */
static void insert_stack(void *argument)
{
	struct stack_request *request = argument;
	lock_acquire(&tracer_v1->stacks.lock);
	function_prologue(POINT_stack_table_locked);
	request->ret_id = intern_table_put_locked(&tracer_v1->stacks, request->stack->pcs,
						  trace_stack_size_bytes(request->stack), NULL);
	lock_release(&tracer_v1->stacks.lock);
}

uint64_t v1_stack_put(const struct trace_stack *stack)
{
	struct stack_request request = {.stack = stack};
	if (stack->depth == 0)
		return 0;
	uint64_t id = intern_table_find(&tracer_v1->stacks, stack->pcs,
					trace_stack_size_bytes(stack));
	if (id != 0)
		return id;
	/* No stack may grow under the lock: it ranks after the allocator's. */
	if (DEFECT(issue_54553))
		insert_stack(&request);
	else
		on_system_stack(insert_stack, &request);
	return request.ret_id;
}

uint64_t v1_stack_put_of(const struct g *g)
{
	struct trace_stack stack;
	if (g == NULL)
		return 0;
	trace_stack_capture(g, &stack);
	return v1_stack_put(&stack);
}

uint64_t v1_stack_put_entry(const struct g *g)
{
	const struct trace_stack stack = {.depth = 1, .pcs = {g->entry_pc}};
	return v1_stack_put(&stack);
}

/* All frames of the deepest stack, before they were kept with the table. */
enum { UPSTREAM_DUMP_FRAME_BYTES = 68 << 10 };

static uint64_t put_name(const void *writer, const char *name)
{
	return v1_string_put(writer, name);
}

struct dump {
	const struct v1_writer *writer;
};

static void begin_stack(const struct v1_writer *writer, uint32_t size_bytes)
{
	v1_writer_ensure(writer, 1 + size_bytes);
	trace_buffer_byte(*writer->slot,
			  TRACE_V1_EVENT_stack | V1_CODE_WITH_LENGTH << V1_CODE_SHIFT);
}

static void dump_stack(void *context, const struct intern_node *node)
{
	const struct v1_writer *writer = ((const struct dump *)context)->writer;
	struct trace_stack_record record;
	function_frame(DEFECT(commit_d4a3466519) ? UPSTREAM_DUMP_FRAME_BYTES : sizeof record);
	/* Before the record begins: a name that is new is a record of its own. */
	const bool is_begun = DEFECT(commit_0293a1f308) != 0;
	if (is_begun)
		begin_stack(writer, 0);
	trace_stack_record_of(node, put_name, writer, &record);
	uint32_t size_bytes = trace_stack_record_size_bytes(&record);
	if (!is_begun)
		begin_stack(writer, VARINT_SIZE_MAX + size_bytes);
	else
		v1_writer_ensure(writer, VARINT_SIZE_MAX + size_bytes);
	trace_buffer_varint(*writer->slot, size_bytes);
	trace_stack_record_write(&record, *writer->slot);
}

void v1_stacks_dump(const struct v1_writer *writer)
{
	struct dump dump = {.writer = writer};
	intern_table_visit(&tracer_v1->stacks, dump_stack, &dump);
	intern_table_reset(&tracer_v1->stacks);
}

/* ---- Strings ------------------------------------------------------------- */

/* An entry of the map is memory of the heap: to allocate it may cause an event. */
enum { MAP_ENTRY_SIZE_BYTES = 2048 };

static void tell_heap_live(uint64_t live_bytes)
{
	struct trace_section section = v1_section_enter();
	if (!section.is_valid)
		return;
	v1_event_heap_alloc(section, live_bytes);
	v1_section_leave(section);
}

static void note_lock_taken(const struct intern_table *map)
{
	race_acquire(&map->lock);
}

/* The id of TEXT in a map that is Go's own, whose accesses a race detector sees. */
static uint64_t find_or_add(const char *text, uint32_t size_bytes, bool *ret_is_new)
{
	struct intern_table *map = &tracer_v1->strings;
	const bool is_told_late = DEFECT(control_string_map) != 0;
	lock_acquire(&map->lock);
	if (!is_told_late)
		note_lock_taken(map);
	race_read(map);
	uint64_t id = intern_table_put_locked(map, text, size_bytes, ret_is_new);
	if (*ret_is_new) {
		if (is_told_late)
			note_lock_taken(map);
		race_write(map);
		uint64_t live_bytes = heap_allocate(MAP_ENTRY_SIZE_BYTES);
		if (live_bytes != 0)
			tell_heap_live(live_bytes);
	}
	race_release(&map->lock);
	lock_release(&map->lock);
	return id;
}

static uint32_t cut_length(const char *text)
{
	size_t length = strlen(text);
	uint32_t length_max = trace_text_size_bytes_max(tracer_v1->configuration.buffer_size_bytes);
	return length < length_max ? (uint32_t)length : length_max;
}

uint64_t v1_string_put(const struct v1_writer *writer, const char *text)
{
	uint32_t size_bytes = cut_length(text);
	if (size_bytes == 0)
		return 0;
	struct trace_buffer *seen = *writer->slot;
	bool is_new;
	uint64_t id = find_or_add(text, size_bytes, &is_new);
	if (!is_new)
		return id;
	/* The buffer only now: an event that the allocation caused may have begun another one. */
	if (DEFECT(commit_d58f4e9b7b) == V1_STALE_BUFFER && seen != NULL)
		*writer->slot = seen;
	v1_writer_ensure(writer, 1 + 2 * VARINT_SIZE_MAX + size_bytes);
	struct trace_buffer *buffer = *writer->slot;
	trace_buffer_byte(buffer, TRACE_V1_EVENT_string);
	trace_buffer_varint(buffer, id);
	trace_buffer_varint(buffer, size_bytes);
	trace_buffer_bytes(buffer, text, size_bytes);
	return id;
}
