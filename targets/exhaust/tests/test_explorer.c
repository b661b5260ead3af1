/* The explorer where the number of orders is known, and on mistakes that are known. */
#include "exhaust/tests/program.h"

static const memory_order seq_cst = memory_order_seq_cst;
static uint32_t length;

static void add_to_own_word(void *owner)
{
	for (uint32_t i = 0; i < length; i++)
		atomic_u32_add(POINT_work, &shared.words[*(unsigned *)owner], 1, seq_cst);
}

static void add_to_one_word(void *owner)
{
	(void)owner;
	for (uint32_t i = 0; i < length; i++)
		atomic_u32_add(POINT_work, &shared.words[0], 1, seq_cst);
}

static void look_at_one_word(void *owner)
{
	(void)owner;
	for (uint32_t i = 0; i < length; i++)
		atomic_u32_load(POINT_work, &shared.words[0], seq_cst);
}

static void independent_steps_have_one_order(void **state)
{
	(void)state;
	for (length = 1; length <= 6; length++) {
		program_new(3, add_to_own_word);
		program_expect_classes(1);
		program_new(3, look_at_one_word);
		program_expect_classes(1);
	}
}

static uint64_t binomial(uint64_t n, uint64_t k)
{
	uint64_t result = 1;
	for (uint64_t i = 1; i <= k; i++)
		result = result * (n - k + i) / i;
	return result;
}

static void steps_on_one_object_have_every_order(void **state)
{
	(void)state;
	for (length = 1; length <= 6; length++) {
		program_new(2, add_to_one_word);
		program_expect_classes(binomial(2ul * length, length));
		assert_int_equal(program.result.longest, 2 * length);
		assert_int_equal(program.result.pruned_count, 0);
	}
	length = 2;
	program_new(3, add_to_one_word);
	program_expect_classes(90); /* 6! / 2!^3 */
}

static void plain_search_takes_every_interleaving(void **state)
{
	(void)state;
	for (length = 1; length <= 5; length++) {
		program_new(2, add_to_own_word);
		program.options.reduction = EXHAUST_PLAIN;
		program_explore();
		assert_int_equal(program.result.execution_count, binomial(2ul * length, length));
		assert_int_equal(program.result.class_count, 1);
	}
}

/* ---- Locks, notes, waiting in a loop ------------------------------------- */

static void take_the_lock(void *owner)
{
	(void)owner;
	host_mutex_lock(&shared.mutex, POINT_LOCK_FIRST);
	shared.seen[0]++;
	host_mutex_unlock(&shared.mutex, POINT_LOCK_FIRST + 1);
}

static void a_lock_goes_to_anybody_next(void **state)
{
	(void)state;
	program_new(3, take_the_lock);
	program_expect_classes(6);
	program_new(4, take_the_lock);
	program_expect_classes(24);
}

static void sleep_or_wake(void *owner)
{
	if (*(unsigned *)owner == 0)
		host_note_sleep(&shared.note, HOST_FOREVER);
	else
		host_note_wake(&shared.note);
}

static void a_sleeper_goes_on_when_woken(void **state)
{
	(void)state;
	program_new(2, sleep_or_wake);
	program_expect_classes(1);
	program_new(1, sleep_or_wake);
	program_explore();
	assert_int_equal(program.result.ending, SIM_DEADLOCK);
	assert_string_equal(program.result.text, "thread 1 waits at host-note/sleep");
	program_new(3, sleep_or_wake);
	program_explore();
	assert_int_equal(program.result.ending, SIM_THROW); /* woken twice */
}

static void wait_for_a_word(void *owner)
{
	if (*(unsigned *)owner != 0) {
		atomic_u32_add(POINT_work, &shared.words[0], 1, seq_cst);
		return;
	}
	while (atomic_u32_load(POINT_stop_look, &shared.words[0], seq_cst) < length)
		host_pause(POINT_barrier_wait);
}

static void a_waiting_loop_turns_when_something_has_changed(void **state)
{
	(void)state;
	length = 1;
	program_new(2, wait_for_a_word);
	program_expect_classes(2);
	/* Two stores in either order; seen before, between and after: none, one of them, or both
	 * of the first two looks. */
	length = 2;
	program_new(3, wait_for_a_word);
	program_expect_classes(2 * 4);
	length = 3;
	program_explore();
	assert_int_equal(program.result.ending, SIM_DEADLOCK);
}

/* ---- Signals ------------------------------------------------------------- */

static void add_in_handler(void *owner)
{
	(void)owner;
	shared.seen[1]++;
	atomic_u32_add(POINT_signal_handler, &shared.words[7], 1, seq_cst);
}

static void a_signal_comes_at_every_step_or_never(void **state)
{
	(void)state;
	for (length = 1; length <= 6; length++) {
		program_new(1, add_to_own_word);
		program.handler = add_in_handler;
		program.options.signalled_threads = 1u << 1;
		program.options.signal_count_max = 1;
		program_expect_classes(length + 1);
		program.thread_count = 2;
		program_expect_classes(length + 1);
		program.options.signalled_threads = 1u << 1 | 1u << 2;
		program_expect_classes(2 * length + 1);
		/* Two in one place or in two. */
		program.options.signalled_threads = 1u << 1;
		program.options.signal_count_max = 2;
		program_expect_classes(length + 1 + length * (length + 1) / 2);
	}
}

