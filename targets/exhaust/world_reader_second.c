/* A second trace reader comes while the first one waits and is found (algorithms.md 5.7): it is
 * told, or reads what the first one was woken for; it never waits, too. */
#include "exhaust/parking_reader.h"
#include "trace_v2/reader.h"

static struct {
	struct g first; /* waits */
	unsigned found_count;
	bool is_registered;
	struct read_attempt attempt;
} state;

static void set_up(void)
{
	parking_reader_set_up(1, false);
	state.found_count = 0;
	state.is_registered = false;
	state.attempt = (struct read_attempt){0};
	tracer->reader.value = (uintptr_t)&state.first;
}

/* Registers as after an attempt of before. */
static void read_second(void)
{
	state.is_registered = reader_register(world_g(PARKING_READER), NULL);
	reader_try(&state.attempt);
}

static void flush_and_find(void)
{
	parking_reader_flush(0);
	state.found_count += reader_take() == &state.first;
}

static const char *check(void)
{
	const bool has_read = state.attempt.bytes != NULL;
	if (state.is_registered || state.attempt.parks)
		return "a second reader waits";
	if (world_m(PARKING_READER)->borrowed_race_context != NULL)
		return "a reader has kept a race context that is not its own";
	if (state.found_count != 1 || tracer->reader.value != 0)
		return "the first reader was not found";
	if (has_read != (tracer->reading != NULL) || has_read != (tracer->full[1].head == NULL))
		return "the buffer is not in one place";
	return NULL;
}

const struct world world_reader_second = {
	.name = "reader-second",
	.number = 32,
	.sentence = "a second trace reader comes while the first one waits and a buffer is flushed",
	.set_up = set_up,
	.threads = {[PARKING_READER] = {.name = "second reader", .run = read_second},
		    {.name = "writer", .run = flush_and_find}},
	.check = check,
};
