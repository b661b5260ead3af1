/* The ring of CPU samples on one M, step by step; interleavings are fuzz_cpu_sample_ring's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/fatal.h"
#include "sched/types.h"
#include "sim/sim.h"
#include "trace/cpu_sample_ring.h"

enum { HEADER_COUNT = 2, START_WORDS = 2 + HEADER_COUNT };

static struct m first_m;
static struct m second_m;
static struct cpu_sample_ring *ring;
static struct cpu_samples got;
static void (*current_play)(void);

static void play_main(void *argument)
{
	(void)argument;
	lock_order_set_checked(true);
	first_m.borrowed_race_context = host_race_context_new(NULL, NULL);
	second_m.borrowed_race_context = host_race_context_new(NULL, NULL);
	current_play();
	executor_finish();
}

static void run(void (*play)(void), enum sim_ending ending, const char *text)
{
	static struct scenario scenario;
	static struct sim_report report;
	scenario_init(&scenario);
	memset(&first_m, 0, sizeof first_m);
	memset(&second_m, 0, sizeof second_m);
	current_play = play;
	const struct sim_options options = {.scenario = &scenario, .step_count_max = 10000};
	sim_run(&options, play_main, &first_m, &report);
	assert_string_equal(report.text, text);
	assert_int_equal(report.ending, ending);
	if (ending == SIM_FINISHED)
		assert_int_equal(report.pages_outstanding, 0);
}

struct play {
	void (*play)(void);
};

static void run_to_its_end(void **state)
{
	const struct play *play = *state;
	run(play->play, SIM_FINISHED, "");
}

/* The test that FUNCTION, as a play, comes to its end. */
#define PLAYED(function)                                                                           \
	{                                                                                          \
		.name = #function, .test_func = run_to_its_end, .initial_state = &(struct play)    \
		{                                                                                  \
			function                                                                   \
		}                                                                                  \
	}

/* ---- What plays are made of: a broken expectation ends them as a throw. ---- */

static void make(uint32_t word_count, uint32_t tag_count)
{
	const struct cpu_sample_ring_configuration configuration = {
		.word_count = word_count,
		.tag_count = tag_count,
		.header_word_count = HEADER_COUNT};
	ring = cpu_sample_ring_new(&configuration);
}

/* A sample of LENGTH words, all told by its time. */
static void write_sample(uint64_t time, uint32_t length)
{
	const uint64_t header[HEADER_COUNT] = {time * 10 + 1, time * 10 + 2};
	uint64_t stack[64];
	for (uint32_t i = 0; i < length - START_WORDS; i++)
		stack[i] = time * 100 + i;
	cpu_sample_ring_write(ring, time * 1000, time, header, HEADER_COUNT, stack,
			      length - START_WORDS);
}

static void read_now(void)
{
	got = cpu_sample_ring_read(ring, CPU_SAMPLE_READ_NOW);
}

static void expect_sample(uint32_t at, uint32_t tag, uint64_t time, uint32_t length)
{
	const uint64_t *words = &got.words[at];
	ensure(at + length <= got.word_count && tag < got.tag_count);
	ensure(words[0] == length && words[1] == time);
	ensure(words[2] == time * 10 + 1 && words[3] == time * 10 + 2);
	for (uint32_t i = 0; i < length - START_WORDS; i++)
		ensure(words[START_WORDS + i] == time * 100 + i);
	ensure(got.tags[tag] == time * 1000);
}

static void expect_loss(uint32_t at, uint32_t tag, uint64_t time, uint64_t count)
{
	const uint64_t *words = &got.words[at];
	ensure(at + START_WORDS + 1 <= got.word_count && tag < got.tag_count);
	ensure(words[0] == START_WORDS + 1 && words[1] == time);
	ensure(words[2] == 0 && words[3] == 0 && words[4] == count);
	ensure(got.tags[tag] == 0);
}

static void expect_size(uint32_t word_count, uint32_t tag_count)
{
	ensure(got.word_count == word_count && got.tag_count == tag_count && !got.is_end);
}

