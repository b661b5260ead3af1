#include "trace_v2/reader.h"

#include "base/defect.h"
#include "base/fatal.h"
#include "sched/goroutine.h"
#include "sched/race_context.h"
#include "sched/semaphore.h"
#include "trace_v2/writer.h"

/* The reader's side. Source: algorithms.md 3.3, 5.7, 16.7. */

static const char *header_text(void)
{
	switch (tracer->configuration.dialect) {
	case TRACE_DIALECT_1_22:
		return "go 1.22 trace\0\0";
	case TRACE_DIALECT_1_23:
		return "go 1.23 trace\0\0";
	default:
		return "go 1.26 trace\0\0";
	}
}

/* Told to user space as Go does: no crash because of tracing. */
static void note_second_reader(void)
{
	host_yield(POINT_read_second_reader, tracer);
}

static void recycle_locked(void)
{
	struct trace_buffer *buffer = tracer->reading;
	if (buffer == NULL)
		return;
	buffer->next = tracer->empty;
	tracer->empty = buffer;
	tracer->reading = NULL;
}

static bool pop_locked(uint64_t generation, struct read_attempt *attempt)
{
	struct trace_buffer_queue *queue = &tracer->full[generation_parity(generation)];
	struct trace_buffer *buffer = queue->head;
	if (buffer == NULL)
		return false;
	queue->head = buffer->next;
	if (queue->head == NULL)
		queue->tail = NULL;
	buffer->next = NULL;
	tracer->reading = buffer;
	attempt->bytes = buffer->bytes;
	attempt->size_bytes = buffer->position;
	return true;
}

/* Since Go 1.26 a generation ends with a byte, which is delivered by itself: who reads it has
 * done with the generation when it reads on, and then the advance goes on (16.7). */
static bool give_end_locked(struct read_attempt *attempt)
{
	static const uint8_t end = TRACE_EVENT_end_of_generation;
	bool gives = tracer->configuration.dialect >= TRACE_DIALECT_1_26 && !tracer->is_end_given;
	tracer->is_end_given = gives;
	if (gives) {
		attempt->bytes = &end;
		attempt->size_bytes = sizeof end;
	}
	return gives;
}

/* The generation is delivered: lets its advance go on. The lock must not be held. */
static void release_done(uint64_t generation)
{
	struct semaphore *done = &tracer->done_semaphores[generation_parity(generation)];
	race_release(done);
	semaphore_release(done, false);
}

static void read_queues_locked(struct read_attempt *attempt)
{
	for (;;) {
		uint64_t generation = atomic_u64_load(
			POINT_read_generation, &tracer->reader_generation, memory_order_relaxed);
		if (pop_locked(generation, attempt))
			break;
		if (atomic_u64_load(POINT_read_flushed, &tracer->flushed_generation,
				    memory_order_relaxed) != generation) {
			/* Cleared under the lock, so a flush comes before or after. */
			atomic_u32_store(POINT_read_clear_work, &tracer->has_work, 0,
					 memory_order_relaxed);
			attempt->parks = true;
			break;
		}
		if (give_end_locked(attempt))
			break;
		if (atomic_u32_load(POINT_read_shutting_down, &tracer->is_shutting_down,
				    memory_order_relaxed) != 0) {
			/* Looked at before the release: who is woken clears it. */
			lock_release(&tracer->lock);
			release_done(generation);
			return;
		}
		atomic_u64_store(POINT_read_next_generation, &tracer->reader_generation,
				 atomic_u64_load(POINT_read_generation, &tracer->generation,
						 memory_order_relaxed),
				 memory_order_relaxed);
		lock_release(&tracer->lock);
		release_done(generation);
		lock_acquire(&tracer->lock);
	}
	lock_release(&tracer->lock);
}

/* readTrace0: on the system stack, since it takes tracer.lock; with the goroutine's race context,
 * for the release at the end. */
