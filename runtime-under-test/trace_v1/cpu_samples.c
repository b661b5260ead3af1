#include "trace_v1/cpu_samples.h"

#include "base/defect.h"
#include "base/fatal.h"
#include "sched/goroutine.h"
#include "trace/sample_record.h"
#include "trace_v1/writer.h"

enum {
	HEADER_WORD_COUNT = 2, /* P, goroutine */
	SAMPLE_P = 0,          /* whose batches samples are in */
};

/* ---- The handler --------------------------------------------------------- */

void v1_cpu_samples_on_signal(const struct cpu_sample *sample)
{
	struct v1_cpu_sample_log *log = &tracer_v1->samples;
	if (atomic_u32_load(POINT_sample_look_enabled, &tracer_v1->is_enabled,
			    memory_order_relaxed) == 0)
		return;
	const uint64_t early = DEFECT(unreported_sample_before_trace) ? v1_clock_now() : 0;
	const uint64_t header[HEADER_WORD_COUNT] = {trace_sample_p_word(sample->p),
						    sample->g == NULL ? 0 : sample->g->id};
	/* Taken, then the look for the ring: partner is a stop, which takes the ring away and then
	 * looks whether this is free (litmus: v1_sample_against_stop). Acquire: the writer before.
	 */
	while (!atomic_u32_compare_exchange(POINT_sample_lock, &log->signal_lock, 0, 1,
					    memory_order_seq_cst))
		host_pause(POINT_sample_wait);
	struct cpu_sample_ring *ring = (struct cpu_sample_ring *)atomic_address_load(
		POINT_sample_look_ring, &log->ring_to_write, memory_order_seq_cst);
	/* Only now the time: the look may have been for an earlier trace, and who has this one's
	 * ring is behind all that it begins with. */
	if (ring != NULL)
		cpu_sample_ring_write(ring, 0, early != 0 ? early : v1_clock_now(), header,
				      HEADER_WORD_COUNT, sample->stack, sample->stack_depth);
	atomic_u32_store(POINT_sample_unlock, &log->signal_lock, 0, memory_order_release);
}

/* ---- Reading ------------------------------------------------------------- */

static void tell_sample(const void *context, const struct trace_sample *sample)
{
	const struct v1_writer writer = {.p_id = SAMPLE_P, .slot = &tracer_v1->samples.buffer};
	(void)context;
	v1_writer_event(
		&writer, TRACE_V1_EVENT_cpu_sample,
		(uint64_t[]){sample->time, sample->p, sample->g, v1_stack_put(&sample->stack)}, 4);
}

/* What lies in the ring up to its end; whether there was something. */
static bool read_once(void)
{
	host_yield(POINT_sample_read, &tracer_v1->samples);
	struct cpu_samples samples = cpu_sample_ring_read(tracer_v1->samples.ring,
							  CPU_SAMPLE_READ_NOW);
	if (samples.word_count == 0)
		return false;
	trace_samples_visit(&samples, HEADER_WORD_COUNT, tell_sample, NULL);
	return true;
}

void v1_cpu_samples_read(void)
{
	while (tracer_v1->samples.ring != NULL && read_once())
		;
}

/* ---- Begin and end ------------------------------------------------------- */

static void make_ring(void *argument)
{
	struct v1_cpu_sample_log *log = argument;
	const struct cpu_sample_ring_configuration configuration = {
		.word_count = tracer_v1->configuration.sample_ring_word_count,
		.tag_count = tracer_v1->configuration.sample_ring_word_count /
			     CPU_SAMPLE_WORDS_FOR_TAG,
		.header_word_count = HEADER_WORD_COUNT};
	log->ring = cpu_sample_ring_new(&configuration);
}

void v1_cpu_samples_start(void)
{
	struct v1_cpu_sample_log *log = &tracer_v1->samples;
	on_system_stack(make_ring, log);
	atomic_address_store(POINT_sample_publish_ring, &log->ring_to_write, (uintptr_t)log->ring,
			     memory_order_release);
}

static void close_ring(void *argument)
{
	cpu_sample_ring_close(argument);
}

void v1_cpu_samples_stop(void)
{
	struct v1_cpu_sample_log *log = &tracer_v1->samples;
	atomic_address_store(POINT_sample_publish_ring, &log->ring_to_write, 0,
			     memory_order_seq_cst);
	/* A handler on an M without a P may still have the ring. */
	while (atomic_u32_load(POINT_sample_wait_for_handler, &log->signal_lock,
			       memory_order_seq_cst) != 0)
		host_pause(POINT_sample_wait);
	on_system_stack(close_ring, log->ring);
	v1_cpu_samples_read();
}

static void free_ring(void *argument)
{
	struct v1_cpu_sample_log *log = argument;
	cpu_sample_ring_free(log->ring);
	log->ring = NULL;
}

void v1_cpu_samples_free(void)
{
	on_system_stack(free_ring, &tracer_v1->samples);
}
