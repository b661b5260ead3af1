/* Overrides: at the k-th pass of a point over the whole run, something else than the policy's
 * choice; and nothing anywhere else. */
#include "sim/tests/play.h"

enum { LOG_LENGTH = 64 };

/* Who passed POINT_work, in order. */
static struct {
	uint32_t length;
	uint8_t threads[LOG_LENGTH];
} passes;

static void pass_work(void *argument)
{
	(void)argument;
	for (int i = 0; i < 4; i++) {
		host_yield(POINT_work, NULL);
		ensure(passes.length < LOG_LENGTH);
		passes.threads[passes.length++] = (uint8_t)sim_thread_index();
	}
}

static void three_pass_work(void *argument)
{
	(void)argument;
	passes.length = 0;
	play_threads(3, pass_work);
}

/* Without a delay: whoever runs goes on until it ends. */
static struct play *play_undisturbed(void)
{
	struct play *play = play_new();
	play->scenario.schedule.policy = SCENARIO_ROUND_ROBIN;
	play->scenario.schedule.parameter = 0;
	return play;
}

static void expect_passes(const char *threads)
{
	assert_int_equal(passes.length, strlen(threads));
	for (uint32_t i = 0; i < passes.length; i++)
		assert_int_equal(passes.threads[i], threads[i] - '0');
}

static void without_overrides_each_runs_to_its_end(void **state)
{
	(void)state;
	play_expect(play_undisturbed(), SIM_FINISHED, three_pass_work);
	expect_passes("111122223333");
}

static void run_goes_on_with_another_at_that_pass_alone(void **state)
{
	struct play *play = play_undisturbed();
	(void)state;
	/* At M1's third pass. The operation behind it is done when M1 is back. */
	play_override(play, POINT_work, 3, SCENARIO_RUN, 3);
	play_expect(play, SIM_FINISHED, three_pass_work);
	expect_passes("113333112222");
}

static void run_falls_back_to_the_next_that_can(void **state)
{
	struct play *play = play_undisturbed();
	(void)state;
	/* M0 sleeps until the others are done. */
	play_override(play, POINT_work, 2, SCENARIO_RUN, 0);
	play_override(play, POINT_work, 7, SCENARIO_RUN, 0);
	play_expect(play, SIM_FINISHED, three_pass_work);
	expect_passes("111122223333");
}

static void who_is_held_goes_on_when_no_other_can(void **state)
{
	struct play *play = play_undisturbed();
	(void)state;
	play_override(play, POINT_work, 3, SCENARIO_HOLD, 0);
	play_expect(play, SIM_FINISHED, three_pass_work);
	expect_passes("112222333311");
}

static void all_that_are_held_go_on_when_no_other_can(void **state)
{
	struct play *play = play_undisturbed();
	(void)state;
	play_override(play, POINT_work, 1, SCENARIO_HOLD, 0);
	play_override(play, POINT_work, 2, SCENARIO_HOLD, 0);
	play_override(play, POINT_work, 3, SCENARIO_HOLD, 0);
	play_expect(play, SIM_FINISHED, three_pass_work);
	expect_passes("333311112222");
}

static void a_hold_ends_where_the_schedule_wants_the_thread(void **state)
{
	struct play *play = play_undisturbed();
	(void)state;
	play_override(play, POINT_work, 1, SCENARIO_HOLD, 0);
	play_override(play, POINT_work, 3, SCENARIO_RUN, 1);
	play_expect(play, SIM_FINISHED, three_pass_work);
	expect_passes("211112223333");
}

static struct atomic_u32 is_set;

static void wait_for_the_other(void *argument)
{
	(void)argument;
	if (sim_thread_index() == 1) {
		host_yield(POINT_call, NULL);
		atomic_u32_store(POINT_work, &is_set, 1, memory_order_release);
		return;
	}
	while (atomic_u32_load(POINT_work, &is_set, memory_order_acquire) == 0)
		host_pause(POINT_work);
}

static void two_wait_for_the_first(void *argument)
{
	(void)argument;
	is_set.value = 0;
	play_threads(3, wait_for_the_other);
}

static void who_waits_in_a_loop_for_one_that_is_held_goes_on_in_the_end(void **state)
{
	struct play *play = play_undisturbed();
	(void)state;
	play_override(play, POINT_call, 1, SCENARIO_HOLD, 0);
	play_expect(play, SIM_FINISHED, two_wait_for_the_first);
	assert_true(play->report.step_count > 3000);
	assert_false(play->report.is_fair_phase_entered);
}

