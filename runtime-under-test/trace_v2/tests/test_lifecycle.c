/* Start, advance, stop, and the reader beside them: what each leaves behind, and what the reader
 * is told. */
#include "sched/semaphore.h"
#include "sched/tests/harness.h"
#include "trace_v2/writer.h"

enum { CYCLE_COUNT = 3 };

static struct {
	struct semaphore session_end;
	_Atomic uint32_t header_count;
	_Atomic uint32_t batch_count;
	_Atomic uint32_t ended_count; /* generations whose end was told */
	_Atomic uint32_t is_second_told_off;
	_Atomic uint64_t first_generation; /* of the session's batches */
	_Atomic uint64_t last_generation;
} shared;

/* Of the run that begins next. */
static uint32_t dialect = TRACE_DIALECT_1_23;

static const uint64_t initial_generation = 6;

static void boot(void)
{
	const struct trace_configuration configuration = {
		.dialect = dialect,
		.buffer_size_bytes = 2048,
		.sample_ring_word_count = 64,
		.sample_period_ns = 100000000,
		.initial_generation = initial_generation,
	};
	memset(&shared, 0, sizeof shared);
	semaphore_init(&shared.session_end, 0);
	tracer_boot(&configuration);
}

static void watch(void *context, const struct sim_who *who, enum point point, const void *object)
{
	(void)context;
	(void)who;
	(void)object;
	if (point == POINT_read_second_reader)
		shared.is_second_told_off = 1;
}

static struct harness harness_of(g_entry *program)
{
	return (struct harness){.proc_count = 3,
				.run_queue_length = 16,
				.hooks = &tracer_v2_hooks,
				.boot = boot,
				.program = program,
				.observer = watch};
}

static bool is_header(const uint8_t *bytes, size_t size_bytes)
{
	return size_bytes == TRACE_HEADER_SIZE_BYTES &&
	       memcmp(bytes,
		      dialect == TRACE_DIALECT_1_26 ? "go 1.26 trace\0\0\0" : "go 1.23 trace\0\0\0",
		      TRACE_HEADER_SIZE_BYTES) == 0;
}

/* The end is told while the advance waits on: it may go on only when the reader comes back. */
static void note_end(const uint8_t *bytes)
{
	ensure(dialect == TRACE_DIALECT_1_26 && bytes[0] == TRACE_EVENT_end_of_generation);
	ensure(atomic_u64_peek(&tracer->flushed_generation) == shared.last_generation);
	ensure(atomic_u32_peek(&tracer->done_semaphores[shared.last_generation % 2].value) == 0);
	ensure(atomic_u32_peek(&tracer->advance_semaphore.value) == 0);
	shared.ended_count++;
}

/* Each buffer is a batch; generations here are below 128, a byte each. */
static void note_batch(const uint8_t *bytes, size_t size_bytes)
{
	if (size_bytes == 1) {
		note_end(bytes);
		return;
	}
	ensure(size_bytes > 2 && bytes[0] == TRACE_EVENT_event_batch);
	uint64_t generation = bytes[1];
	ensure(generation >= shared.last_generation);
	if (shared.batch_count++ == 0)
		shared.first_generation = generation;
	shared.last_generation = generation;
}

static void read_session(void *argument)
{
	const uint8_t *bytes;
	size_t size_bytes;
	(void)argument;
	ensure(tracer_read(&bytes, &size_bytes));
	ensure(is_header(bytes, size_bytes));
	shared.header_count++;
	shared.batch_count = 0;
	while (tracer_read(&bytes, &size_bytes))
		note_batch(bytes, size_bytes);
	semaphore_release(&shared.session_end, false);
}

static void expect_off(uint64_t last_generation)
{
	ensure(atomic_u64_peek(&tracer->generation) == 0);
	ensure(atomic_u32_peek(&tracer->is_enabled) == 0);
	ensure(atomic_u32_peek(&tracer->is_shutting_down) == 0);
	ensure(tracer->last_generation == last_generation);
}

static void start_advance_stop(void *argument)
{
	uint64_t generation = initial_generation;
	(void)argument;
	for (uint32_t cycle = 1; cycle <= CYCLE_COUNT; cycle++) {
		expect_off(generation);
		uint64_t first = ++generation;
		ensure(tracer_start());
		ensure(atomic_u64_peek(&tracer->generation) == generation);
		goroutine_start(read_session, NULL, 0x1010, false, NULL);
		ensure(!tracer_start());
		for (uint32_t i = 0; i < cycle; i++) {
			tracer_advance(false);
			ensure(atomic_u64_peek(&tracer->generation) == ++generation);
		}
		tracer_advance(true);
		expect_off(generation);
		semaphore_acquire(&shared.session_end);
		ensure(shared.header_count == cycle);
		ensure(shared.ended_count ==
		       (dialect == TRACE_DIALECT_1_26 ? generation - initial_generation : 0));
		ensure(shared.first_generation == first);
		ensure(shared.last_generation == generation);
	}
	executor_finish();
}