static void expect_end(void)
{
	ensure(got.is_end && got.word_count == 0 && got.tag_count == 0);
}

static void set_counters(uint32_t words, uint32_t tags)
{
	const uint64_t index = cpu_sample_index_add(0, words, tags);
	ring->next_read = index;
	atomic_store(&ring->read.value, index);
	atomic_store(&ring->written.value, index);
}

/* ---- Plays ----------------------------------------------------------------- */

static void sizes_are_rounded_up(void)
{
	make(1, 3);
	ensure(ring->word_count == 8 && ring->tag_count == 4);
	cpu_sample_ring_free(ring);
	make(17, 1);
	ensure(ring->word_count == 32 && ring->tag_count == 1);
	cpu_sample_ring_free(ring);
}

static void records_come_in_order_with_their_tags_and_filled_headers(void)
{
	make(32, 8);
	read_now();
	expect_size(0, 0);
	write_sample(1, 5);
	write_sample(2, 4);
	const uint64_t only[1] = {7};
	cpu_sample_ring_write(ring, 9, 3, only, 1, NULL, 0);
	read_now();
	expect_size(13, 3);
	expect_sample(0, 0, 1, 5);
	expect_sample(5, 1, 2, 4);
	ensure(got.words[9] == START_WORDS && got.words[10] == 3);
	ensure(got.words[11] == 7 && got.words[12] == 0 && got.tags[2] == 9);
	read_now();
	expect_size(0, 0);
	cpu_sample_ring_free(ring);
}

static void a_record_may_fit_exactly(void)
{
	make(16, 8);
	write_sample(1, 8);
	write_sample(2, 8);
	read_now();
	expect_size(16, 2);
	expect_sample(0, 0, 1, 8);
	expect_sample(8, 1, 2, 8);
	read_now();
	expect_size(0, 0);
	/* Nothing is left out at the end of the words. */
	write_sample(3, 16);
	read_now();
	expect_size(16, 1);
	expect_sample(0, 0, 3, 16);
	cpu_sample_ring_free(ring);
}

static void a_record_in_one_piece_leaves_out_the_end(void)
{
	make(16, 8);
	write_sample(1, 10);
	read_now();
	read_now();
	write_sample(2, 4);
	write_sample(3, 6);
	ensure(ring->words[14] == 0);
	ensure(cpu_sample_words_between(0, atomic_u64_peek(&ring->written)) == 22);
	/* In two reads: what lies behind the wrap takes one of its own. */
	read_now();
	expect_size(4, 1);
	expect_sample(0, 0, 2, 4);
	read_now();
	expect_size(6, 1);
	expect_sample(0, 0, 3, 6);
	/* The words left out were used, and are free again. */
	read_now();
	write_sample(4, 10);
	write_sample(5, 6);
	read_now();
	expect_size(10, 1);
	expect_sample(0, 0, 4, 10);
	read_now();
	expect_size(6, 1);
	expect_sample(0, 0, 5, 6);
	cpu_sample_ring_free(ring);
}

static void what_was_read_stays_until_the_next_read(void)
{
	make(16, 8);
	write_sample(1, 16);
	read_now();
	/* No room before the next read. */
	write_sample(2, 4);
	expect_sample(0, 0, 1, 16);
	read_now();
	expect_size(5, 1);
	expect_loss(0, 0, 2, 1);
	write_sample(3, 4);
	expect_loss(0, 0, 2, 1);
	read_now();
	expect_size(4, 1);
	expect_sample(0, 0, 3, 4);
	cpu_sample_ring_free(ring);
}

static void tags_run_out_as_words_do(void)
{
	make(64, 2);
	write_sample(1, 4);
	write_sample(2, 4);
	write_sample(3, 4);
	write_sample(4, 4);
	read_now();
	expect_size(8, 2);
	read_now();
	expect_size(5, 1);
	expect_loss(0, 0, 3, 2);
	/* Their places wrap on their own. */
	write_sample(5, 4);
	read_now();
	expect_size(4, 1);
	expect_sample(0, 0, 5, 4);
	write_sample(6, 4);
	write_sample(7, 4);
	read_now();
	expect_size(4, 1);
	expect_sample(0, 0, 6, 4);
	read_now();
	expect_size(5, 1);
	expect_loss(0, 0, 7, 1);
	cpu_sample_ring_free(ring);
}