static void an_occurrence_that_never_comes_changes_nothing(void **state)
{
	struct play *play = play_undisturbed();
	(void)state;
	play_override(play, POINT_work, 13, SCENARIO_RUN, 2);
	play_override(play, POINT_call, 1, SCENARIO_RUN, 2);
	play_override(play, (enum point)60000, 1, SCENARIO_RUN, 2);
	play_expect(play, SIM_FINISHED, three_pass_work);
	expect_passes("111122223333");
}

static void stay_keeps_a_thread_running(void **state)
{
	(void)state;
	/* With every pass overridden the threads run one after the other, whatever the seed. */
	for (uint32_t seed = 1; seed <= 30; seed++) {
		struct play *play = play_new();
		play->scenario.schedule.policy = SCENARIO_UNIFORM;
		play->scenario.schedule.seed = seed;
		for (uint16_t pass = 1; pass <= 12; pass++)
			play_override(play, POINT_work, pass, SCENARIO_STAY, 0);
		play_expect(play, SIM_FINISHED, three_pass_work);
		for (uint32_t i = 0; i < passes.length; i += 4)
			for (uint32_t j = 1; j < 4; j++)
				assert_int_equal(passes.threads[i], passes.threads[i + j]);
	}
}

static uint32_t signal_owner_index;

static void note_signal(void *owner)
{
	const struct play_thread *thread = owner;
	signal_owner_index = thread->index;
	ensure(host_stack_kind() == HOST_STACK_SIGNAL);
}

static void three_with_handler(void *argument)
{
	host_set_signal_handler(note_signal);
	three_pass_work(argument);
}

static void signal_hits_the_named_thread_once(void **state)
{
	(void)state;
	for (uint8_t target = 1; target <= 3; target++) {
		struct play *play = play_undisturbed();
		signal_owner_index = UINT32_MAX;
		play_override(play, POINT_work, 1, SCENARIO_SIGNAL, target);
		play_expect(play, SIM_FINISHED, three_with_handler);
		assert_int_equal(play->report.signal_count, 1);
		assert_int_equal(signal_owner_index, target - 1);
	}
}

static void at_one_pass_signals_are_sent_and_the_first_switch_counts(void **state)
{
	(void)state;
	struct play *play = play_undisturbed();
	signal_owner_index = UINT32_MAX;
	play_override(play, POINT_work, 2, SCENARIO_RUN, 3);
	play_override(play, POINT_work, 2, SCENARIO_RUN, 2);
	play_override(play, POINT_work, 2, SCENARIO_SIGNAL, 1);
	play_expect(play, SIM_FINISHED, three_with_handler);
	expect_passes("133331112222");
	assert_int_equal(play->report.signal_count, 1);
	assert_int_equal(signal_owner_index, 0);
}

static void grow_at_the_second_pass(void *argument)
{
	(void)argument;
	for (int pass = 1; pass <= 3; pass++) {
		host_yield(POINT_call, NULL);
		ensure(host_stack_grows(POINT_call) == (pass == 2));
	}
	executor_finish();
}

static void grow_grows_the_stack_at_that_pass(void **state)
{
	struct play *play = play_undisturbed();
	(void)state;
	play->scenario.configuration.stack_growth_rate = 0;
	play_override(play, POINT_call, 2, SCENARIO_GROW, 0);
	play_expect(play, SIM_FINISHED, grow_at_the_second_pass);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_overrides_each_runs_to_its_end),
		cmocka_unit_test(run_goes_on_with_another_at_that_pass_alone),
		cmocka_unit_test(run_falls_back_to_the_next_that_can),
		cmocka_unit_test(who_is_held_goes_on_when_no_other_can),
		cmocka_unit_test(all_that_are_held_go_on_when_no_other_can),
		cmocka_unit_test(a_hold_ends_where_the_schedule_wants_the_thread),
		cmocka_unit_test(who_waits_in_a_loop_for_one_that_is_held_goes_on_in_the_end),
		cmocka_unit_test(an_occurrence_that_never_comes_changes_nothing),
		cmocka_unit_test(stay_keeps_a_thread_running),
		cmocka_unit_test(signal_hits_the_named_thread_once),
		cmocka_unit_test(at_one_pass_signals_are_sent_and_the_first_switch_counts),
		cmocka_unit_test(grow_grows_the_stack_at_that_pass),
	};
	return cmocka_run_group_tests_name("sim.override", tests, NULL, NULL);
}
