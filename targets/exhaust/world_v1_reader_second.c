/* A second v1 trace reader comes while the first one waits and is found (algorithms.md 3.3): it is
 * told, or reads what the first one was woken for; it never waits, too. */
#include "exhaust/v1_parking_reader.h"
#include "trace_v1/reader.h"

static struct {
	struct g first; /* waits */
	unsigned found_count;
	bool is_registered;
	struct v1_read_attempt attempt;
} state;

static void set_up(void)
{
	v1_parking_reader_set_up(1, false);
	state.found_count = 0;
	state.is_registered = false;
	state.attempt = (struct v1_read_attempt){0};
	tracer_v1->reader.value = (uintptr_t)&state.first;
}

/* Registers as after an attempt of before. */
static void read_second(void)
{
	state.is_registered = v1_reader_register(world_g(V1_PARKING_READER), NULL);
	v1_reader_try(&state.attempt);
}

static void flush_and_find(void)
{
	v1_parking_reader_flush();
	state.found_count += v1_reader_take() == &state.first;
}

static const char *check(void)
{
	const bool has_read = state.attempt.bytes != NULL;
	if (state.is_registered || state.attempt.parks)
		return "a second reader waits";
	if (world_m(V1_PARKING_READER)->borrowed_race_context != NULL)
		return "a reader has kept a race context that is not its own";
	if (state.found_count != 1 || tracer_v1->reader.value != 0)
		return "the first reader was not found";
	if (has_read != (tracer_v1->reading != NULL) ||
	    has_read != (tracer_v1->full_head.value == 0))
		return "the buffer is not in one place";
	return NULL;
}

const struct world world_v1_reader_second = {
	.name = "v1-reader-second",
	.number = 33,
	.sentence = "a second v1 trace reader comes while the first one waits and a buffer is "
		    "flushed",
	.set_up = set_up,
	.threads = {[V1_PARKING_READER] = {.name = "second reader", .run = read_second},
		    {.name = "writer", .run = flush_and_find}},
	.check = check,
};
