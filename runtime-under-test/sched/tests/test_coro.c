/* Two goroutines that switch to each other run one after the other, on whichever M they are, and
 * neither is ever queued; locks to a thread go along. */
#include "sched/coro.h"
#include "sched/lock_thread.h"
#include "sched/semaphore.h"
#include "sched/tests/harness.h"

enum { PAIR_COUNT = 3, ROUND_COUNT = 5 };

struct pair {
	struct coro coro;
	/* Plain: who runs owns them. */
	uint32_t step;
	bool has_ended;
	struct g *sequence;
};

static struct {
	struct semaphore ended;
	struct semaphore tokens;
} shared;

/* Over all runs. */
static _Atomic uint32_t moved_count;

static void reset(void)
{
	memset(&shared, 0, sizeof shared);
	semaphore_init(&shared.ended, 0);
	semaphore_init(&shared.tokens, 0);
}

static void be_sequence(void *argument)
{
	struct pair *pair = argument;
	pair->sequence = g_self();
	for (uint32_t i = 0; i < ROUND_COUNT; i++) {
		ensure(pair->step == 2 * i);
		ensure(g_self() == pair->sequence && m_self()->current_g == pair->sequence);
		if (i == 2)
			goroutine_yield();
		if (i == 3)
			semaphore_acquire(&shared.tokens);
		pair->step++;
		coro_switch(&pair->coro);
	}
	pair->has_ended = true;
}

static void ask(struct pair *pair)
{
	const struct g *own = g_self();
	ensure(coro_begin(&pair->coro, be_sequence, pair, 0x1020, NULL));
	for (uint32_t i = 0; i < ROUND_COUNT; i++) {
		const struct m *before = m_self();
		ensure(!pair->has_ended && pair->step == 2 * i);
		coro_switch(&pair->coro);
		moved_count += m_self() != before;
		ensure(g_self() == own && pair->step == 2 * i + 1);
		ensure(atomic_u32_peek(&pair->sequence->status) == G_WAITING);
		pair->step++;
		if (i % 2 == 0)
			goroutine_yield();
	}
	coro_switch(&pair->coro);
	ensure(pair->has_ended && g_self() == own);
	ensure(atomic_address_peek(&pair->coro.g) == 0);
}

static void be_asker(void *argument)
{
	(void)argument;
	struct pair pair = {0};
	ask(&pair);
	semaphore_release(&shared.ended, false);
}

static void be_locked_asker(void *argument)
{
	(void)argument;
	struct pair pair = {0};
	goroutine_lock_thread();
	const struct m *home = m_self();
	ask(&pair);
	ensure(m_self() == home && home->locked_g == g_self() && g_self()->locked_m == home);
	goroutine_unlock_thread();
	semaphore_release(&shared.ended, false);
}

static void run_pairs(void *argument)
{
	(void)argument;
	reset();
	for (uint32_t i = 0; i < PAIR_COUNT; i++)
		ensure(goroutine_start(i == 0 ? be_locked_asker : be_asker, NULL, 0x1010, false,
				       NULL) != 0);
	for (uint32_t i = 0; i < PAIR_COUNT; i++)
		semaphore_release(&shared.tokens, false);
	for (uint32_t i = 0; i < PAIR_COUNT; i++)
		semaphore_acquire(&shared.ended);
	executor_finish();
}

static void the_two_sides_take_turns(void **state)
{
	(void)state;
	const struct harness harness = {
		.proc_count = 3, .run_queue_length = 4, .program = run_pairs};
	moved_count = 0;
	harness_each_schedule(&harness, NULL);
	/* One that waits for a semaphore inside comes back elsewhere now and then. */
	assert_true(moved_count > 0);
}

static void lock_between(void *argument)
{
	(void)argument;
	struct pair pair = {0};
	reset();
	ensure(coro_begin(&pair.coro, be_sequence, &pair, 0x1020, NULL));
	goroutine_lock_thread();
	coro_switch(&pair.coro);
	executor_finish();
}

static void ask_once_more(void *argument)
{
	(void)argument;
	struct pair pair = {0};
	reset();
	semaphore_release(&shared.tokens, false);
	ask(&pair);
	coro_switch(&pair.coro);
	executor_finish();
}

static void expect_throw(g_entry *program, const char *text)
{
	static struct scenario scenario;
	static struct sim_report report;
	const struct harness harness = {.proc_count = 2, .run_queue_length = 4, .program = program};
	harness_scenario(SCENARIO_UNIFORM, 1, &scenario);
	harness_run(&harness, &scenario, &report);
	assert_int_equal(report.ending, SIM_THROW);
	assert_string_equal(report.text, text);
}

static void misuse_throws_as_go_does(void **state)
{
	(void)state;
	expect_throw(lock_between,
		     "coro: OS thread locking must match locking at coroutine creation");
	expect_throw(ask_once_more, "coroswitch on exited coro");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_two_sides_take_turns),
		cmocka_unit_test(misuse_throws_as_go_does),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