static void a_trace_can_be_started_advanced_stopped_and_started_again(void **state)
{
	struct harness harness = harness_of(start_advance_stop);
	(void)state;
	harness_each_schedule(&harness, NULL);
}

static void generations_of_go_1_26_end_with_a_byte_of_their_own(void **state)
{
	struct harness harness = harness_of(start_advance_stop);
	(void)state;
	dialect = TRACE_DIALECT_1_26;
	harness_each_schedule(&harness, NULL);
	dialect = TRACE_DIALECT_1_23;
}

static void nothing_is_left_after_a_stop(void **state)
{
	static struct scenario scenario;
	static struct sim_report report;
	struct harness harness = harness_of(start_advance_stop);
	(void)state;
	for (uint32_t seed = 1; seed <= HARNESS_SEED_COUNT; seed++) {
		harness_scenario(SCENARIO_UNIFORM, seed, &scenario);
		harness_run(&harness, &scenario, &report);
		assert_int_equal(report.ending, SIM_FINISHED);
		assert_int_equal(report.pages_outstanding, 0);
	}
}

static void stop_and_advance_without_trace(void *argument)
{
	(void)argument;
	for (int i = 0; i < 3; i++) {
		tracer_advance(true);
		tracer_advance(false);
		expect_off(initial_generation);
	}
	ensure(atomic_u32_peek(&tracer->advance_semaphore.value) == 1);
	ensure(atomic_u32_peek(&tracer->shutdown_semaphore.value) == 1);
	executor_finish();
}

static void stop_without_a_trace_returns_at_once(void **state)
{
	struct harness harness = harness_of(stop_and_advance_without_trace);
	(void)state;
	harness_each_schedule(&harness, NULL);
}

/* ---- A reader that was there before the trace ------------------------------------------------ */

/* Whoever reads before a trace gets a header and then waits; the trace must begin with one. */
static void read_early(void *argument)
{
	const uint8_t *bytes;
	size_t size_bytes;
	ensure(tracer_read(&bytes, &size_bytes));
	ensure(is_header(bytes, size_bytes));
	read_session(argument);
}

static void wait_until_parked(void)
{
	while (atomic_address_peek(&tracer->reader) == 0)
		goroutine_yield();
}

static void start_with_a_parked_reader(void *argument)
{
	(void)argument;
	goroutine_start(read_early, NULL, 0x1010, false, NULL);
	wait_until_parked();
	ensure(shared.header_count == 0);
	ensure(tracer_start());
	tracer_advance(true);
	semaphore_acquire(&shared.session_end);
	ensure(shared.header_count == 1 && shared.batch_count > 0);
	ensure(shared.first_generation == initial_generation + 1);
	executor_finish();
}

static void a_reader_parked_before_the_start_gets_the_header_first(void **state)
{
	struct harness harness = harness_of(start_with_a_parked_reader);
	(void)state;
	harness_each_schedule(&harness, NULL);
}

static void read_as_second(void *argument)
{
	const uint8_t *bytes;
	size_t size_bytes;
	(void)argument;
	goroutine_start(read_early, NULL, 0x1010, false, NULL);
	wait_until_parked();
	uintptr_t first = atomic_address_peek(&tracer->reader);
	ensure(!tracer_read(&bytes, &size_bytes));
	ensure(shared.is_second_told_off == 1);
	/* The first one waits on, and its trace is whole. */
	ensure(atomic_address_peek(&tracer->reader) == first);
	ensure(tracer_start());
	tracer_advance(true);
	semaphore_acquire(&shared.session_end);
	executor_finish();
}

static void a_second_reader_is_told_off(void **state)
{
	struct harness harness = harness_of(read_as_second);
	(void)state;
	harness_each_schedule(&harness, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_trace_can_be_started_advanced_stopped_and_started_again),
		cmocka_unit_test(generations_of_go_1_26_end_with_a_byte_of_their_own),
		cmocka_unit_test(nothing_is_left_after_a_stop),
		cmocka_unit_test(stop_without_a_trace_returns_at_once),
		cmocka_unit_test(a_reader_parked_before_the_start_gets_the_header_first),
		cmocka_unit_test(a_second_reader_is_told_off),
	};
	return cmocka_run_group_tests_name("trace_v2.lifecycle", tests, NULL, NULL);
}
