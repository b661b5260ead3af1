#include <string.h>

#include "base/defect.h"
#include "base/fatal.h"
#include "sched/goroutine.h"
#include "trace_v2/writer.h"

/* ---- Strings ------------------------------------------------------------- */

struct string_record {
	struct string_table *table;
	struct trace_writer writer;
	uint64_t id;
	const char *text;
	size_t size_bytes;
};

/* Appends a record to the table's own buffer; on the system stack, since the buffer may have to be
 * flushed. */
static void write_record(void *argument)
{
	struct string_record *record = argument;
	lock_acquire(&record->table->lock);
	if (writer_ensure(&record->writer,
			  (uint32_t)(2 + 2 * VARINT_SIZE_MAX + record->size_bytes)))
		trace_buffer_byte(record->table->buffer, TRACE_EVENT_strings);
	struct trace_buffer *buffer = record->table->buffer;
	trace_buffer_byte(buffer, TRACE_EVENT_string);
	trace_buffer_varint(buffer, record->id);
	trace_buffer_varint(buffer, record->size_bytes);
	trace_buffer_bytes(buffer, record->text, record->size_bytes);
	lock_release(&record->table->lock);
}

static struct trace_writer writer_of_table(struct string_table *table, uint64_t generation)
{
	return (struct trace_writer){
		.generation = generation, .m_id = TRACE_NO_M, .slot = &table->buffer};
}

static void emit(struct string_table *table, uint64_t generation, uint64_t id, const char *text,
		 size_t size_bytes)
{
	struct string_record record = {.table = table,
				       .writer = writer_of_table(table, generation),
				       .id = id,
				       .text = text,
				       .size_bytes = size_bytes};
	on_system_stack(write_record, &record);
}

static size_t cut_length(const char *text)
{
	size_t length = strlen(text);
	size_t length_max = trace_text_size_bytes_max(tracer->configuration.buffer_size_bytes);
	return length < length_max ? length : length_max;
}

uint64_t string_put(const char *text, uint64_t generation)
{
	size_t length = cut_length(text);
	if (length == 0)
		return 0;
	struct string_table *table = &tracer->strings[generation_parity(generation)];
	/* Cut first, so that one text has one id, and none is longer than a node can be. */
	size_t key_length = DEFECT(issue_78348) ? strlen(text) : length;
	bool is_new;
	uint64_t id = intern_table_put(&table->ids, text, (uint32_t)key_length, &is_new);
	if (is_new)
		emit(table, generation, id, text, length);
	return id;
}

uint64_t string_emit(const char *text, uint64_t generation)
{
	size_t length = cut_length(text);
	if (length == 0)
		return 0;
	struct string_table *table = &tracer->strings[generation_parity(generation)];
	uint64_t id = intern_table_steal_id(&table->ids);
	emit(table, generation, id, text, length);
	return id;
}

void strings_reset(uint64_t generation)
{
	struct string_table *table = &tracer->strings[generation_parity(generation)];
	struct trace_writer writer = writer_of_table(table, generation);
	writer_flush(&writer);
	intern_table_reset(&table->ids);
}

/* ---- Fixed strings: format-v2.md 3, in this order ------------------------ */

static const char *const block_reasons[] = {
	"unspecified",
	"forever",
	"network",
	"select",
	"sync.(*Cond).Wait",
	"sync",
	"chan send",
	"chan receive",
	"GC mark assist wait for work",
	"GC background sweeper wait",
	"system goroutine wait",
	"preempted",
	"wait for debug call",
	"wait until GC ends",
	"sleep",
	"GC weak to strong wait", /* since 1.23 */
	"synctest",               /* since 1.24 */
};

static const char *const stop_reasons[] = {"unspecified", "runtime.Gosched", "preempted"};

