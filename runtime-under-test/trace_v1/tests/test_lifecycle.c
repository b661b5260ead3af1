/* Start, stop, and the reader beside them: what each leaves behind, and what the reader is told. */
#include "sched/procs.h"
#include "sched/semaphore.h"
#include "sched/tests/harness.h"
#include "trace_v1/writer.h"

enum { CYCLE_COUNT = 3, BUFFER_SIZE_BYTES = 512 };

static struct {
	struct semaphore session_end;
	_Atomic uint32_t header_count;
	_Atomic uint32_t batch_count;
	_Atomic uint32_t is_second_told_off;
} shared;

/* Over all runs. */
static _Atomic uint32_t full_death_count;
static _Atomic uint32_t told_off_at_the_end;

static void boot(void)
{
	static const struct trace_configuration configuration = {
		.dialect = TRACE_DIALECT_1_19,
		.buffer_size_bytes = BUFFER_SIZE_BYTES,
		.sample_ring_word_count = 64,
	};
	memset(&shared, 0, sizeof shared);
	semaphore_init(&shared.session_end, 0);
	tracer_v1_kind.boot(&configuration);
}

static void watch(void *context, const struct sim_who *who, enum point point, const void *object)
{
	(void)context;
	(void)who;
	(void)object;
	if (point == POINT_read_second_reader) {
		shared.is_second_told_off = 1;
		told_off_at_the_end += atomic_u32_peek(&tracer_v1->is_footer_written);
	}
	/* A stop cleans up, with the lock. */
	if (point == POINT_stop_done)
		ensure(!tracer_v1->is_footer_in_progress);
}

static struct harness harness_of(g_entry *program)
{
	return (struct harness){.proc_count = 3,
				.run_queue_length = 16,
				.hooks = &tracer_v1_hooks,
				.boot = boot,
				.program = program,
				.observer = watch};
}

static void expect_header(void)
{
	const uint8_t *bytes;
	size_t size_bytes;
	ensure(v1_read(&bytes, &size_bytes));
	ensure(size_bytes == TRACE_HEADER_SIZE_BYTES &&
	       memcmp(bytes, "go 1.19 trace\0\0\0", TRACE_HEADER_SIZE_BYTES) == 0);
}

/* Each buffer is a batch (I29). */
static void read_session(void *argument)
{
	const uint8_t *bytes;
	size_t size_bytes;
	(void)argument;
	expect_header();
	shared.header_count++;
	while (v1_read(&bytes, &size_bytes)) {
		ensure(size_bytes > 2 && bytes[0] == (TRACE_V1_EVENT_batch | 1 << V1_CODE_SHIFT));
		shared.batch_count++;
	}
	semaphore_release(&shared.session_end, false);
}

/* I06. */
static void expect_off(void)
{
	ensure(atomic_u32_peek(&tracer_v1->is_enabled) == 0);
	ensure(atomic_u32_peek(&tracer_v1->is_shutting_down) == 0);
	ensure(atomic_address_peek(&tracer_v1->full_head) == 0);
	ensure(tracer_v1->reading == NULL && tracer_v1->empty == NULL);
	ensure(tracer_v1->buffer == NULL && tracer_v1->samples.buffer == NULL);
	ensure(tracer_v1->samples.ring == NULL);
	for (uint32_t i = 0; i < sched->allp_capacity; i++)
		ensure(sched->allp[i]->trace_v1.buffer == NULL);
}

static void make_events(uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		goroutine_yield();
}

static void start_and_stop(void *argument)
{
	(void)argument;
	for (uint32_t cycle = 1; cycle <= CYCLE_COUNT; cycle++) {
		expect_off();
		ensure(v1_start());
		goroutine_start(read_session, NULL, 0x1010, false, NULL);
		ensure(!v1_start());
		make_events(50);
		ensure(v1_stop() == cycle);
		expect_off();
		semaphore_acquire(&shared.session_end);
		ensure(shared.header_count == cycle && shared.batch_count > cycle);
	}
	executor_finish();
}

static void a_trace_can_be_started_stopped_and_started_again(void **state)
{
	struct harness harness = harness_of(start_and_stop);
	(void)state;
	harness_each_schedule(&harness, NULL);
}

static void nothing_is_left_after_a_stop(void **state)
{
	static struct scenario scenario;
	static struct sim_report report;
	struct harness harness = harness_of(start_and_stop);
	(void)state;
	for (uint32_t seed = 1; seed <= HARNESS_SEED_COUNT; seed++) {
		harness_scenario(SCENARIO_UNIFORM, seed, &scenario);
		harness_run(&harness, &scenario, &report);
		assert_int_equal(report.ending, SIM_FINISHED);
		assert_int_equal(report.pages_outstanding, 0);
	}
}

static void stop_without_trace(void *argument)
{
	(void)argument;
	for (int i = 0; i < 3; i++) {
		ensure(v1_stop() == 0);
		expect_off();
	}
	executor_finish();
}

