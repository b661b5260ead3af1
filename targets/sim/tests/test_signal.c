/* Signals: at any step, on any stack, and others may run while one is handled. */
#include "sim/tests/play.h"

static struct {
	uint32_t steps_of_others; /* while a handler was at work */
	uint32_t handled_on[3];   /* by the kind of stack that was interrupted */
	bool is_handling;
	enum host_stack_kind kind;
} seen;

static void handle(void *owner)
{
	ensure(owner == host_self());
	ensure(host_stack_kind() == HOST_STACK_SIGNAL);
	seen.handled_on[seen.kind]++;
	seen.is_handling = true;
	for (int i = 0; i < 3; i++)
		host_yield(POINT_signal_handler, owner);
	seen.is_handling = false;
}

static void walk(void *argument)
{
	(void)argument;
	for (int i = 0; i < 30; i++) {
		host_yield(POINT_work, NULL);
		seen.steps_of_others += seen.is_handling;
	}
}

static void two_walk(void *argument)
{
	(void)argument;
	host_set_signal_handler(handle);
	play_threads(2, walk);
}

static struct play *play_signals(uint32_t seed, uint8_t rate)
{
	struct play *play = play_new();
	memset(&seen, 0, sizeof seen);
	seen.kind = HOST_STACK_SYSTEM;
	play->scenario.schedule.policy = SCENARIO_UNIFORM;
	play->scenario.schedule.seed = seed;
	play->scenario.configuration.signal_rate = rate;
	return play;
}

static void others_run_while_one_is_handled(void **state)
{
	uint64_t handled = 0;
	uint64_t interleaved = 0;
	(void)state;
	for (uint32_t seed = 1; seed <= 50; seed++) {
		struct play *play = play_signals(seed, 255);
		play_expect(play, SIM_FINISHED, two_walk);
		handled += play->report.signal_count;
		interleaved += seen.steps_of_others;
	}
	assert_true(handled > 100);
	assert_true(interleaved > 50);
}

static void no_rate_no_signal(void **state)
{
	struct play *play = play_signals(1, 0);
	(void)state;
	play_expect(play, SIM_FINISHED, two_walk);
	assert_int_equal(play->report.signal_count, 0);
}

static void on_user_stack(void *argument)
{
	(void)argument;
	for (;;) {
		ensure(host_stack_kind() == HOST_STACK_USER);
		seen.kind = HOST_STACK_USER;
		host_yield(POINT_call, NULL);
		ensure(host_stack_kind() == HOST_STACK_USER);
		seen.kind = HOST_STACK_SYSTEM;
		host_stack_leave();
	}
}

static void both_stacks(void *argument)
{
	(void)argument;
	host_set_signal_handler(handle);
	struct host_stack *stack = host_stack_new(on_user_stack, NULL);
	for (int i = 0; i < 5; i++) {
		host_stack_enter(stack);
		ensure(host_stack_kind() == HOST_STACK_SYSTEM);
		host_yield(POINT_work, NULL);
	}
	host_stack_free(stack);
	executor_finish();
}

static void every_step_of_either_stack_can_be_hit(void **state)
{
	(void)state;
	for (uint16_t pass = 1; pass <= 5; pass++) {
		struct play *play = play_signals(1, 0);
		play_override(play, POINT_call, pass, SCENARIO_SIGNAL, 0);
		play_override(play, POINT_work, pass, SCENARIO_SIGNAL, 0);
		play_expect(play, SIM_FINISHED, both_stacks);
		assert_int_equal(play->report.signal_count, 2);
		assert_int_equal(seen.handled_on[HOST_STACK_USER], 1);
		assert_int_equal(seen.handled_on[HOST_STACK_SYSTEM], 1);
	}
}

static struct host_mutex mutex;

static void lock_in_handler(void *owner)
{
	(void)owner;
	host_mutex_lock(&mutex, POINT_LOCK_FIRST);
}

static void allocate_in_handler(void *owner)
{
	(void)owner;
	host_allocate(8);
}

static void free_in_handler(void *owner)
{
	(void)owner;
	host_pages_free(&mutex, sizeof mutex);
}

static host_signal_handler *unsafe_handler;

static void be_hit(void *argument)
{
	(void)argument;
	memset(&mutex, 0, sizeof mutex);
	host_set_signal_handler(unsafe_handler);
	host_yield(POINT_work, NULL);
	executor_finish();
}

static void a_handler_neither_locks_nor_allocates(void **state)
{
	host_signal_handler *const handlers[] = {lock_in_handler, allocate_in_handler,
						 free_in_handler};
	(void)state;
	for (size_t i = 0; i < sizeof handlers / sizeof handlers[0]; i++) {
		struct play *play = play_signals(1, 0);
		unsafe_handler = handlers[i];
		play_override(play, POINT_work, 1, SCENARIO_SIGNAL, 0);
		play_expect(play, SIM_SIGNAL_UNSAFE, be_hit);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(others_run_while_one_is_handled),
		cmocka_unit_test(no_rate_no_signal),
		cmocka_unit_test(every_step_of_either_stack_can_be_hit),
		cmocka_unit_test(a_handler_neither_locks_nor_allocates),
	};
	return cmocka_run_group_tests_name("sim.signal", tests, NULL, NULL);
}
