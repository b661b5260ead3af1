#include "ring_model/ring_model.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/fatal.h"
#include "choice/random.h"

enum { RECORD_START_WORDS = 2 };

static const uint64_t first_time = 1000;
static const uint64_t time_step = 3;

static _Thread_local char text[256];

__attribute__((format(printf, 1, 2))) static const char *fault(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	return text;
}

void ring_model_init(struct ring_model *model, const struct cpu_sample_ring *ring, uint64_t seed)
{
	ensure(ring->word_count <= RING_MODEL_WORD_COUNT_MAX);
	*model = (struct ring_model){.ring = ring, .seed = seed};
}

static uint64_t time_of(uint32_t number)
{
	return first_time + time_step * number;
}

/* Mostly some fit, now and then one that never does. */
static uint32_t draw_stack_count(struct choice_random *random, uint32_t word_count)
{
	if (choice_random_chance(random, 1, 16))
		return word_count;
	uint32_t most = choice_random_chance(random, 1, 3) ? word_count : word_count / 4;
	return choice_random_below(random, most);
}

static void draw_sample(const struct ring_model *model, uint32_t number,
			struct ring_model_sample *ret_sample)
{
	struct choice_random random;
	struct ring_model_sample *sample = ret_sample;
	choice_random_init(&random, model->seed + number);
	sample->time = time_of(number);
	sample->tag = choice_random_chance(&random, 1, 2) ? 0 : choice_random_u64(&random);
	sample->header_count = choice_random_range(&random, 1, model->ring->header_word_count);
	for (uint32_t i = 0; i < sample->header_count; i++)
		sample->header[i] = choice_random_below(&random, 8);
	/* As a tracer's P: never 0. */
	sample->header[0] |= 1;
	sample->stack_count = draw_stack_count(&random, model->ring->word_count);
	for (uint32_t i = 0; i < sample->stack_count; i++)
		sample->stack[i] = choice_random_chance(&random, 1, 8) ? 0
								       : choice_random_u64(&random);
}

/* As all see it: without what the calling thread holds back. */
static uint64_t shown(const struct atomic_u64 *word)
{
	return atomic_load_explicit(&word->value, memory_order_relaxed);
}

/* What was done before a count went up is seen by who sees the count. */
static void count_up(uint32_t *count)
{
	__atomic_store_n(count, *count + 1, __ATOMIC_RELEASE);
}

static uint32_t count_now(const uint32_t *count)
{
	return __atomic_load_n(count, __ATOMIC_ACQUIRE);
}

/* ---- Writes -------------------------------------------------------------- */

static uint64_t overflow_now(const struct ring_model *model)
{
	return shown(&model->ring->overflow);
}

/* Whether LENGTH words in one piece are free, and a tag. */
static bool has_room(const struct cpu_sample_ring *ring, uint32_t length)
{
	uint64_t read = shown(&ring->read);
	uint64_t written = shown(&ring->written);
	uint32_t free_words = ring->word_count - cpu_sample_words_between(read, written);
	uint32_t to_end = ring->word_count - cpu_sample_index_words(written) % ring->word_count;
	return cpu_sample_tags_between(read, written) < ring->tag_count &&
	       free_words >= (length > to_end ? to_end + length : length);
}

void ring_model_write_begins(struct ring_model *model, struct ring_model_sample *ret_sample)
{
	const uint32_t number = model->begun_count;
	draw_sample(model, number, ret_sample);
	count_up(&model->begun_count);
	model->overflow = overflow_now(model);
	model->must_fit = cpu_sample_overflow_count(model->overflow) == 0 &&
			  has_room(model->ring, RECORD_START_WORDS +
							model->ring->header_word_count +
							ret_sample->stack_count);
}

const char *ring_model_write_ended(struct ring_model *model)
{
	const uint32_t number = model->ended_count;
	count_up(&model->ended_count);
	if (model->must_fit && overflow_now(model) != model->overflow)
		return fault("I25: sample %u was lost, and there was room for it", number);
	return NULL;
}

/* ---- Reads --------------------------------------------------------------- */

void ring_model_read_begins(struct ring_model *model)
{
	const uint32_t ended_count = count_now(&model->ended_count);
	model->begun_before = count_now(&model->begun_count);
	model->is_quiet = model->begun_before == ended_count;
}

static const char *check_indices(const struct cpu_sample_ring *ring)
{
	uint64_t read = shown(&ring->read);
	uint64_t written = shown(&ring->written);
	if (cpu_sample_words_between(read, written) > ring->word_count ||
	    cpu_sample_words_between(read, ring->next_read) >
		    cpu_sample_words_between(read, written) ||
	    cpu_sample_tags_between(read, written) > ring->tag_count ||
	    cpu_sample_tags_between(read, ring->next_read) > cpu_sample_tags_between(read, written))
		return fault("I25: the indices are out of order: given back %" PRIx64
			     ", handed out %" PRIx64 ", written %" PRIx64,
			     read, ring->next_read, written);
	return NULL;
}