static void stop_without_a_trace_returns_at_once(void **state)
{
	struct harness harness = harness_of(stop_without_trace);
	(void)state;
	harness_each_schedule(&harness, NULL);
}

/* ---- The buffer of a P that dies ----------------------------------------- */

/* The hook, which sees P as it dies. */
static void see_death(struct p *p)
{
	full_death_count += p->trace_v1.buffer != NULL;
	tracer_v1_hooks.proc_destroyed(p);
	ensure(p->trace_v1.buffer == NULL);
}

static void change_procs_while_tracing(void *argument)
{
	(void)argument;
	ensure(v1_start());
	goroutine_start(read_session, NULL, 0x1010, false, NULL);
	for (uint32_t count = 1; count <= 4; count++) {
		make_events(5);
		set_gomaxprocs(count % 2 == 0 ? 4 : 1);
		/* I12 */
		for (uint32_t i = sched->allp_length; i < sched->allp_capacity; i++)
			ensure(sched->allp[i]->trace_v1.buffer == NULL);
	}
	ensure(v1_stop() == 1);
	semaphore_acquire(&shared.session_end);
	executor_finish();
}

static void a_dead_p_has_no_buffer(void **state)
{
	struct harness harness = harness_of(change_procs_while_tracing);
	(void)state;
	struct trace_hooks hooks = tracer_v1_hooks;
	hooks.proc_destroyed = see_death;
	harness.hooks = &hooks;
	full_death_count = 0;
	harness_each_schedule(&harness, NULL);
	/* Else no P that died had one. */
	assert_true(full_death_count > HARNESS_SEED_COUNT);
}

/* ---- A reader that was there before the trace ---------------------------- */

static void read_early(void *argument)
{
	expect_header();
	read_session(argument);
}

static void wait_until_parked(void)
{
	while (atomic_address_peek(&tracer_v1->reader) == 0)
		goroutine_yield();
}

static void start_with_a_parked_reader(void *argument)
{
	(void)argument;
	goroutine_start(read_early, NULL, 0x1010, false, NULL);
	wait_until_parked();
	ensure(shared.header_count == 0);
	ensure(v1_start());
	ensure(v1_stop() == 1);
	semaphore_acquire(&shared.session_end);
	ensure(shared.header_count == 1 && shared.batch_count > 0);
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
	uintptr_t first = atomic_address_peek(&tracer_v1->reader);
	ensure(!v1_read(&bytes, &size_bytes));
	ensure(shared.is_second_told_off == 1);
	/* The first one waits on, and its trace is whole. */
	ensure(atomic_address_peek(&tracer_v1->reader) == first);
	ensure(v1_start());
	ensure(v1_stop() == 1);
	semaphore_acquire(&shared.session_end);
	executor_finish();
}

static void a_second_reader_is_told_off(void **state)
{
	struct harness harness = harness_of(read_as_second);
	(void)state;
	harness_each_schedule(&harness, NULL);
}

static void read_beside(void *argument)
{
	const uint8_t *bytes;
	size_t size_bytes;
	(void)argument;
	while (atomic_u32_peek(&tracer_v1->is_shutting_down) == 0)
		goroutine_yield();
	while (atomic_u32_peek(&tracer_v1->is_shutting_down) != 0) {
		if (atomic_u32_peek(&tracer_v1->is_footer_written) != 0)
			v1_read(&bytes, &size_bytes);
		else
			goroutine_yield();
	}
}

/* Who comes while the first one writes the end would be told it, and the stop would go on. Which of
 * them is told what afterwards is not looked at; but who is told the end after another must not let
 * the next stop go on. */
static void stop_with_two_readers(void *argument)
{
	(void)argument;
	ensure(v1_start());
	goroutine_start(read_session, NULL, 0x1010, false, NULL);
	goroutine_start(read_beside, NULL, 0x1020, false, NULL);
	make_events(5);
	ensure(v1_stop() == 1);
	make_events(20);
	ensure(atomic_u32_peek(&tracer_v1->shutdown_semaphore.value) == 0);
	executor_finish();
}

static void a_second_reader_does_not_end_the_trace_beside_the_first(void **state)
{
	struct harness harness = harness_of(stop_with_two_readers);
	(void)state;
	told_off_at_the_end = 0;
	harness_each_schedule(&harness, NULL);
	assert_int_not_equal(told_off_at_the_end, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_trace_can_be_started_stopped_and_started_again),
		cmocka_unit_test(nothing_is_left_after_a_stop),
		cmocka_unit_test(stop_without_a_trace_returns_at_once),
		cmocka_unit_test(a_dead_p_has_no_buffer),
		cmocka_unit_test(a_reader_parked_before_the_start_gets_the_header_first),
		cmocka_unit_test(a_second_reader_is_told_off),
		cmocka_unit_test(a_second_reader_does_not_end_the_trace_beside_the_first),
	};
	return cmocka_run_group_tests_name("trace_v1.lifecycle", tests, NULL, NULL);
}
