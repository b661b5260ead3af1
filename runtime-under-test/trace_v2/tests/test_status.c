/* Status words: one claim per generation, clean words for the next, sequences by parity. */
#include "sched/semaphore.h"
#include "sched/tests/harness.h"
#include "trace_v2/tracer.h"

enum { WORKER_COUNT = 4, GENERATION_COUNT = 12 };

static struct {
	struct trace_resource resource;
	_Atomic uint32_t claim_count;
	struct semaphore ended;
} shared;

static void reset(void)
{
	memset(&shared, 0, sizeof shared);
	semaphore_init(&shared.ended, 0);
}

static void use_generations(uint64_t first)
{
	struct trace_resource *resource = &shared.resource;
	uint64_t generation = first;
	for (int i = 0; i < GENERATION_COUNT; i++) {
		ensure(!status_was_traced(resource, generation));
		ensure(status_next_sequence(resource, generation) == 1);
		ensure(status_next_sequence(resource, generation) == 2);
		ensure(status_claim(resource, generation));
		ensure(!status_claim(resource, generation));
		ensure(status_was_traced(resource, generation));
		/* The claim leaves its own sequence alone and readies the next one. */
		ensure(status_next_sequence(resource, generation) == 3);
		generation = generation_next(generation);
	}
}

/* Not by the words' own operations, so none may be under way. */
static void make_clean(void)
{
	host_store_drain();
	memset(&shared.resource, 0, sizeof shared.resource);
}

static void use_alone(void *argument)
{
	(void)argument;
	use_generations(1);
	make_clean();
	/* Over the end of the numbers: both remainders go on as if nothing had happened. */
	use_generations(UINT64_MAX - 3);

	/* A resource born in a generation needs no status there. */
	make_clean();
	status_set_traced(&shared.resource, 5);
	ensure(!status_claim(&shared.resource, 5));
	ensure(status_claim(&shared.resource, 6));

	/* What an old generation left is clean after status_ready_next(). */
	make_clean();
	ensure(status_claim(&shared.resource, 4));
	status_next_sequence(&shared.resource, 4);
	status_ready_next(&shared.resource, 6);
	ensure(!status_was_traced(&shared.resource, 7));
	ensure(status_next_sequence(&shared.resource, 7) == 1);
	executor_finish();
}

static void one_claim_and_a_fresh_sequence_per_generation(void **state)
{
	const struct harness harness = {
		.proc_count = 1, .run_queue_length = 8, .boot = reset, .program = use_alone};
	(void)state;
	harness_each_schedule(&harness, NULL);
}

static void remainders_survive_the_end_of_the_numbers(void **state)
{
	(void)state;
	assert_true(generation_next(1) == 2);
	uint64_t after = generation_next(UINT64_MAX);
	assert_int_equal(after % 2, (UINT64_MAX % 2 + 1) % 2);
	assert_int_equal(after % 3, (UINT64_MAX % 3 + 1) % 3);
	assert_int_not_equal(after, 0);
}

static void claim(void *argument)
{
	(void)argument;
	shared.claim_count += status_claim(&shared.resource, 8);
	semaphore_release(&shared.ended, false);
}

static void claim_at_once(void *argument)
{
	(void)argument;
	for (int i = 0; i < WORKER_COUNT; i++)
		goroutine_start(claim, NULL, 0x1010, false, NULL);
	for (int i = 0; i < WORKER_COUNT; i++)
		semaphore_acquire(&shared.ended);
	ensure(shared.claim_count == 1);
	executor_finish();
}

static void of_several_one_gets_the_claim(void **state)
{
	const struct harness harness = {
		.proc_count = 4, .run_queue_length = 8, .boot = reset, .program = claim_at_once};
	(void)state;
	harness_each_schedule(&harness, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_claim_and_a_fresh_sequence_per_generation),
		cmocka_unit_test(remainders_survive_the_end_of_the_numbers),
		cmocka_unit_test(of_several_one_gets_the_claim),
	};
	return cmocka_run_group_tests_name("trace_v2.status", tests, NULL, NULL);
}
