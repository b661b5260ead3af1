#include "exhaust/sample_ring.h"

#include "ring_model/ring_model.h"

enum {
	WORD_COUNT = 8, /* the least: one sample, or two that are short */
	TAG_COUNT = 2,
	HEADER_WORD_COUNT = 2,
	SEED = 1,
};

/* CLOSED: for good, handlers do not write any more. */
enum holder { NOBODY, WRITING, CLOSED };

struct sample_ring {
	struct cpu_sample_ring *ring;
	struct ring_model model;
	struct ring_model_read read;
	unsigned sample_count;
	bool has_ended;

	/* One writer at a time: enum holder. Acquire and release. */
	struct atomic_u32 signal_lock;
};

static struct sample_ring state;

void sample_ring_set_up(unsigned sample_count)
{
	const struct cpu_sample_ring_configuration configuration = {
		.word_count = WORD_COUNT,
		.tag_count = TAG_COUNT,
		.header_word_count = HEADER_WORD_COUNT};
	state = (struct sample_ring){.ring = cpu_sample_ring_new(&configuration),
				     .sample_count = sample_count};
	ring_model_init(&state.model, state.ring, SEED);
	world_m(SAMPLE_RING_READER)->borrowed_race_context = host_race_context_new(NULL, NULL);
}

static void judge(const char *fault)
{
	if (fault != NULL)
		sim_end(SIM_TRUTH_MISMATCH, fault);
}

/* ---- Reader -------------------------------------------------------------- */

static void copy(const struct cpu_samples *samples, struct ring_model_read *ret_read)
{
	ret_read->word_count = samples->word_count;
	for (uint32_t i = 0; i < samples->word_count; i++)
		ret_read->words[i] = samples->words[i];
	ret_read->tag_count = samples->tag_count;
	for (uint32_t i = 0; i < samples->tag_count; i++)
		ret_read->tags[i] = samples->tags[i];
	ret_read->is_end = samples->is_end;
}

void sample_ring_read_all(void)
{
	do {
		ring_model_read_begins(&state.model);
		struct cpu_samples samples = cpu_sample_ring_read(state.ring,
								  CPU_SAMPLE_READ_WAITING);
		copy(&samples, &state.read);
		judge(ring_model_read_ended(&state.model, &state.read));
	} while (!state.read.is_end);
	state.has_ended = true;
}

/* ---- Writers ------------------------------------------------------------- */

/* Who waits for the lock lets its holder run, also in a handler: a real one spins. False when it is
 * taken for good. */
static bool take_lock(enum holder holder)
{
	while (!atomic_u32_compare_exchange(POINT_signal_handler, &state.signal_lock, NOBODY,
					    holder, memory_order_acquire)) {
		if (atomic_u32_load(POINT_signal_handler, &state.signal_lock,
				    memory_order_relaxed) == CLOSED)
			return false;
		host_pause(POINT_work);
	}
	return true;
}

static void write_sample(void)
{
	struct ring_model_sample sample;
	if (!take_lock(WRITING))
		return;
	ring_model_write_begins(&state.model, &sample);
	cpu_sample_ring_write(state.ring, sample.tag, sample.time, sample.header,
			      sample.header_count, sample.stack, sample.stack_count);
	judge(ring_model_write_ended(&state.model));
	atomic_u32_store(POINT_signal_handler, &state.signal_lock, NOBODY, memory_order_release);
}

void sample_ring_handle_signal(void *owner)
{
	(void)owner;
	write_sample();
}

/* Losses are told and the ring is not half full; else a reader that waits has to be awake, or this
 * waits for ever. */
static bool is_reader_done(void)
{
	if (cpu_sample_overflow_count(
		    atomic_u64_load(POINT_work, &state.ring->overflow, memory_order_acquire)) > 0)
		return false;
	uint64_t read = atomic_u64_load(POINT_work, &state.ring->read, memory_order_acquire);
	uint64_t written = atomic_u64_peek(&state.ring->written);
	return cpu_sample_words_between(read, written) < WORD_COUNT / 2;
}

void sample_ring_write_and_close(void)
{
	for (unsigned i = 0; i < state.sample_count; i++)
		write_sample();
	take_lock(CLOSED);
	while (!is_reader_done())
		host_pause(POINT_work);
	cpu_sample_ring_close(state.ring);
}

const char *sample_ring_check(void)
{
	if (!state.has_ended)
		return "the reader was not told the end";
	if (state.model.told_count != state.model.begun_count)
		return "a sample is neither read nor lost";
	return NULL;
}