static bool is_loss(const uint64_t *words, uint32_t header_count)
{
	for (uint32_t i = 0; i < header_count; i++)
		if (words[RECORD_START_WORDS + i] != 0)
			return false;
	return true;
}

static const char *check_loss(struct ring_model *model, const uint64_t *words, uint64_t tag)
{
	const uint32_t start = RECORD_START_WORDS + model->ring->header_word_count;
	const uint32_t begun_count = count_now(&model->begun_count);
	const uint32_t rest = begun_count - model->told_count;
	if (words[0] != start + 1 || tag != 0 || words[start] == 0)
		return fault("I26: a record of lost samples has %" PRIu64 " words, tag %" PRIx64
			     ", count %" PRIu64,
			     words[0], tag, words[0] > start ? words[start] : 0);
	if (words[start] > rest)
		return fault("I25: %" PRIu64 " samples lost from sample %u on, and %u were written",
			     words[start], model->told_count, begun_count);
	if (words[1] != time_of(model->told_count))
		return fault("I26: samples lost at %" PRIu64
			     ", the first of them, %u, was at %" PRIu64,
			     words[1], model->told_count, time_of(model->told_count));
	model->told_count += (uint32_t)words[start];
	model->lost_count += (uint32_t)words[start];
	return NULL;
}

static const char *check_sample(struct ring_model *model, const uint64_t *words, uint64_t tag)
{
	struct ring_model_sample sample;
	const uint32_t number = model->told_count;
	const uint32_t header_count = model->ring->header_word_count;
	if (number == count_now(&model->begun_count))
		return fault("I25: one sample more than the %u that were written", number);
	draw_sample(model, number, &sample);
	const uint32_t length = RECORD_START_WORDS + header_count + sample.stack_count;
	if (words[1] != sample.time)
		return fault("I25: time %" PRIu64 " where sample %u of time %" PRIu64 " was due",
			     words[1], number, sample.time);
	if (words[0] != length)
		return fault("I25: sample %u has %" PRIu64 " words, %u were written", number,
			     words[0], length);
	for (uint32_t i = 0; i < header_count; i++)
		if (words[RECORD_START_WORDS + i] !=
		    (i < sample.header_count ? sample.header[i] : 0))
			return fault("I25: sample %u: word %u of its header differs", number, i);
	for (uint32_t i = 0; i < sample.stack_count; i++)
		if (words[RECORD_START_WORDS + header_count + i] != sample.stack[i])
			return fault("I25: sample %u: word %u of its stack differs", number, i);
	if (tag != sample.tag)
		return fault("I25: sample %u has the tag %" PRIx64 ", %" PRIx64 " was written",
			     number, tag, sample.tag);
	model->told_count++;
	return NULL;
}

static const char *check_records(struct ring_model *model, const struct ring_model_read *read)
{
	const uint32_t header_count = model->ring->header_word_count;
	const char *found = NULL;
	uint32_t used = 0;
	uint32_t record_count = 0;
	for (; found == NULL && used < read->word_count; record_count++) {
		const uint64_t *words = &read->words[used];
		const uint32_t rest = read->word_count - used;
		if (rest < RECORD_START_WORDS + header_count ||
		    words[0] < RECORD_START_WORDS + header_count || words[0] > rest)
			return fault("I25: a record of %" PRIu64 " words, and %u are left",
				     words[0], rest);
		if (record_count == read->tag_count)
			return fault("I25: more records than %u tags", read->tag_count);
		uint64_t tag = read->tags[record_count];
		found = is_loss(words, header_count) ? check_loss(model, words, tag)
						     : check_sample(model, words, tag);
		used += (uint32_t)words[0];
	}
	if (found == NULL && record_count != read->tag_count)
		return fault("I25: %u records and %u tags", record_count, read->tag_count);
	return found;
}

const char *ring_model_read_ended(struct ring_model *model, const struct ring_model_read *read)
{
	const char *found = check_indices(model->ring);
	if (found == NULL)
		found = check_records(model, read);
	if (found != NULL)
		return found;
	const uint32_t begun_count = count_now(&model->begun_count);
	if (read->is_end && model->told_count != begun_count)
		return fault("I25: the end, and of %u samples %u are neither read nor lost",
			     begun_count, begun_count - model->told_count);
	/* A writer that puts a loss into its place has it in hand for a while. */
	bool was_alone = model->is_quiet && begun_count == model->begun_before;
	if (read->word_count == 0 && was_alone && model->told_count != begun_count)
		return fault("I25: nothing to read, and %u samples are neither read nor lost",
			     begun_count - model->told_count);
	return NULL;
}

bool ring_model_is_reader_wanted(const struct ring_model *model)
{
	const struct cpu_sample_ring *ring = model->ring;
	return cpu_sample_overflow_count(overflow_now(model)) > 0 ||
	       cpu_sample_words_between(__atomic_load_n(&ring->next_read, __ATOMIC_RELAXED),
					shown(&ring->written)) >= ring->word_count / 2;
}
