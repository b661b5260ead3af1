/* Store buffers: "I set my flag, then look at yours" misses both with release stores, never with
 * seq_cst, and never without the buffers. Stores stay in order and are seen by their own thread. */
#include "sim/tests/play.h"

enum { SEED_COUNT = 300 };

static struct {
	struct atomic_u32 flags[2];
	struct atomic_u64 wide;
	uint32_t seen[2];
	memory_order order;
} shared;

static void set_then_look(void *argument)
{
	const struct play_thread *thread = argument;
	unsigned own = thread->index;
	/* Constant orders: a variable one would be taken as the strongest. */
	if (shared.order == memory_order_seq_cst)
		atomic_u32_store(POINT_work, &shared.flags[own], 1, memory_order_seq_cst);
	else
		atomic_u32_store(POINT_work, &shared.flags[own], 1, memory_order_release);
	shared.seen[own] = atomic_u32_load(POINT_work, &shared.flags[1 - own],
					   memory_order_acquire);
	ensure(atomic_u32_load(POINT_work, &shared.flags[own], memory_order_relaxed) == 1);
	ensure(atomic_u32_peek(&shared.flags[own]) == 1);
}

static void both_look(void *argument)
{
	(void)argument;
	memory_order order = shared.order;
	memset(&shared, 0, sizeof shared);
	shared.order = order;
	play_threads(2, set_then_look);
}

static uint32_t count_misses(memory_order order, bool has_store_buffers)
{
	uint32_t count = 0;
	for (uint32_t seed = 1; seed <= SEED_COUNT; seed++) {
		struct play *play = play_new();
		play->scenario.schedule.policy = SCENARIO_UNIFORM;
		play->scenario.schedule.seed = seed;
		play->scenario.configuration.has_store_buffers = has_store_buffers;
		shared.order = order;
		play_expect(play, SIM_FINISHED, both_look);
		count += shared.seen[0] == 0 && shared.seen[1] == 0;
	}
	return count;
}

static void release_stores_let_both_miss(void **state)
{
	(void)state;
	assert_true(count_misses(memory_order_release, true) > 0);
}

static void seq_cst_stores_never_do(void **state)
{
	(void)state;
	assert_int_equal(count_misses(memory_order_seq_cst, true), 0);
}

static void without_buffers_nobody_misses(void **state)
{
	(void)state;
	assert_int_equal(count_misses(memory_order_release, false), 0);
}

/* Message passing: whoever sees the later store sees the earlier one, since a buffer is a queue. */
static void pass_message(void *argument)
{
	const struct play_thread *thread = argument;
	if (thread->index == 0) {
		atomic_u64_store(POINT_work, &shared.wide, UINT64_C(0x123456789abcdef0),
				 memory_order_relaxed);
		atomic_u32_store(POINT_work, &shared.flags[0], 1, memory_order_release);
		for (int i = 0; i < 5; i++)
			host_yield(POINT_call, NULL);
		return;
	}
	for (int i = 0; i < 10; i++)
		if (atomic_u32_load(POINT_work, &shared.flags[0], memory_order_acquire) == 1)
			ensure(atomic_u64_load(POINT_work, &shared.wide, memory_order_relaxed) ==
			       UINT64_C(0x123456789abcdef0));
}

static void pass(void *argument)
{
	(void)argument;
	memset(&shared, 0, sizeof shared);
	play_threads(2, pass_message);
}

static void stores_become_visible_in_order(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed <= SEED_COUNT; seed++) {
		struct play *play = play_new();
		play->scenario.schedule.policy = SCENARIO_UNIFORM;
		play->scenario.schedule.seed = seed;
		play->scenario.configuration.has_store_buffers = true;
		play_expect(play, SIM_FINISHED, pass);
	}
}

/* What drains a buffer, at the next look of another thread. */
static void drain_by(void *argument)
{
	static struct host_mutex mutex;
	const unsigned *way = argument;
	atomic_u32_store(POINT_call, &shared.flags[0], 1, memory_order_release);
	switch (*way) {
	case 0:
		host_mutex_lock(&mutex, POINT_LOCK_FIRST);
		host_mutex_unlock(&mutex, POINT_LOCK_FIRST + 1);
		break;
	case 1:
		atomic_u32_add(POINT_call, &shared.flags[1], 1, memory_order_relaxed);
		break;
	case 2:
		atomic_u32_store(POINT_call, &shared.flags[1], 1, memory_order_seq_cst);
		break;
	default:
		host_pause(POINT_call);
		break;
	}
	ensure(atomic_load(&shared.flags[0].value) == 1);
}

static unsigned drain_way;

static void drain_alone(void *argument)
{
	(void)argument;
	memset(&shared, 0, sizeof shared);
	drain_by(&drain_way);
	executor_finish();
}

static void hold_alone(void *argument)
{
	(void)argument;
	memset(&shared, 0, sizeof shared);
	atomic_u32_store(POINT_call, &shared.flags[0], 1, memory_order_release);
	ensure(atomic_load(&shared.flags[0].value) == 0);
	executor_finish();
}

static void fences_make_stores_visible(void **state)
{
	(void)state;
	struct play *play = play_new();
	play->scenario.configuration.has_store_buffers = true;
	play_expect(play, SIM_FINISHED, hold_alone);
	for (drain_way = 0; drain_way < 4; drain_way++)
		play_expect(play, SIM_FINISHED, drain_alone);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(release_stores_let_both_miss),
		cmocka_unit_test(seq_cst_stores_never_do),
		cmocka_unit_test(without_buffers_nobody_misses),
		cmocka_unit_test(stores_become_visible_in_order),
		cmocka_unit_test(fences_make_stores_visible),
	};
	return cmocka_run_group_tests_name("sim.store_buffer", tests, NULL, NULL);
}
