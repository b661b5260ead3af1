/* The profiler's switch, its log and its reader, under signals at any moment. */
#include "profile/profiler.h"
#include "sched/semaphore.h"
#include "sched/tests/harness.h"
#include "trace/symbol.h"

enum { RATE_HZ = 100, LABEL = 7, RING_WORDS = 32, WORK_COUNT = 40 };

static struct {
	_Atomic uint32_t read_count; /* records */
	_Atomic uint64_t loss_count;
	_Atomic uint64_t labelled_count;
	_Atomic uint64_t first_header;
	struct semaphore read_to_end;
} shared;

static void on_signal(void *owner)
{
	profiler_on_signal(owner);
}

static void ignore_sample(const struct cpu_sample *sample)
{
	ensure(sample->stack_depth > 0);
}

static const struct trace_hooks hooks = {.enter = harness_no_section,
					 .enter_in_syscall = harness_no_section,
					 .thread_destroyed = harness_ignore_m,
					 .is_reader_wanted = harness_no_reader_wanted,
					 .cpu_sample = ignore_sample};

static void boot(void)
{
	static const struct profiler_configuration configuration = {.ring_word_count = RING_WORDS};
	memset(&shared, 0, sizeof shared);
	semaphore_init(&shared.read_to_end, 0);
	profiler_boot(&configuration);
	host_set_signal_handler(on_signal);
}

static void count_record(const uint64_t *record, uint64_t label)
{
	if (shared.read_count++ == 0)
		shared.first_header = record[2];
	else if (record[2] == 0)
		shared.loss_count += record[3];
	shared.labelled_count += label == LABEL;
}

static void read_to_end(void *argument)
{
	(void)argument;
	for (;;) {
		struct cpu_samples samples = profiler_read();
		if (samples.is_end)
			break;
		/* The rate comes by itself. */
		ensure(shared.read_count > 0 || samples.tag_count == 1);
		uint32_t index = 0;
		for (uint32_t at = 0; at < samples.word_count; at += (uint32_t)samples.words[at])
			count_record(&samples.words[at], samples.tags[index++]);
		ensure(index == samples.tag_count);
	}
	semaphore_release(&shared.read_to_end, false);
}

static void compute(void)
{
	for (uint32_t i = 0; i < WORK_COUNT; i++)
		function_prologue(POINT_work);
}

static void profile_twice(void *argument)
{
	(void)argument;
	boot();
	ensure(profiler_start(RATE_HZ));
	ensure(!profiler_start(RATE_HZ));
	goroutine_start(read_to_end, NULL, symbol_pc(SYMBOL_program), false, NULL);
	profiler_set_label(LABEL);
	compute();
	profiler_stop();
	semaphore_acquire(&shared.read_to_end);
	ensure(shared.first_header == RATE_HZ);

	/* Off: nothing more comes. */
	uint32_t read_count = shared.read_count;
	compute();
	ensure(shared.read_count == read_count);
	ensure(profiler_read().is_end);

	shared.read_count = 0;
	ensure(profiler_start(2 * RATE_HZ));
	goroutine_start(read_to_end, NULL, symbol_pc(SYMBOL_program), false, NULL);
	profiler_stop();
	semaphore_acquire(&shared.read_to_end);
	ensure(shared.first_header == 2 * RATE_HZ);
	executor_finish();
}

static uint64_t total_labelled, total_lost;

static void run(uint8_t signal_rate)
{
	static struct scenario scenario;
	static struct sim_report report;
	const struct harness harness = {
		.proc_count = 2, .run_queue_length = 8, .program = profile_twice, .hooks = &hooks};
	total_labelled = 0;
	total_lost = 0;
	for (uint32_t seed = 1; seed <= 6 * HARNESS_SEED_COUNT; seed++) {
		harness_scenario((uint8_t)(seed % SCENARIO_POLICY_COUNT), seed, &scenario);
		scenario.configuration.signal_rate = signal_rate;
		harness_run(&harness, &scenario, &report);
		if (report.ending != SIM_FINISHED)
			print_error("seed %u: %s\n", seed, report.text);
		assert_int_equal(report.ending, SIM_FINISHED);
		assert_int_equal(report.pages_outstanding, 0);
		total_labelled += shared.labelled_count;
		total_lost += shared.loss_count;
	}
}

static void a_profile_has_its_rate_and_its_end(void **state)
{
	(void)state;
	run(0);
	assert_int_equal(total_labelled, 0);
}

static void samples_have_the_label_of_their_goroutine(void **state)
{
	(void)state;
	run(40);
	assert_true(total_labelled > 0);
}

static void a_full_log_counts_what_it_loses(void **state)
{
	(void)state;
	run(255);
	assert_true(total_lost > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_profile_has_its_rate_and_its_end),
		cmocka_unit_test(samples_have_the_label_of_their_goroutine),
		cmocka_unit_test(a_full_log_counts_what_it_loses),
	};
	return cmocka_run_group_tests_name("profile.profiler", tests, NULL, NULL);
}
