/* Intern tables: one id per content, whoever asks and whenever, until reset. */
#include <stdio.h>

#include "sched/semaphore.h"
#include "sched/tests/harness.h"
#include "trace/intern_table.h"

enum { CONTENT_COUNT = 12, WORKER_COUNT = 4, LONG_SIZE_BYTES = 1500 };

static struct {
	struct intern_table table;
	_Atomic uint64_t ids[CONTENT_COUNT];
	_Atomic uint32_t new_counts[CONTENT_COUNT];
	uint32_t visited_count;
	struct semaphore ended;
} shared;

static void reset(void)
{
	memset(&shared, 0, sizeof shared);
	intern_table_init(&shared.table, LOCK_RANK_trace_stack_tab);
	semaphore_init(&shared.ended, 0);
}

static uint64_t put_text(const char *text, bool *ret_is_new)
{
	return intern_table_put(&shared.table, text, (uint32_t)strlen(text), ret_is_new);
}

static void use_alone(void *argument)
{
	bool is_new;
	(void)argument;
	uint64_t first = put_text("first", &is_new);
	ensure(first > 0 && is_new);
	uint64_t second = put_text("second", &is_new);
	ensure(second > 0 && second != first && is_new);
	ensure(put_text("first", &is_new) == first && !is_new);
	ensure(put_text("second", NULL) == second);
	/* A beginning of another content is a content of its own, and so is one with a zero. */
	ensure(put_text("fir", &is_new) != first && is_new);
	ensure(intern_table_put(&shared.table, "first", 6, &is_new) != first && is_new);
	/* These two have the same length and the same hash (FNV-1a, 32 bits). */
	uint64_t declinate = put_text("declinate", NULL);
	ensure(put_text("macallums", &is_new) != declinate && is_new);
	/* Nobody has a stolen id. */
	uint64_t stolen = intern_table_steal_id(&shared.table);
	ensure(put_text("third", &is_new) != stolen && is_new);

	intern_table_reset(&shared.table);
	put_text("second", &is_new);
	ensure(is_new);
	intern_table_reset(&shared.table);
	executor_finish();
}

static void the_same_content_has_the_same_id_until_reset(void **state)
{
	const struct harness harness = {
		.proc_count = 1, .run_queue_length = 8, .boot = reset, .program = use_alone};
	(void)state;
	harness_each_schedule(&harness, NULL);
}

static void check_visited(void *context, const struct intern_node *node)
{
	const uint64_t *ids = context;
	uint32_t number;
	ensure(node->size_bytes == LONG_SIZE_BYTES);
	memcpy(&number, node->content, sizeof number);
	ensure(number < CONTENT_COUNT && node->id == ids[number]);
	shared.visited_count++;
}

/* More than one block has room for. */
static void fill_blocks(void *argument)
{
	uint8_t content[LONG_SIZE_BYTES];
	uint64_t ids[CONTENT_COUNT];
	(void)argument;
	memset(content, 0x5a, sizeof content);
	for (uint32_t i = 0; i < CONTENT_COUNT; i++) {
		memcpy(content, &i, sizeof i);
		ids[i] = intern_table_put(&shared.table, content, sizeof content, NULL);
	}
	for (uint32_t i = 0; i < CONTENT_COUNT; i++) {
		memcpy(content, &i, sizeof i);
		ensure(intern_table_put(&shared.table, content, sizeof content, NULL) == ids[i]);
	}
	intern_table_visit(&shared.table, check_visited, ids);
	ensure(shared.visited_count == CONTENT_COUNT);
	intern_table_reset(&shared.table);
	intern_table_visit(&shared.table, check_visited, ids);
	ensure(shared.visited_count == CONTENT_COUNT);
	executor_finish();
}

static void blocks_are_added_visited_and_given_back(void **state)
{
	static struct scenario scenario;
	static struct sim_report report;
	const struct harness harness = {
		.proc_count = 1, .run_queue_length = 8, .boot = reset, .program = fill_blocks};
	(void)state;
	harness_scenario(SCENARIO_UNIFORM, 1, &scenario);
	harness_run(&harness, &scenario, &report);
	assert_string_equal(report.text, "");
	assert_int_equal(report.ending, SIM_FINISHED);
	assert_int_equal(report.pages_outstanding, 0);
}

static void put_all(void *argument)
{
	const uint32_t offset = *(const uint32_t *)argument;
	for (uint32_t i = 0; i < CONTENT_COUNT; i++) {
		uint32_t number = (i + offset) % CONTENT_COUNT;
		char text[16];
		bool is_new;
		snprintf(text, sizeof text, "content %u", number);
		uint64_t id = put_text(text, &is_new);
		uint64_t before = 0;
		ensure(atomic_compare_exchange_strong(&shared.ids[number], &before, id) ||
		       before == id);
		shared.new_counts[number] += is_new;
	}
	semaphore_release(&shared.ended, false);
}