static void losses_are_told_by_the_reader(void)
{
	make(16, 8);
	write_sample(1, 10);
	write_sample(2, 8);
	/* Room for it, but not for the loss as well. */
	write_sample(3, 4);
	read_now();
	expect_size(10, 1);
	write_sample(4, 4);
	read_now();
	write_sample(5, 5);
	expect_size(5, 1);
	expect_loss(0, 0, 2, 3);
	read_now();
	expect_size(5, 1);
	expect_sample(0, 0, 5, 5);

	write_sample(6, 12);
	read_now();
	expect_loss(0, 0, 6, 1);
	/* Begun and taken twice. */
	ensure(atomic_u64_peek(&ring->overflow) == UINT64_C(4) << 32);
	cpu_sample_ring_free(ring);
}

static void losses_are_told_by_the_writer(void)
{
	make(32, 8);
	write_sample(1, 16);
	write_sample(2, 16);
	write_sample(3, 4);
	write_sample(4, 4);
	read_now();
	expect_size(32, 2);
	/* All given back without looking further. */
	atomic_store(&ring->read.value, ring->next_read);
	write_sample(5, 6);
	ensure(cpu_sample_overflow_count(atomic_u64_peek(&ring->overflow)) == 0);
	read_now();
	expect_size(11, 2);
	expect_loss(0, 0, 3, 2);
	expect_sample(5, 1, 5, 6);
	cpu_sample_ring_free(ring);
}

static void a_count_stays_at_its_greatest(void)
{
	make(8, 2);
	write_sample(1, 16);
	atomic_store(&ring->overflow.value, atomic_u64_peek(&ring->overflow) | UINT32_MAX);
	write_sample(2, 16);
	read_now();
	expect_size(5, 1);
	expect_loss(0, 0, 1, UINT32_MAX);
	cpu_sample_ring_free(ring);
}

static void the_end_comes_after_records_and_losses(void)
{
	make(16, 8);
	write_sample(1, 10);
	write_sample(2, 10);
	cpu_sample_ring_close(ring);
	read_now();
	expect_size(10, 1);
	expect_sample(0, 0, 1, 10);
	read_now();
	expect_size(5, 1);
	expect_loss(0, 0, 2, 1);
	got = cpu_sample_ring_read(ring, CPU_SAMPLE_READ_WAITING);
	expect_end();
	read_now();
	expect_end();
	cpu_sample_ring_free(ring);
}

static void counters_of_words_and_tags_wrap(void)
{
	make(16, 4);
	set_counters(UINT32_MAX - 5, (UINT32_C(1) << 30) - 2);
	for (uint64_t time = 1; time <= 6; time++) {
		write_sample(time, 4);
		read_now();
		expect_size(4, 1);
		expect_sample(0, 0, time, 4);
	}
	ensure(cpu_sample_index_words(ring->next_read) < 32);
	ensure(cpu_sample_index_tags(ring->next_read) == 4);
	/* As full as ever across the wrap. */
	set_counters(UINT32_MAX - 7, (UINT32_C(1) << 30) - 1);
	write_sample(7, 8);
	write_sample(8, 8);
	write_sample(9, 8);
	read_now();
	expect_size(8, 1);
	expect_sample(0, 0, 7, 8);
	read_now();
	expect_size(8, 1);
	expect_sample(0, 0, 8, 8);
	read_now();
	expect_size(5, 1);
	expect_loss(0, 0, 9, 1);
	cpu_sample_ring_free(ring);
}

/* ---- A reader that waits --------------------------------------------------- */

static struct host_note reader_is_done;

static void wait_for_records(void *argument)
{
	(void)argument;
	got = cpu_sample_ring_read(ring, CPU_SAMPLE_READ_WAITING);
	host_note_wake(&reader_is_done);
	host_thread_exit();
}

