/* A chooser decides everything: who goes on, signals, held stores. */
#include "sim/tests/play.h"

static unsigned seen[8];
static unsigned seen_count;

static void note(unsigned what)
{
	ensure(seen_count < 8);
	seen[seen_count++] = what;
}

/* The highest thread that can step, once all have begun; ends the run when there is none. */
static struct sim_choice choose_last(void *context)
{
	struct sim_pending pending;
	(void)context;
	for (unsigned i = 0; i < sim_thread_count(); i++)
		if (sim_look_at_pending(i, &pending) && (i == 0 || !pending.has_begun))
			return (struct sim_choice){.thread = (uint16_t)i};
	for (unsigned i = sim_thread_count(); i-- > 0;)
		if (sim_look_at_pending(i, &pending) && pending.can_step)
			return (struct sim_choice){.thread = (uint16_t)i};
	sim_end(SIM_FINISHED, "");
}

static struct play *play_chosen(sim_chooser *chooser)
{
	struct play *play = play_new();
	seen_count = 0;
	play->options.chooser = chooser;
	return play;
}

static struct host_mutex mutex;
static struct play_thread threads[3];

static void lock_and_note(void *argument)
{
	const struct play_thread *thread = argument;
	host_mutex_lock(&mutex, POINT_LOCK_FIRST);
	note(thread->index);
	host_mutex_unlock(&mutex, POINT_LOCK_FIRST + 1);
	host_thread_exit();
}

static void start_lockers(void *argument)
{
	(void)argument;
	memset(&mutex, 0, sizeof mutex);
	for (unsigned i = 0; i < 3; i++) {
		threads[i] = (struct play_thread){.index = i};
		host_thread_start(&threads[i], lock_and_note);
	}
	host_thread_exit();
}

static void a_free_lock_goes_to_whom_is_chosen(void **state)
{
	(void)state;
	play_expect(play_chosen(choose_last), SIM_FINISHED, start_lockers);
	assert_int_equal(seen_count, 3);
	assert_int_equal(seen[0], 2);
	assert_int_equal(seen[1], 1);
	assert_int_equal(seen[2], 0);
}

static void handle(void *owner)
{
	(void)owner;
	note(7);
}

static void be_signalled(void *argument)
{
	(void)argument;
	host_set_signal_handler(handle);
	host_yield(POINT_work, NULL);
	note(1);
	executor_finish();
}

static struct sim_choice choose_signal_first(void *context)
{
	struct sim_pending pending;
	(void)context;
	ensure(sim_look_at_pending(0, &pending));
	bool wants_signal = pending.can_be_signalled && seen_count == 0;
	return (struct sim_choice){.action = wants_signal ? SIM_SIGNAL : SIM_STEP};
}

static void a_signal_comes_before_the_operation(void **state)
{
	(void)state;
	struct play *play = play_chosen(choose_signal_first);
	play_expect(play, SIM_FINISHED, be_signalled);
	assert_int_equal(play->report.signal_count, 1);
	assert_int_equal(seen_count, 2);
	assert_int_equal(seen[0], 7);
}

static struct atomic_u32 word;

static void hold_a_store(void *argument)
{
	(void)argument;
	word.value = 0;
	atomic_u32_store(POINT_work, &word, 1, memory_order_release);
	note(word.value);
	host_yield(POINT_work, NULL);
	note(word.value);
	executor_finish();
}

static struct sim_choice choose_flush(void *context)
{
	struct sim_pending pending;
	(void)context;
	ensure(sim_look_at_pending(0, &pending));
	if (pending.held_store_count > 0) {
		ensure(pending.oldest_held_word == &word);
		return (struct sim_choice){.action = SIM_FLUSH};
	}
	return (struct sim_choice){.action = SIM_STEP};
}

static void a_store_is_held_until_it_is_flushed(void **state)
{
	(void)state;
	struct play *play = play_chosen(choose_flush);
	play->scenario.configuration.has_store_buffers = true;
	play_expect(play, SIM_FINISHED, hold_a_store);
	assert_int_equal(seen[0], 0);
	assert_int_equal(seen[1], 1);
}

static void sleep_for_a_time(void *argument)
{
	static struct host_note sleeping;
	(void)argument;
	note(host_note_sleep(&sleeping, 1));
	note(host_note_sleep(&sleeping, HOST_FOREVER - 1));
}

static struct sim_choice choose_while_possible(void *context)
{
	struct sim_pending pending;
	(void)context;
	ensure(sim_look_at_pending(0, &pending));
	if (!pending.can_step)
		sim_end(SIM_DEADLOCK, "");
	return (struct sim_choice){.action = SIM_STEP};
}

static void a_sleep_ends_when_its_time_has_come(void **state)
{
	(void)state;
	play_expect(play_chosen(choose_while_possible), SIM_DEADLOCK, sleep_for_a_time);
	assert_int_equal(seen_count, 1);
	assert_int_equal(seen[0], false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_free_lock_goes_to_whom_is_chosen),
		cmocka_unit_test(a_signal_comes_before_the_operation),
		cmocka_unit_test(a_store_is_held_until_it_is_flushed),
		cmocka_unit_test(a_sleep_ends_when_its_time_has_come),
	};
	return cmocka_run_group_tests_name("sim.chooser", tests, NULL, NULL);
}
