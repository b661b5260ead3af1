/* The model itself: it accepts what a ring may tell, and finds fault with each thing that it must
 * not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ring_model/ring_model.h"

enum { WORD_COUNT = 32, TAG_COUNT = 16, HEADER_COUNT = 2, START_WORDS = 2 + HEADER_COUNT };

/* A ring of which the model sees the words that it shows; what is read is made by hand. */
static struct cpu_sample_ring ring;
static struct ring_model model;
static struct ring_model_read got;
static struct ring_model_sample samples[8];

static void begin(uint32_t write_count)
{
	memset(&ring, 0, sizeof ring);
	memset(&got, 0, sizeof got);
	ring.word_count = WORD_COUNT;
	ring.tag_count = TAG_COUNT;
	ring.header_word_count = HEADER_COUNT;
	ring_model_init(&model, &ring, 11);
	for (uint32_t i = 0; i < write_count; i++) {
		ring_model_write_begins(&model, &samples[i]);
		assert_null(ring_model_write_ended(&model));
	}
	ring_model_read_begins(&model);
}

static uint64_t *append(uint64_t length, uint64_t time, uint64_t tag)
{
	uint64_t *words = &got.words[got.word_count];
	words[0] = length;
	words[1] = time;
	got.word_count += (uint32_t)length;
	got.tags[got.tag_count++] = tag;
	return words;
}

static uint64_t *append_sample(uint32_t number)
{
	const struct ring_model_sample *sample = &samples[number];
	uint64_t *words = append(START_WORDS + sample->stack_count, sample->time, sample->tag);
	memcpy(&words[2], sample->header, sample->header_count * sizeof words[0]);
	memcpy(&words[START_WORDS], sample->stack, sample->stack_count * sizeof words[0]);
	return words;
}

static uint64_t *append_loss(uint32_t first, uint64_t count)
{
	uint64_t *words = append(START_WORDS + 1, samples[first].time, 0);
	words[START_WORDS] = count;
	return words;
}

static void expect_fault(const char *begin_of_text)
{
	const char *found = ring_model_read_ended(&model, &got);
	assert_non_null(found);
	assert_memory_equal(found, begin_of_text, strlen(begin_of_text));
}

static void samples_and_losses_in_order_are_fine(void **state)
{
	(void)state;
	begin(6);
	append_sample(0);
	append_loss(1, 2);
	append_sample(3);
	assert_null(ring_model_read_ended(&model, &got));
	memset(&got, 0, sizeof got);
	append_loss(4, 1);
	append_loss(5, 1);
	assert_null(ring_model_read_ended(&model, &got));
	memset(&got, 0, sizeof got);
	got.is_end = true;
	assert_null(ring_model_read_ended(&model, &got));
	assert_int_equal(model.lost_count, 4);
}

static void order_and_number_matter(void **state)
{
	(void)state;
	begin(3);
	append_sample(1);
	expect_fault("I25: time 1003 where sample 0");
	begin(3);
	append_sample(0);
	append_sample(0);
	expect_fault("I25: time 1000 where sample 1");
	begin(1);
	append_sample(0);
	append_sample(0);
	expect_fault("I25: one sample more than the 1");
	begin(2);
	append_sample(0);
	got.is_end = true;
	expect_fault("I25: the end, and of 2 samples 1");
	begin(2);
	append_loss(0, 3);
	expect_fault("I25: 3 samples lost from sample 0 on, and 2");
	begin(2);
	expect_fault("I25: nothing to read, and 2 samples");
}

static void each_word_and_tag_matters(void **state)
{
	(void)state;
	begin(2);
	append_sample(0)[2] += 2;
	expect_fault("I25: sample 0: word 0 of its header");
	begin(2);
	assert_true(samples[0].stack_count > 0);
	append_sample(0)[START_WORDS]++;
	expect_fault("I25: sample 0: word 0 of its stack");
	begin(2);
	append_sample(0);
	got.tags[0]++;
	expect_fault("I25: sample 0 has the tag");
	begin(2);
	append_sample(0);
	got.tag_count++;
	expect_fault("I25: 1 records and 2 tags");
	begin(2);
	append_sample(0);
	got.tag_count--;
	expect_fault("I25: more records than 0 tags");
	begin(2);
	append_sample(0)[0]++;
	expect_fault("I25: a record of");
}

static void a_loss_is_told_in_its_form(void **state)
{
	(void)state;
	begin(3);
	append_loss(1, 1);
	expect_fault("I26: samples lost at 1003, the first of them, 0, was at 1000");
	begin(3);
	append_loss(0, 0);
	expect_fault("I26: a record of lost samples has");
	begin(3);
	append_loss(0, 1);
	got.tags[0] = 5;
	expect_fault("I26: a record of lost samples has");
}

static void indices_keep_their_order(void **state)
{
	(void)state;
	begin(1);
	append_sample(0);
	ring.next_read = cpu_sample_index_add(0, 4, 1);
	expect_fault("I25: the indices are out of order");
	begin(1);
	append_sample(0);
	atomic_store(&ring.written.value, cpu_sample_index_add(0, WORD_COUNT + 1, 1));
	expect_fault("I25: the indices are out of order");
}

static void nothing_is_lost_where_there_is_room(void **state)
{
	struct ring_model_sample sample;
	(void)state;
	begin(0);
	do {
		ring_model_write_begins(&model, &sample);
		if (START_WORDS + sample.stack_count > WORD_COUNT)
			assert_null(ring_model_write_ended(&model));
	} while (START_WORDS + sample.stack_count > WORD_COUNT);
	atomic_store(&ring.overflow.value, UINT64_C(1) << 32 | 1);
	const char *found = ring_model_write_ended(&model);
	assert_non_null(found);
	assert_non_null(strstr(found, "was lost, and there was room for it"));
	/* Where there is a loss already, the next may be one. */
	ring_model_write_begins(&model, &sample);
	atomic_store(&ring.overflow.value, UINT64_C(1) << 32 | 2);
	assert_null(ring_model_write_ended(&model));
}

static void losses_and_half_a_ring_want_the_reader(void **state)
{
	(void)state;
	begin(0);
	assert_false(ring_model_is_reader_wanted(&model));
	atomic_store(&ring.written.value, cpu_sample_index_add(0, WORD_COUNT / 2 - 1, 1));
	assert_false(ring_model_is_reader_wanted(&model));
	atomic_store(&ring.written.value, cpu_sample_index_add(0, WORD_COUNT / 2, 1));
	assert_true(ring_model_is_reader_wanted(&model));
	begin(0);
	atomic_store(&ring.overflow.value, UINT64_C(1) << 32 | 1);
	assert_true(ring_model_is_reader_wanted(&model));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(samples_and_losses_in_order_are_fine),
		cmocka_unit_test(order_and_number_matter),
		cmocka_unit_test(each_word_and_tag_matters),
		cmocka_unit_test(a_loss_is_told_in_its_form),
		cmocka_unit_test(indices_keep_their_order),
		cmocka_unit_test(nothing_is_lost_where_there_is_room),
		cmocka_unit_test(losses_and_half_a_ring_want_the_reader),
	};
	return cmocka_run_group_tests_name("ring_model", tests, NULL, NULL);
}
