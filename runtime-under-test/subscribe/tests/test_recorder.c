/* The flight recorder's window: which generations are kept, and what a snapshot holds of them. */
#include "base/varint.h"
#include "sched/tests/harness.h"
#include "subscribe/recorder.h"

enum { CLOCK_UNIT_NS = 64, GENERATION_COUNT_MAX = 16, BATCH_SIZE_BYTES = 40 };

static struct subscribe_configuration configuration;

/* What a snapshot wrote. */
static struct {
	struct trace_sink sink; /* first */
	uint32_t header_count;
	uint32_t count;
	uint8_t generations[GENERATION_COUNT_MAX];
} written;

static void write_snapshot(struct trace_sink *sink, const uint8_t *bytes, size_t size_bytes)
{
	ensure(sink == &written.sink);
	if (size_bytes == TRACE_HEADER_SIZE_BYTES) {
		ensure(written.count == 0 && bytes[0] == 'g');
		written.header_count++;
	} else {
		ensure(size_bytes == BATCH_SIZE_BYTES && bytes[0] == 1);
		written.generations[written.count++] = bytes[1];
	}
}

/* A batch of GENERATION that began AGE_NS ago. */
static void write_generation(struct recorder *recorder, uint8_t generation, uint64_t age_ns)
{
	uint8_t batch[BATCH_SIZE_BYTES] = {1, generation, 7};
	varint_write(batch + 3, (host_nanotime() - age_ns) / CLOCK_UNIT_NS);
	recorder_write(recorder, batch, sizeof batch);
	recorder_end_generation(recorder);
}

static struct recorder *begin(uint64_t age_ns, uint64_t size_bytes)
{
	static const uint8_t header[TRACE_HEADER_SIZE_BYTES] = "go 1.26 trace";
	configuration = (struct subscribe_configuration){.buffer_size_bytes = 256,
							 .recorder_age_ns = age_ns,
							 .recorder_size_bytes = size_bytes};
	struct recorder *recorder = recorder_new(&configuration, CLOCK_UNIT_NS);
	recorder_write(recorder, header, sizeof header);
	return recorder;
}

static void expect_window(struct recorder *recorder, uint8_t first, uint8_t last)
{
	written.sink.write = write_snapshot;
	written.header_count = 0;
	written.count = 0;
	ensure(recorder_write_to(recorder, &written.sink));
	ensure(written.header_count == 1);
	ensure(written.count == (uint32_t)(last - first + 1));
	for (uint32_t i = 0; i < written.count; i++)
		ensure(written.generations[i] == first + i);
}

static const uint64_t long_ns = UINT64_C(900000000);

static void keep_by_size(void *argument)
{
	(void)argument;
	struct recorder *recorder = begin(long_ns, 2 * BATCH_SIZE_BYTES);
	for (uint8_t generation = 1; generation <= 6; generation++) {
		write_generation(recorder, generation, 0);
		/* Two are within the limit, and the one that crosses it is kept. */
		expect_window(recorder, generation <= 3 ? 1 : generation - 2, generation);
	}
	recorder_clear(recorder);
	ensure(!recorder_write_to(recorder, &written.sink));
	executor_finish();
}

static void keep_by_age(void *argument)
{
	(void)argument;
	struct recorder *recorder = begin(1000000, 1 << 20);
	write_generation(recorder, 1, 300000000);
	write_generation(recorder, 2, 200000000);
	/* The newest one is kept, however old, and nothing behind one that is too old. */
	expect_window(recorder, 2, 2);
	write_generation(recorder, 3, 0);
	expect_window(recorder, 2, 3);
	write_generation(recorder, 4, 0);
	expect_window(recorder, 2, 4);
	recorder_clear(recorder);
	executor_finish();
}

static void claim(void *argument)
{
	(void)argument;
	struct recorder *recorder = begin(long_ns, 1 << 20);
	ensure(recorder_claim(recorder));
	ensure(!recorder_claim(recorder));
	recorder_give_back(recorder);
	ensure(recorder_claim(recorder));
	executor_finish();
}

static void run_and_expect_no_pages(g_entry *program)
{
	static struct scenario scenario;
	static struct sim_report report;
	struct harness harness = {.proc_count = 2, .run_queue_length = 16, .program = program};
	for (uint32_t seed = 1; seed <= 3; seed++) {
		harness_scenario(SCENARIO_UNIFORM, seed, &scenario);
		harness_run(&harness, &scenario, &report);
		if (report.ending != SIM_FINISHED)
			print_error("%s\n", report.text);
		assert_int_equal(report.ending, SIM_FINISHED);
		assert_int_equal(report.pages_outstanding, 0);
	}
}

static void the_generation_that_crosses_the_size_is_kept(void **state)
{
	(void)state;
	run_and_expect_no_pages(keep_by_size);
}

static void what_is_behind_one_that_is_too_old_is_dropped(void **state)
{
	(void)state;
	run_and_expect_no_pages(keep_by_age);
}

static void one_snapshot_at_a_time(void **state)
{
	(void)state;
	run_and_expect_no_pages(claim);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_generation_that_crosses_the_size_is_kept),
		cmocka_unit_test(what_is_behind_one_that_is_too_old_is_dropped),
		cmocka_unit_test(one_snapshot_at_a_time),
	};
	return cmocka_run_group_tests_name("subscribe.recorder", tests, NULL, NULL);
}
