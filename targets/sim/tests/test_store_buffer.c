/* Store buffers: "I set my flag, then look at yours" misses both unless all four accesses are
 * seq_cst, and never without the buffers. Stores stay in order and are seen by their own thread; a
 * read-modify-write stays one operation. */
#include "sim/tests/play.h"

enum { SEED_COUNT = 300, ADDITION_COUNT = 20 };

enum setting_way { BY_STORE, BY_ADDITION, BY_EXCHANGE, WAY_COUNT };

static struct {
	struct atomic_u32 flags[2];
	struct atomic_u64 wide;
	uint32_t seen[2];
	enum setting_way way;
	bool is_set_seq_cst;
	bool is_look_seq_cst;
} shared;

static void set(struct atomic_u32 *flag)
{
	memory_order order = shared.is_set_seq_cst    ? memory_order_seq_cst
			     : shared.way == BY_STORE ? memory_order_release
						      : memory_order_acq_rel;
	switch (shared.way) {
	case BY_STORE:
		atomic_u32_store(POINT_work, flag, 1, order);
		break;
	case BY_ADDITION:
		ensure(atomic_u32_add(POINT_work, flag, 1, order) == 1);
		break;
	default:
		ensure(!atomic_u32_compare_exchange(POINT_work, flag, 7, 1, order));
		ensure(atomic_u32_compare_exchange(POINT_work, flag, 0, 1, order));
		break;
	}
}

static void set_then_look(void *argument)
{
	const struct play_thread *thread = argument;
	unsigned own = thread->index;
	set(&shared.flags[own]);
	shared.seen[own] = atomic_u32_load(POINT_work, &shared.flags[1 - own],
					   shared.is_look_seq_cst ? memory_order_seq_cst
								  : memory_order_acquire);
	ensure(atomic_u32_load(POINT_work, &shared.flags[own], memory_order_relaxed) == 1);
	ensure(atomic_u32_peek(&shared.flags[own]) == 1);
}

static void forget_words(void)
{
	memset(shared.flags, 0, sizeof shared.flags);
	memset(&shared.wide, 0, sizeof shared.wide);
}

static void both_look(void *argument)
{
	(void)argument;
	forget_words();
	play_threads(2, set_then_look);
}

static struct play *play_with_seed(uint32_t seed, bool has_store_buffers)
{
	struct play *play = play_new();
	play->scenario.schedule.policy = SCENARIO_UNIFORM;
	play->scenario.schedule.seed = seed;
	play->scenario.configuration.has_store_buffers = has_store_buffers;
	return play;
}

static uint32_t count_misses(bool is_set_seq_cst, bool is_look_seq_cst, bool has_store_buffers)
{
	uint32_t count = 0;
	shared.is_set_seq_cst = is_set_seq_cst;
	shared.is_look_seq_cst = is_look_seq_cst;
	for (uint32_t seed = 1; seed <= SEED_COUNT; seed++) {
		play_expect(play_with_seed(seed, has_store_buffers), SIM_FINISHED, both_look);
		count += shared.seen[0] == 0 && shared.seen[1] == 0;
	}
	return count;
}

static void both_may_miss_unless_all_is_seq_cst(void **state)
{
	(void)state;
	for (shared.way = BY_STORE; shared.way < WAY_COUNT; shared.way++) {
		assert_true(count_misses(false, false, true) > 0);
		assert_true(count_misses(true, false, true) > 0);
		assert_true(count_misses(false, true, true) > 0);
		assert_int_equal(count_misses(true, true, true), 0);
	}
}

static void without_buffers_nobody_misses(void **state)
{
	(void)state;
	for (shared.way = BY_STORE; shared.way < WAY_COUNT; shared.way++)
		assert_int_equal(count_misses(false, false, false), 0);
}

static void add_and_take(void *argument)
{
	(void)argument;
	for (uint32_t i = 0; i < ADDITION_COUNT; i++) {
		atomic_u64_add(POINT_work, &shared.wide, 1, memory_order_relaxed);
		uint64_t now;
		do
			now = atomic_u64_load(POINT_work, &shared.wide, memory_order_relaxed);
		while (!atomic_u64_compare_exchange(POINT_work, &shared.wide, now, now + 2,
						    memory_order_acq_rel));
	}
}

static void add_at_once(void *argument)
{
	(void)argument;
	forget_words();
	play_threads(3, add_and_take);
}

static void a_held_exchange_stays_one_operation(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed <= SEED_COUNT; seed++) {
		play_expect(play_with_seed(seed, true), SIM_FINISHED, add_at_once);
		assert_int_equal(atomic_load(&shared.wide.value), 3 * 3 * ADDITION_COUNT);
	}
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
	forget_words();
	play_threads(2, pass_message);
}

static void stores_become_visible_in_order(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed <= SEED_COUNT; seed++)
		play_expect(play_with_seed(seed, true), SIM_FINISHED, pass);
}

/* The next owner of a mutex sees what the last one stored before it unlocked. */
static void lock_and_count(void *argument)
{
	static struct host_mutex mutex;
	(void)argument;
	for (uint64_t i = 0; i < ADDITION_COUNT; i++) {
		host_mutex_lock(&mutex, POINT_LOCK_FIRST);
		uint64_t now = atomic_u64_load(POINT_work, &shared.wide, memory_order_relaxed);
		atomic_u64_store(POINT_work, &shared.wide, now + 1, memory_order_relaxed);
		host_mutex_unlock(&mutex, POINT_LOCK_FIRST + 1);
	}
	host_store_drain();
}

static void count_at_once(void *argument)
{
	(void)argument;
	forget_words();
	play_threads(3, lock_and_count);
}

static void a_mutex_carries_stores_to_its_next_owner(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed <= SEED_COUNT; seed++) {
		play_expect(play_with_seed(seed, true), SIM_FINISHED, count_at_once);
		assert_int_equal(atomic_load(&shared.wide.value), 3 * ADDITION_COUNT);
	}
}

/* What drains a buffer, at the next look of another thread. */
static void drain_by(void *argument)
{
	static struct host_note note;
	const unsigned *way = argument;
	atomic_u32_store(POINT_call, &shared.flags[0], 1, memory_order_seq_cst);
	switch (*way) {
	case 0:
		host_note_clear(&note);
		break;
	case 1:
		atomic_u32_add(POINT_call, &shared.flags[1], 1, memory_order_seq_cst);
		break;
	case 2:
		ensure(atomic_u32_load(POINT_call, &shared.flags[1], memory_order_seq_cst) == 0);
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
	forget_words();
	drain_by(&drain_way);
	executor_finish();
}

static void hold_alone(void *argument)
{
	(void)argument;
	forget_words();
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
		cmocka_unit_test(both_may_miss_unless_all_is_seq_cst),
		cmocka_unit_test(without_buffers_nobody_misses),
		cmocka_unit_test(a_held_exchange_stays_one_operation),
		cmocka_unit_test(stores_become_visible_in_order),
		cmocka_unit_test(a_mutex_carries_stores_to_its_next_owner),
		cmocka_unit_test(fences_make_stores_visible),
	};
	return cmocka_run_group_tests_name("sim.store_buffer", tests, NULL, NULL);
}
