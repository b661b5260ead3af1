#include "trace_v2/cpu_samples.h"

#include "base/defect.h"
#include "base/fatal.h"
#include "sched/goroutine.h"
#include "sched/race_context.h"
#include "sched/semaphore.h"
#include "trace/sample_record.h"
#include "trace/symbol.h"
#include "trace_v2/writer.h"

enum {
	HEADER_WORD_COUNT = 3, /* P, goroutine, thread */
	RECORD_BYTES_MAX = 1 + 5 * VARINT_SIZE_MAX,
};

/* Before issue 55317 was mended: one ring for all generations, which nobody reads at a generation's
 * end, and handlers outside the protocol of sections. */
static bool has_ring_per_generation(void)
{
	return DEFECT(issue_55317) == 0;
}

static unsigned ring_of(uint64_t generation)
{
	return has_ring_per_generation() ? generation_parity(generation) : 0;
}

/* ---- The handler --------------------------------------------------------- */

static void write_sample(uint64_t generation, const struct cpu_sample *sample)
{
	struct cpu_sample_log *log = &tracer->samples;
	const uint64_t now = trace_clock_now();
	const uint64_t header[HEADER_WORD_COUNT] = {trace_sample_p_word(sample->p),
						    sample->g == NULL ? 0 : sample->g->id,
						    sample->m->procid};
	while (!atomic_u32_compare_exchange(POINT_sample_lock, &log->signal_lock, 0, 1,
					    memory_order_acquire))
		host_pause(POINT_sample_wait);
	struct cpu_sample_ring *ring = (struct cpu_sample_ring *)atomic_address_load(
		POINT_sample_look_ring, &log->rings_to_write[ring_of(generation)],
		memory_order_acquire);
	if (ring != NULL)
		cpu_sample_ring_write(ring, 0, now, header, HEADER_WORD_COUNT, sample->stack,
				      sample->stack_depth);
	atomic_u32_store(POINT_sample_unlock, &log->signal_lock, 0, memory_order_release);
}

static uint64_t load_generation(void)
{
	return atomic_u64_load(POINT_sample_load_generation, &tracer->generation,
			       memory_order_seq_cst);
}

void cpu_samples_on_signal(const struct cpu_sample *sample)
{
	if (atomic_u32_load(POINT_sample_look_enabled, &tracer->is_enabled, memory_order_relaxed) ==
	    0)
		return;
	struct trace_thread *thread = &m_self()->trace;
	/* Set: it interrupts the tracer itself, whose section protects both. The generation may be
	 * the one after the section's: that ring lives too. */
	bool is_protected = atomic_u32_peek(&thread->is_writing) != 0 || !has_ring_per_generation();
	/* As section_enter(): set, then load; partner is the advance, which stores the generation
	 * and then looks at every is_writing (litmus: sample_against_generation). */
	if (!is_protected)
		atomic_u32_store(POINT_sample_set_writing, &thread->is_writing, 1,
				 memory_order_seq_cst);
	uint64_t generation = load_generation();
	if (generation != 0)
		write_sample(generation, sample);
	if (!is_protected)
		atomic_u32_store(POINT_sample_clear_writing, &thread->is_writing, 0,
				 memory_order_release);
}

/* ---- Reading ------------------------------------------------------------- */

static void tell_sample(const void *context, const struct trace_sample *sample)
{
	const uint64_t generation = *(const uint64_t *)context;
	uint64_t stack_id = stack_put(&sample->stack, generation);
	struct trace_writer writer = {
		.generation = generation,
		.m_id = TRACE_NO_M,
		.slot = &tracer->samples.buffers[generation_parity(generation)]};
	if (writer_ensure(&writer, 1 + RECORD_BYTES_MAX))
		trace_buffer_byte(*writer.slot, TRACE_EVENT_cpu_samples);
	struct trace_buffer *buffer = *writer.slot;
	trace_buffer_byte(buffer, TRACE_EVENT_cpu_sample);
	trace_buffer_varint(buffer, sample->time);
	trace_buffer_varint(buffer, sample->m);
	trace_buffer_varint(buffer, sample->p);
	trace_buffer_varint(buffer, sample->g);
	trace_buffer_varint(buffer, stack_id);
}

enum read_result { READ_EMPTY, READ_SOME, READ_END };

