#include "user_data/user_data.h"

#include "oracle/varint_read.h"

enum {
	WORD_COUNT_MAX = HOST_ANNOTATIONS ? 8192 : 1,
	/* Generations and sessions of a run: more than it has steps for. */
	GENERATION_WORD_COUNT = HOST_ANNOTATIONS ? 4096 : 1,
	SESSION_WORD_COUNT = HOST_ANNOTATIONS ? 1024 : 1,
	EVENT_BATCH = 1,
	LABEL_BITS = 32, /* a scenario's own label */
};

static struct {
	struct user_word words[WORD_COUNT_MAX];
	size_t word_count;
	struct user_word of_generation[GENERATION_WORD_COUNT];
	struct user_word of_session[SESSION_WORD_COUNT];
	enum user_data_bytes bytes;
} data;

void user_data_run_begin(enum user_data_bytes bytes)
{
	data.word_count = 0;
	data.bytes = HOST_ANNOTATIONS ? bytes : USER_DATA_BYTES_ALONE;
}

/* A word of this run, NULL when there are none left. */
static struct user_word *take_word(void)
{
	if (!HOST_ANNOTATIONS || data.word_count == WORD_COUNT_MAX)
		return NULL;
	return &data.words[data.word_count++];
}

struct user_word *user_data_birth_write(void)
{
	struct user_word *word = take_word();
	if (word != NULL)
		user_word_birth_write(word);
	return word;
}

void user_data_birth_read(const struct user_word *word)
{
	if (word != NULL)
		user_word_birth_read(word);
}

const struct user_word *user_data_before_acquire(const struct user_object *object)
{
	return object->last;
}

void user_data_after_acquire(const struct user_word *word)
{
	if (word != NULL)
		user_word_call_read(word);
}

struct user_word *user_data_before_release(void)
{
	struct user_word *word = take_word();
	if (word != NULL)
		user_word_call_write(word);
	return word;
}

void user_data_after_release(struct user_object *object, const struct user_word *word)
{
	if (word != NULL)
		object->last = word;
}

void user_data_session_write(size_t index)
{
	if (HOST_ANNOTATIONS)
		user_word_session_write(&data.of_session[index % SESSION_WORD_COUNT]);
}

void user_data_session_read(size_t index)
{
	if (HOST_ANNOTATIONS)
		user_word_session_read(&data.of_session[index % SESSION_WORD_COUNT]);
}

static struct user_word *word_of_generation(uint64_t generation)
{
	return &data.of_generation[generation % GENERATION_WORD_COUNT];
}

void user_data_bytes_write(size_t index, const uint8_t *bytes, size_t size_bytes)
{
	/* A buffer is a batch, or the header of the trace, which belongs to no generation. */
	uint64_t generation;
	if (data.bytes == USER_DATA_BYTES_OF_TRACES)
		user_word_bytes_write(word_of_generation(index + 1));
	else if (data.bytes == USER_DATA_BYTES_OF_GENERATIONS && bytes[0] == EVENT_BATCH &&
		 varint_read(bytes + 1, bytes + size_bytes, &generation) != NULL)
		user_word_bytes_write(word_of_generation(generation));
}

void user_data_bytes_read(uint64_t generation)
{
	if (data.bytes != USER_DATA_BYTES_ALONE && generation != 0)
		user_word_bytes_read(word_of_generation(generation));
}

uint64_t user_data_label_write(uint64_t label)
{
	struct user_word *word = label != 0 ? take_word() : NULL;
	if (word == NULL)
		return label;
	user_word_label_write(word);
	return label | (uint64_t)(word - data.words + 1) << LABEL_BITS;
}

void user_data_labels_read(const uint64_t *labels, size_t count)
{
	for (size_t i = 0; HOST_ANNOTATIONS && i < count; i++)
		if (labels[i] >> LABEL_BITS != 0)
			user_word_label_read(&data.words[(labels[i] >> LABEL_BITS) - 1]);
}
