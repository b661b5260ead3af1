/* Writing events: an M's buffer of its section's generation, or a buffer that no M owns. Source:
 * algorithms.md 5.4, 16.3.
 *
 * Event functions run inside a valid section; their arguments (stack and string ids) are computed
 * before, so that no other section falls into the middle of an event. */
#ifndef TRACE_V2_WRITER_H
#define TRACE_V2_WRITER_H

#include "trace_v2/tracer.h"

enum trace_event_type {
#define EVENT(identifier, name, number, since, arguments, strings, stacks)                         \
	TRACE_EVENT_##identifier = number,
#include "trace_v2/event.def"
#undef EVENT
};

enum trace_go_status {
	TRACE_GO_BAD,
	TRACE_GO_RUNNABLE,
	TRACE_GO_RUNNING,
	TRACE_GO_SYSCALL,
	TRACE_GO_WAITING,
};

enum trace_proc_status {
	TRACE_PROC_BAD,
	TRACE_PROC_RUNNING,
	TRACE_PROC_IDLE,
	TRACE_PROC_SYSCALL,
	TRACE_PROC_SYSCALL_ABANDONED,
};

enum { TRACE_ARGUMENT_COUNT_MAX = 5 };

/* Where bytes go: a slot that holds the current buffer, or NULL, and whose batches they are. */
struct trace_writer {
	uint64_t generation;
	uint64_t m_id;
	struct trace_buffer **slot;
};

/* The M's own writer in a section. */
struct trace_writer writer_of_section(struct trace_section section);

/* Makes room for SIZE_BYTES: flushes the full buffer and begins a batch when needed. Whether a
 * batch was begun. */
bool writer_ensure(const struct trace_writer *writer, uint32_t size_bytes);

/* One timed event with COUNT arguments. */
void writer_event(const struct trace_writer *writer, enum trace_event_type type,
		  const uint64_t *arguments, unsigned count);

/* Queues the buffer for the reader, if there is one. */
void writer_flush(const struct trace_writer *writer);

/* Under tracer.lock, on the system stack: BUFFER, full or ended, goes to the queue
 * of GENERATION. */
void buffer_flush_locked(struct trace_buffer *buffer, uint64_t generation);

/* The trace's clock now, in units. */
uint64_t trace_clock_now(void);

/* The statuses of the M's P and G first, unless they are there already; then the event. GO_STATUS
 * and PROC_STATUS are those BEFORE the event (5.4). */
void event_write(struct trace_section section, enum trace_go_status go_status,
		 enum trace_proc_status proc_status, enum trace_event_type type,
		 const uint64_t *arguments, unsigned count);

/* Status records, and behind that of a goroutine in a mark assist that it is (WR4). */
void event_go_status(const struct trace_writer *writer, uint64_t g_id, uint64_t m_id,
		     enum trace_go_status status, uint64_t stack_id, bool is_in_mark_assist);
void event_proc_status(const struct trace_writer *writer, uint32_t p_id,
		       enum trace_proc_status status);

/* What a G's status and wait reason are to a trace. */
enum trace_go_status go_status_of(uint32_t status, enum wait_reason reason);

/* The batch that begins a generation: the clock's frequency and, since Go 1.25, its time beside
 * that of the machine's clocks. Flushed at once. */
void event_sync_batch(uint64_t generation);

#endif