/* ---- Known mistakes ------------------------------------------------------ */

static void add_without_care(void *owner)
{
	(void)owner;
	uint32_t value = atomic_u32_load(POINT_stop_look, &shared.words[0], seq_cst);
	atomic_u32_store(POINT_work, &shared.words[0], value + 1, seq_cst);
}

static const char *check_sum(void)
{
	return atomic_u32_peek(&shared.words[0]) == 2 ? NULL : "an update is lost";
}

static void a_lost_update_is_found_with_its_steps(void **state)
{
	(void)state;
	program_new(2, add_without_care);
	program.options.check = check_sum;
	program_explore();
	assert_int_equal(program.result.ending, SIM_TRUTH_MISMATCH);
	assert_string_equal(program.result.text, "an update is lost");
	assert_int_equal(program.result.last_step_count, 4);
	const struct exhaust_step *steps = program.result.last_steps;
	assert_int_equal(steps[0].point, POINT_stop_look);
	assert_int_equal(steps[1].point, POINT_stop_look);
	assert_int_not_equal(steps[0].thread, steps[1].thread);
}

static memory_order store_order;

static void store_and_look(void *owner)
{
	unsigned own = *(unsigned *)owner;
	atomic_u32_store(POINT_work, &shared.words[own], 1, store_order);
	shared.seen[own] = atomic_u32_load(POINT_stop_look, &shared.words[1 - own], seq_cst);
}

static const char *check_one_has_seen(void)
{
	return shared.seen[0] + shared.seen[1] > 0 ? NULL : "neither has seen the other";
}

static enum sim_ending ending_of(host_entry *entry, const char *(*check)(void), memory_order order,
				 bool has_store_buffers)
{
	program_new(2, entry);
	store_order = order;
	program.options.check = check;
	program.options.has_store_buffers = has_store_buffers;
	program_explore();
	return program.result.ending;
}

static void a_store_buffer_hides_a_store(void **state)
{
	(void)state;
	const memory_order release = memory_order_release;
	assert_int_equal(ending_of(store_and_look, check_one_has_seen, release, true),
			 SIM_TRUTH_MISMATCH);
	assert_int_equal(ending_of(store_and_look, check_one_has_seen, release, false),
			 SIM_FINISHED);
	assert_int_equal(ending_of(store_and_look, check_one_has_seen, seq_cst, true),
			 SIM_FINISHED);
	assert_true(program.result.is_exhausted);
}

/* Peterson's lock: words 0 and 1 say who wants it, word 2 who waits. */
static void peterson(void *owner)
{
	unsigned own = *(unsigned *)owner;
	atomic_u32_store(POINT_work, &shared.words[own], 1, store_order);
	atomic_u32_store(POINT_call, &shared.words[2], own, store_order);
	while (atomic_u32_load(POINT_stop_look, &shared.words[1 - own], seq_cst) == 1 &&
	       atomic_u32_load(POINT_suspend_look, &shared.words[2], seq_cst) == own)
		host_pause(POINT_barrier_wait);
	uint32_t value = atomic_u32_load(POINT_idle_look, &shared.words[3], seq_cst);
	atomic_u32_store(POINT_idle_count, &shared.words[3], value + 1, seq_cst);
	atomic_u32_store(POINT_work, &shared.words[own], 0, store_order);
}

static const char *check_both_were_in(void)
{
	return atomic_u32_peek(&shared.words[3]) == 2 ? NULL : "both were in at once";
}

static void petersons_lock_needs_fences(void **state)
{
	(void)state;
	const memory_order release = memory_order_release;
	assert_int_equal(ending_of(peterson, check_both_were_in, seq_cst, false), SIM_FINISHED);
	assert_true(program.result.is_exhausted);
	assert_int_equal(program.result.execution_count, program.result.class_count);
	assert_int_equal(ending_of(peterson, check_both_were_in, seq_cst, true), SIM_FINISHED);
	assert_int_equal(ending_of(peterson, check_both_were_in, release, true),
			 SIM_TRUTH_MISMATCH);
}

static void a_limit_leaves_it_unfinished(void **state)
{
	(void)state;
	length = 6;
	program_new(2, add_to_one_word);
	program.options.execution_count_max = 100;
	program_explore();
	assert_int_equal(program.result.execution_count, 100);
	assert_false(program.result.is_exhausted);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(independent_steps_have_one_order),
		cmocka_unit_test(steps_on_one_object_have_every_order),
		cmocka_unit_test(plain_search_takes_every_interleaving),
		cmocka_unit_test(a_lock_goes_to_anybody_next),
		cmocka_unit_test(a_sleeper_goes_on_when_woken),
		cmocka_unit_test(a_waiting_loop_turns_when_something_has_changed),
		cmocka_unit_test(a_signal_comes_at_every_step_or_never),
		cmocka_unit_test(a_lost_update_is_found_with_its_steps),
		cmocka_unit_test(a_store_buffer_hides_a_store),
		cmocka_unit_test(petersons_lock_needs_fences),
		cmocka_unit_test(a_limit_leaves_it_unfinished),
	};
	return cmocka_run_group_tests_name("exhaust.explorer", tests, NULL, NULL);
}