static bool is_reader_asleep(void)
{
	return (atomic_u64_peek(&ring->written) & CPU_SAMPLE_READER_SLEEPS) != 0;
}

static void put_reader_to_sleep(void)
{
	reader_is_done = (struct host_note){0};
	host_thread_start(&second_m, wait_for_records);
	while (!is_reader_asleep())
		host_pause(POINT_work);
}

static void a_waiting_reader_is_woken_when_half_is_full(void)
{
	make(16, 8);
	put_reader_to_sleep();
	write_sample(1, 4);
	ensure(is_reader_asleep());
	write_sample(2, 4);
	ensure(!is_reader_asleep());
	host_note_sleep(&reader_is_done, HOST_FOREVER);
	expect_size(8, 2);
	cpu_sample_ring_free(ring);
}

static void a_waiting_reader_is_woken_by_losses_and_by_the_end(void)
{
	make(16, 8);
	put_reader_to_sleep();
	write_sample(1, 17);
	write_sample(2, 17);
	host_note_sleep(&reader_is_done, HOST_FOREVER);
	expect_size(5, 1);
	ensure(got.words[1] == 1);
	cpu_sample_ring_free(ring);

	make(16, 8);
	put_reader_to_sleep();
	cpu_sample_ring_close(ring);
	host_note_sleep(&reader_is_done, HOST_FOREVER);
	expect_end();
	cpu_sample_ring_free(ring);
}

/* ---- Wrong use ------------------------------------------------------------- */

static void header_too_long(void)
{
	const uint64_t header[HEADER_COUNT + 1] = {1};
	make(16, 8);
	cpu_sample_ring_write(ring, 0, 1, header, HEADER_COUNT + 1, NULL, 0);
}

static void close_twice(void)
{
	make(16, 8);
	cpu_sample_ring_close(ring);
	cpu_sample_ring_close(ring);
}

static void too_large(void)
{
	make(1 << 27 | 1, 8);
}

static void no_tag(void)
{
	make(16, 8);
	write_sample(1, 4);
	atomic_store(&ring->written.value, cpu_sample_index_add(0, 4, 0));
	read_now();
}

static void too_long(void)
{
	make(16, 8);
	write_sample(1, 4);
	ring->words[0] = 5;
	read_now();
}

static void no_context(void)
{
	make(16, 8);
	first_m.borrowed_race_context = NULL;
	read_now();
	write_sample(1, 4);
	read_now();
}

static void wrong_use_is_told(void **state)
{
	(void)state;
	run(header_too_long, SIM_THROW, "misuse of profBuf.write");
	run(close_twice, SIM_THROW, "runtime: profBuf already closed");
	run(too_large, SIM_THROW, "newProfBuf: buffer too large");
	run(no_tag, SIM_THROW, "malformed profBuf buffer - tag and data out of sync");
	run(too_long, SIM_THROW, "malformed profBuf buffer - invalid size");
	run(no_context, SIM_NO_RACE_CONTEXT, "race acquire without a race context");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLAYED(sizes_are_rounded_up),
		PLAYED(records_come_in_order_with_their_tags_and_filled_headers),
		PLAYED(a_record_may_fit_exactly),
		PLAYED(a_record_in_one_piece_leaves_out_the_end),
		PLAYED(what_was_read_stays_until_the_next_read),
		PLAYED(tags_run_out_as_words_do),
		PLAYED(losses_are_told_by_the_reader),
		PLAYED(losses_are_told_by_the_writer),
		PLAYED(a_count_stays_at_its_greatest),
		PLAYED(the_end_comes_after_records_and_losses),
		PLAYED(counters_of_words_and_tags_wrap),
		PLAYED(a_waiting_reader_is_woken_when_half_is_full),
		PLAYED(a_waiting_reader_is_woken_by_losses_and_by_the_end),
		cmocka_unit_test(wrong_use_is_told),
	};
	return cmocka_run_group_tests_name("trace.cpu_sample_ring", tests, NULL, NULL);
}