/* Which of the block reasons a trace shows for each wait reason. */
static const char *block_reason_of(unsigned reason)
{
	switch (reason) {
	case WAIT_SEMAPHORE:
		return "sync";
	case WAIT_CHANNEL_RECEIVE:
		return "chan receive";
	case WAIT_SLEEP:
		return "sleep";
	case WAIT_TRACE_READER:
	case WAIT_SYSTEM:
		return "system goroutine wait";
	case WAIT_PREEMPTED:
		return "preempted";
	case WAIT_GC_ASSIST:
		return "GC mark assist wait for work";
	case WAIT_GC_SWEEP:
		return "GC background sweeper wait";
	case WAIT_GC_CYCLE:
		return "wait until GC ends";
	case WAIT_NETWORK:
		return "network";
	default:
		return "unspecified";
	}
}

static unsigned block_reason_count(void)
{
	unsigned count = sizeof block_reasons / sizeof block_reasons[0];
	if (tracer->configuration.dialect <= TRACE_DIALECT_1_23)
		count--;
	if (tracer->configuration.dialect == TRACE_DIALECT_1_22)
		count--;
	return count;
}

/* Later ones are rare, and looked up. */
uint64_t wait_reason_id(enum wait_reason reason, uint64_t generation)
{
	if (reason <= WAIT_PREEMPTED)
		return tracer->wait_reason_ids[generation_parity(generation)][reason];
	return string_put(block_reason_of(reason), generation);
}

void strings_register_fixed(uint64_t generation)
{
	unsigned parity = generation_parity(generation);
	for (unsigned i = 0; i < WORKER_LABEL_COUNT; i++)
		tracer->label_ids[parity][i] = string_put(worker_labels[i], generation);
	for (unsigned i = 0; i < block_reason_count(); i++)
		string_put(block_reasons[i], generation);
	for (unsigned i = 0; i < sizeof stop_reasons / sizeof stop_reasons[0]; i++)
		string_put(stop_reasons[i], generation);
	for (unsigned i = 0; i <= WAIT_PREEMPTED; i++)
		tracer->wait_reason_ids[parity][i] = string_put(block_reason_of(i), generation);
	tracer->stop_reason_ids[parity][TRACE_STOP_GOSCHED] = string_put("runtime.Gosched",
									 generation);
	tracer->stop_reason_ids[parity][TRACE_STOP_PREEMPTED] = string_put("preempted", generation);
}

/* ---- Stacks -------------------------------------------------------------- */

uint64_t stack_put(const struct trace_stack *stack, uint64_t generation)
{
	if (stack->depth == 0)
		return 0;
	return intern_table_put(&tracer->stacks[generation_parity(generation)], stack->pcs,
				trace_stack_size_bytes(stack), NULL);
}

uint64_t stack_put_of(const struct g *g, uint64_t generation)
{
	struct trace_stack stack;
	trace_stack_capture(g, &stack);
	return stack_put(&stack, generation);
}

static uint64_t put_name(const void *generation, const char *name)
{
	return string_put(name, *(const uint64_t *)generation);
}

struct dump {
	struct trace_writer writer;
	struct trace_buffer *buffer;
};

static void dump_stack(void *context, const struct intern_node *node)
{
	struct dump *dump = context;
	struct trace_stack_record record;
	trace_stack_record_of(node, put_name, &dump->writer.generation, &record);
	if (writer_ensure(&dump->writer, 2 + trace_stack_record_size_bytes(&record)))
		trace_buffer_byte(dump->buffer, TRACE_EVENT_stacks);
	trace_buffer_byte(dump->buffer, TRACE_EVENT_stack);
	trace_stack_record_write(&record, dump->buffer);
}

void stacks_dump(uint64_t generation)
{
	struct intern_table *table = &tracer->stacks[generation_parity(generation)];
	struct dump dump = {.writer = {.generation = generation, .m_id = TRACE_NO_M}};
	dump.writer.slot = &dump.buffer;
	const bool is_locked = DEFECT(commit_5249947f11) != 0;
	if (is_locked)
		lock_acquire(&table->lock);
	intern_table_visit(table, dump_stack, &dump);
	if (is_locked)
		lock_release(&table->lock);
	writer_flush(&dump.writer);
	intern_table_reset(table);
}
