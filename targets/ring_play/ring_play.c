#include "ring_play/ring_play.h"

#include "choice/random.h"
#include "executor/executor.h"
#include "ring_model/ring_model.h"
#include "sched/types.h"

enum {
	WORKER_COUNT_MAX = 3,
	STEPS_PER_OPERATION = 4,
	STEPS_MAX = 1000,
	WORDS_MIN = 16,
	TAGS_MAX = 64
};

static struct world {
	/* Read-only in a run. */
	struct cpu_sample_ring_configuration configuration;
	uint64_t seed;
	uint64_t first_index;
	uint32_t worker_count;
	uint32_t step_counts[WORKER_COUNT_MAX];
	uint32_t samples_per_signal;

	struct m closer;
	struct m reader;
	struct m workers[WORKER_COUNT_MAX];
	struct cpu_sample_ring *ring;
	struct ring_model model;

	/* Handlers, and who switches them off: a handler counts itself and then looks, the closer
	 * switches off and then looks. All seq_cst. */
	struct atomic_u32 is_on;
	struct atomic_u32 handler_count;
	struct atomic_u32 signal_lock; /* handlers only: acquire and release */

	struct atomic_u32 is_closer_waiting; /* seq_cst against what the reader has read */
	struct host_note reader_has_read;
	struct host_note worker_is_done[WORKER_COUNT_MAX];
	struct host_note reader_is_done;
} world;

static void judge(const char *fault)
{
	if (fault != NULL)
		executor_find_fault(fault);
}

/* ---- Writers ------------------------------------------------------------- */

static void write_sample(void)
{
	struct ring_model_sample sample;
	ring_model_write_begins(&world.model, &sample);
	cpu_sample_ring_write(world.ring, sample.tag, sample.time, sample.header,
			      sample.header_count, sample.stack, sample.stack_count);
	/* The model looks at words as others see them: a write is over when it is seen. */
	host_store_drain();
	judge(ring_model_write_ended(&world.model));
}

static void handle_signal(void *owner)
{
	(void)owner;
	atomic_u32_add(POINT_signal_handler, &world.handler_count, 1, memory_order_seq_cst);
	if (atomic_u32_load(POINT_signal_handler, &world.is_on, memory_order_seq_cst) != 0) {
		while (!atomic_u32_compare_exchange(POINT_signal_handler, &world.signal_lock, 0, 1,
						    memory_order_acquire))
			continue;
		for (uint32_t i = 0; i < world.samples_per_signal; i++)
			write_sample();
		atomic_u32_store(POINT_signal_handler, &world.signal_lock, 0, memory_order_release);
	}
	atomic_u32_add(POINT_signal_handler, &world.handler_count, UINT32_MAX,
		       memory_order_seq_cst);
}

static void worker_main(void *argument)
{
	const size_t number = (size_t)((const struct m *)argument - world.workers);
	for (uint32_t step = 0; step < world.step_counts[number]; step++)
		host_yield(POINT_work, NULL);
	host_note_wake(&world.worker_is_done[number]);
	host_thread_exit();
}

/* ---- The reader ---------------------------------------------------------- */

/* What was read stays as it is until the next read, however late it is looked at. */
static void take(const struct cpu_samples *samples, struct ring_model_read *ret_read)
{
	ret_read->word_count = samples->word_count;
	for (uint32_t i = 0; i < samples->word_count; i++)
		ret_read->words[i] = samples->words[i];
	ret_read->tag_count = samples->tag_count;
	for (uint32_t i = 0; i < samples->tag_count; i++)
		ret_read->tags[i] = samples->tags[i];
	ret_read->is_end = samples->is_end;
}