void reader_try(void *argument)
{
	struct read_attempt *attempt = argument;
	race_context_borrow();
	lock_acquire(&tracer->lock);
	if (atomic_address_load(POINT_read_look_for_reader, &tracer->reader,
				memory_order_relaxed) != 0) {
		lock_release(&tracer->lock);
		note_second_reader();
		race_context_give_back();
		return;
	}
	recycle_locked();
	if (!tracer->is_header_written) {
		tracer->is_header_written = true;
		lock_release(&tracer->lock);
		attempt->bytes = (const uint8_t *)header_text();
		attempt->size_bytes = TRACE_HEADER_SIZE_BYTES;
		race_context_give_back();
		return;
	}
	if (atomic_u64_peek(&tracer->reader_generation) == 0)
		atomic_u64_store(POINT_read_next_generation, &tracer->reader_generation, 1,
				 memory_order_relaxed);
	read_queues_locked(attempt);
	race_context_give_back();
}

/* Runs once the reader is waiting. First it registers, then it looks for work: partners are a
 * flush and the publication of a flushed generation, which store first and look for a reader
 * later, in findRunnable. All seq_cst. */
bool reader_register(struct g *g, void *argument)
{
	(void)argument;
	if (!atomic_address_compare_exchange(POINT_read_register, &tracer->reader, 0, (uintptr_t)g,
					     memory_order_seq_cst))
		return false; /* another reader: the next attempt says so */
	if (DEFECT(issue_53979_recheck))
		return true;
	struct g *taken = reader_take();
	if (taken == g)
		return false; /* work came in between, and nobody else has taken us */
	if (taken != NULL)
		fatal("unexpected trace reader");
	return true;
}

bool tracer_read(const uint8_t **ret_bytes, size_t *ret_size_bytes)
{
	struct read_attempt attempt;
	function_prologue(POINT_read);
	for (;;) {
		attempt = (struct read_attempt){0};
		on_system_stack(reader_try, &attempt);
		if (!attempt.parks)
			break;
		goroutine_park(reader_register, NULL, WAIT_TRACE_READER);
	}
	*ret_bytes = attempt.bytes;
	*ret_size_bytes = attempt.size_bytes;
	return attempt.bytes != NULL;
}

bool reader_is_wanted(void)
{
	return atomic_u32_load(POINT_reader_wanted, &tracer->is_enabled, memory_order_relaxed) !=
		       0 ||
	       atomic_u32_load(POINT_reader_wanted, &tracer->is_shutting_down,
			       memory_order_relaxed) != 0;
}

static bool is_shutting_down(void)
{
	return atomic_u32_load(POINT_reader_look_shutdown, &tracer->is_shutting_down,
			       memory_order_relaxed) != 0;
}

/* The reader lags behind a flushed generation, or has buffers to read (16.7, #74045). */
static bool has_work(void)
{
	uint64_t flushed = atomic_u64_load(POINT_reader_look_flushed, &tracer->flushed_generation,
					   memory_order_seq_cst);
	uint64_t reading = atomic_u64_load(POINT_reader_look_generation, &tracer->reader_generation,
					   memory_order_relaxed);
	if (DEFECT(issue_74045) && is_shutting_down())
		return true;
	return flushed == reading || atomic_u32_load(POINT_reader_look_work, &tracer->has_work,
						     memory_order_seq_cst) != 0;
}

bool reader_has_work(void)
{
	return has_work() &&
	       atomic_address_load(POINT_reader_look, &tracer->reader, memory_order_seq_cst) != 0;
}

struct g *reader_take(void)
{
	assert_system_stack("the trace reader is taken on a user stack");
	if (!has_work())
		return NULL;
	uintptr_t reader = atomic_address_load(POINT_reader_look, &tracer->reader,
					       memory_order_seq_cst);
	if (reader == 0 || !atomic_address_compare_exchange(POINT_reader_claim, &tracer->reader,
							    reader, 0, memory_order_acquire))
		return NULL;
	return (struct g *)reader;
}