static _Atomic uint32_t burnt_count;

static void put_at_once(void *argument)
{
	static const uint32_t offsets[WORKER_COUNT] = {0, 0, 1, 2};
	(void)argument;
	for (uint32_t i = 0; i < WORKER_COUNT; i++)
		goroutine_start(put_all, (void *)(uintptr_t)&offsets[i], 0x1010, false, NULL);
	for (uint32_t i = 0; i < WORKER_COUNT; i++)
		semaphore_acquire(&shared.ended);
	uint64_t greatest = 0;
	for (uint32_t i = 0; i < CONTENT_COUNT; i++) {
		/* One of them is told to write the record. */
		ensure(shared.new_counts[i] == 1);
		for (uint32_t j = 0; j < i; j++)
			ensure(shared.ids[i] != shared.ids[j]);
		greatest = shared.ids[i] > greatest ? shared.ids[i] : greatest;
	}
	burnt_count += greatest > CONTENT_COUNT;
	executor_finish();
}

static void concurrent_puts_agree(void **state)
{
	const struct harness harness = {
		.proc_count = 4, .run_queue_length = 8, .boot = reset, .program = put_at_once};
	(void)state;
	burnt_count = 0;
	harness_each_schedule(&harness, NULL);
	/* Else nobody ever lost the race for a content. */
	assert_true(burnt_count > 0);
}

/* ---- v1: a look without the lock, then a put under it ------------------- */

static void put_locked(void *argument)
{
	const uint32_t number = *(const uint32_t *)argument;
	char text[16];
	bool is_new;
	const uint32_t size_bytes = (uint32_t)snprintf(text, sizeof text, "content %u", number);
	uint64_t id = intern_table_find(&shared.table, text, size_bytes);
	lock_acquire(&shared.table.lock);
	uint64_t put = intern_table_put_locked(&shared.table, text, size_bytes, &is_new);
	lock_release(&shared.table.lock);
	/* What was found stays what it is. */
	ensure(id == 0 || (put == id && !is_new));
	uint64_t before = 0;
	ensure(atomic_compare_exchange_strong(&shared.ids[number], &before, put) || before == put);
	ensure(intern_table_find(&shared.table, text, size_bytes) == put);
	shared.new_counts[number] += is_new;
}

static _Atomic uint32_t late_count;

static void put_all_locked(void *argument)
{
	const uint32_t offset = *(const uint32_t *)argument;
	for (uint32_t i = 0; i < CONTENT_COUNT; i++) {
		uint32_t number = (i + offset) % CONTENT_COUNT;
		on_system_stack(put_locked, &number);
	}
	semaphore_release(&shared.ended, false);
}

static void put_locked_at_once(void *argument)
{
	static const uint32_t offsets[WORKER_COUNT] = {0, 0, 1, 2};
	(void)argument;
	for (uint32_t i = 0; i < WORKER_COUNT; i++)
		goroutine_start(put_all_locked, (void *)(uintptr_t)&offsets[i], 0x1010, false,
				NULL);
	for (uint32_t i = 0; i < WORKER_COUNT; i++)
		semaphore_acquire(&shared.ended);
	for (uint32_t i = 0; i < CONTENT_COUNT; i++) {
		ensure(shared.new_counts[i] == 1);
		/* No gaps. */
		ensure(shared.ids[i] >= 1 && shared.ids[i] <= CONTENT_COUNT);
		for (uint32_t j = 0; j < i; j++)
			ensure(shared.ids[i] != shared.ids[j]);
	}
	late_count += shared.ids[0] != 1;
	executor_finish();
}

static void puts_under_the_lock_leave_no_gaps(void **state)
{
	const struct harness harness = {.proc_count = 4,
					.run_queue_length = 8,
					.boot = reset,
					.program = put_locked_at_once};
	(void)state;
	late_count = 0;
	harness_each_schedule(&harness, NULL);
	/* Else they came one after the other each time. */
	assert_true(late_count > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_content_has_the_same_id_until_reset),
		cmocka_unit_test(blocks_are_added_visited_and_given_back),
		cmocka_unit_test(concurrent_puts_agree),
		cmocka_unit_test(puts_under_the_lock_leave_no_gaps),
	};
	return cmocka_run_group_tests_name("trace.intern_table", tests, NULL, NULL);
}