static void reader_main(void *argument)
{
	static struct ring_model_read read;
	struct choice_random random;
	uint32_t waiting_odds;
	(void)argument;
	choice_random_init(&random, ~world.seed);
	waiting_odds = choice_random_below(&random, 5);
	do {
		bool waits = choice_random_chance(&random, waiting_odds, 4);
		ring_model_read_begins(&world.model);
		struct cpu_samples samples = cpu_sample_ring_read(
			world.ring, waits ? CPU_SAMPLE_READ_WAITING : CPU_SAMPLE_READ_NOW);
		for (uint32_t step = choice_random_below(&random, 4); step > 0; step--)
			host_yield(POINT_work, NULL);
		take(&samples, &read);
		host_store_drain();
		judge(ring_model_read_ended(&world.model, &read));
		if (!ring_model_is_reader_wanted(&world.model) &&
		    atomic_u32_compare_exchange(POINT_work, &world.is_closer_waiting, 1, 0,
						memory_order_seq_cst))
			host_note_wake(&world.reader_has_read);
		if (read.word_count == 0 && !read.is_end)
			host_pause(POINT_work);
	} while (!read.is_end);
	host_note_wake(&world.reader_is_done);
	host_thread_exit();
}

/* ---- From begin to end --------------------------------------------------- */

/* A reader that nobody wakes, although it must be, is a deadlock here. */
static void wait_for_reader(void)
{
	atomic_u32_store(POINT_work, &world.is_closer_waiting, 1, memory_order_seq_cst);
	/* The model is no atomic: the flag is to be seen before it is looked at. */
	host_store_drain();
	if (ring_model_is_reader_wanted(&world.model))
		host_note_sleep(&world.reader_has_read, HOST_FOREVER);
}

void ring_play_main(void *argument)
{
	(void)argument;
	world.ring = cpu_sample_ring_new(&world.configuration);
	world.ring->next_read = world.first_index;
	atomic_u64_store(POINT_work, &world.ring->read, world.first_index, memory_order_seq_cst);
	atomic_u64_store(POINT_work, &world.ring->written, world.first_index, memory_order_seq_cst);
	ring_model_init(&world.model, world.ring, world.seed);
	atomic_u32_store(POINT_work, &world.is_on, 1, memory_order_seq_cst);
	host_set_signal_handler(handle_signal);
	world.reader.borrowed_race_context = host_race_context_new(NULL, NULL);
	host_thread_start(&world.reader, reader_main);
	for (uint32_t i = 0; i < world.worker_count; i++)
		host_thread_start(&world.workers[i], worker_main);
	for (uint32_t i = 0; i < world.worker_count; i++)
		host_note_sleep(&world.worker_is_done[i], HOST_FOREVER);

	atomic_u32_store(POINT_work, &world.is_on, 0, memory_order_seq_cst);
	while (atomic_u32_load(POINT_work, &world.handler_count, memory_order_seq_cst) != 0)
		host_pause(POINT_work);
	wait_for_reader();
	cpu_sample_ring_close(world.ring);
	host_note_sleep(&world.reader_is_done, HOST_FOREVER);
	cpu_sample_ring_free(world.ring);
	executor_finish();
}

/* Either length must come up in inputs for v2 alone, too. */
static bool is_of_three_words(unsigned dialect)
{
	return dialect != SCENARIO_GO_1_23 && !scenario_dialect_is_v1(dialect);
}

static uint32_t at_most(uint32_t value, uint32_t most)
{
	return value < most ? value : most;
}

void *ring_play_prepare(const struct scenario *scenario, uint32_t samples_per_signal)
{
	const struct scenario_configuration *configuration = &scenario->configuration;
	world = (struct world){
		.configuration =
			{.word_count = at_most(configuration->buffer_size_bytes / WORDS_MIN,
					       RING_MODEL_WORD_COUNT_MAX),
			 .tag_count = at_most(configuration->run_queue_length, TAGS_MAX),
			 .header_word_count = is_of_three_words(configuration->dialect) ? 3 : 2},
		.seed = scenario->schedule.seed,
		.first_index = cpu_sample_index_add(0, (uint32_t)configuration->initial_generation,
						    (uint32_t)configuration->initial_generation),
		.worker_count = at_most(configuration->procs, WORKER_COUNT_MAX),
		.samples_per_signal = samples_per_signal,
	};
	for (uint32_t i = 0; i < world.worker_count; i++) {
		uint32_t length = scenario_expanded_length(scenario, i % scenario->program_count);
		world.step_counts[i] = at_most(STEPS_PER_OPERATION * length, STEPS_MAX);
	}
	return &world.closer;
}