/* traceReadCPU: what lies in the ring up to its end; what has been written behind the wrap needs a
 * second read. */
static enum read_result read_once(uint64_t generation)
{
	host_yield(POINT_sample_read, &tracer->samples);
	struct cpu_samples samples = cpu_sample_ring_read(
		tracer->samples.rings[ring_of(generation)], CPU_SAMPLE_READ_NOW);
	if (samples.word_count == 0)
		return samples.is_end ? READ_END : READ_EMPTY;
	trace_samples_visit(&samples, HEADER_WORD_COUNT, tell_sample, &generation);
	return READ_SOME;
}

static void read_all(void *argument)
{
	const uint64_t *generation = argument;
	bool reads_once = DEFECT(commit_f5e475edaf) != 0;
	while (read_once(*generation) == READ_SOME && !reads_once)
		;
}

void cpu_samples_read_all(uint64_t generation)
{
	if (!has_ring_per_generation())
		return;
	if (DEFECT(issue_65607))
		on_system_stack(read_all, &generation);
	else
		read_all(&generation);
}

static void run_logger(void *argument)
{
	struct cpu_sample_log *log = argument;
	enum read_result result = READ_SOME;
	while (result != READ_END && atomic_u32_load(POINT_sample_look_enabled, &tracer->is_enabled,
						     memory_order_relaxed) != 0) {
		wakeable_sleep_for(&log->sleep, tracer->configuration.sample_period_ns);
		struct trace_section section = section_enter();
		if (!section.is_valid)
			break;
		result = read_once(section.generation);
		section_leave(section);
	}
	race_release(&log->logger_done);
	semaphore_release(&log->logger_done, false);
}

void cpu_samples_flush(uint64_t generation)
{
	struct trace_writer writer = {
		.generation = generation,
		.m_id = TRACE_NO_M,
		.slot = &tracer->samples.buffers[generation_parity(generation)]};
	writer_flush(&writer);
}

/* ---- Begin and end ------------------------------------------------------- */

void cpu_samples_boot(struct cpu_sample_log *log)
{
	semaphore_init(&log->logger_done, 0);
}

static void make_rings(void *argument)
{
	struct cpu_sample_log *log = argument;
	const struct cpu_sample_ring_configuration configuration = {
		.word_count = tracer->configuration.sample_ring_word_count,
		.tag_count = tracer->configuration.sample_ring_word_count /
			     CPU_SAMPLE_WORDS_FOR_TAG,
		.header_word_count = HEADER_WORD_COUNT};
	for (unsigned i = 0; i < 2; i++) {
		log->rings[i] = cpu_sample_ring_new(&configuration);
		atomic_address_store(POINT_sample_publish_ring, &log->rings_to_write[i],
				     (uintptr_t)log->rings[i], memory_order_release);
	}
}

void cpu_samples_init(void)
{
	if (atomic_u32_peek(&tracer->is_enabled) != 0)
		fatal("traceInitReadCPU called with trace enabled");
	on_system_stack(make_rings, &tracer->samples);
}

void cpu_samples_start_logger(void)
{
	wakeable_sleep_init(&tracer->samples.sleep);
	goroutine_start(run_logger, &tracer->samples, symbol_pc(SYMBOL_trace_logger), true, NULL);
}

static void close_rings(void *argument)
{
	struct cpu_sample_log *log = argument;
	for (unsigned i = 0; i < 2; i++)
		atomic_address_store(POINT_sample_publish_ring, &log->rings_to_write[i], 0,
				     memory_order_relaxed);
	for (unsigned i = 0; i < 2; i++)
		cpu_sample_ring_close(log->rings[i]);
}

static void free_rings(void *argument)
{
	struct cpu_sample_log *log = argument;
	for (unsigned i = 0; i < 2; i++) {
		cpu_sample_ring_free(log->rings[i]);
		log->rings[i] = NULL;
	}
}

void cpu_samples_stop(void)
{
	struct cpu_sample_log *log = &tracer->samples;
	if (atomic_u32_peek(&tracer->is_enabled) != 0)
		fatal("traceStopReadCPU called with trace enabled");
	on_system_stack(close_rings, log);
	wakeable_sleep_wake(&log->sleep);
	semaphore_acquire(&log->logger_done);
	race_acquire(&log->logger_done);
	on_system_stack(free_rings, log);
	wakeable_sleep_close(&log->sleep);
}
