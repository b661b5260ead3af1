/* A goroutine has a race context, a system stack only a borrowed one: its goroutine's, or that of a
 * P for its timers' functions. */
#include "sched/race_context.h"
#include "sched/semaphore.h"
#include "sched/tests/harness.h"
#include "sched/timer.h"

static struct {
	struct host_race_context *contexts[3];
	struct timer timer;
	struct semaphore ended;
	_Atomic uint32_t count;
} shared;

static const struct harness *one_proc(g_entry *program)
{
	static struct harness harness;
	harness = (struct harness){.proc_count = 1, .run_queue_length = 8, .program = program};
	return &harness;
}

static void annotate(void)
{
	race_release(&shared);
	race_acquire(&shared);
	race_write(&shared);
	race_read(&shared);
}

/* ---- A context where one is expected --------------------------------------------------------- */

static void annotate_borrowed(void *argument)
{
	struct m *m = m_self();
	(void)argument;
	ensure(m->borrowed_race_context == NULL);
	race_context_borrow();
	ensure(m->borrowed_race_context == m->current_g->race_context);
	annotate();
	race_context_give_back();
	ensure(m->borrowed_race_context == NULL);
}

static void annotate_on_both_stacks(void *argument)
{
	(void)argument;
	ensure(g_self()->race_context != NULL);
	annotate();
	on_system_stack(annotate_borrowed, NULL);
	annotate();
	executor_finish();
}

static void a_goroutine_annotates_and_lends_its_context(void **state)
{
	(void)state;
	harness_each_schedule(one_proc(annotate_on_both_stacks), NULL);
}

static void annotate_in_timer(void *argument)
{
	struct m *m = m_self();
	(void)argument;
	ensure(m->p->timer_race_context != NULL);
	ensure(m->borrowed_race_context == m->p->timer_race_context);
	shared.contexts[shared.count++] = m->borrowed_race_context;
	annotate();
}

static void fire_two_timers(void *argument)
{
	(void)argument;
	memset(&shared, 0, sizeof shared);
	for (int i = 0; i < 2; i++) {
		uint32_t count = shared.count;
		shared.timer = (struct timer){.fire = annotate_in_timer, .heap_index = -1};
		timer_arm(&shared.timer, host_nanotime());
		while (shared.count == count)
			goroutine_sleep(1000);
	}
	ensure(shared.contexts[0] == shared.contexts[1]);
	executor_finish();
}

static void timers_have_the_context_of_their_p(void **state)
{
	(void)state;
	harness_each_schedule(one_proc(fire_two_timers), NULL);
}

/* ---- No context ------------------------------------------------------------------------------ */

static void release(void *argument)
{
	race_release(argument);
}

static void acquire(void *argument)
{
	race_acquire(argument);
}

static void read(void *argument)
{
	race_read(argument);
}

static void write(void *argument)
{
	race_write(argument);
}

static void (*const annotations[])(void *argument) = {release, acquire, read, write};
static unsigned current;

static void annotate_on_a_bare_system_stack(void *argument)
{
	(void)argument;
	on_system_stack(annotations[current], &shared);
	executor_finish();
}

static void annotate_after_giving_back(void *argument)
{
	annotate_borrowed(argument);
	annotations[current](&shared);
}

static void annotate_too_late(void *argument)
{
	(void)argument;
	on_system_stack(annotate_after_giving_back, NULL);
	executor_finish();
}

static enum sim_ending ending_of(g_entry *program)
{
	static struct scenario scenario;
	static struct sim_report report;
	harness_scenario(SCENARIO_UNIFORM, 1, &scenario);
	harness_run(one_proc(program), &scenario, &report);
	return report.ending;
}

static void a_system_stack_without_one_is_caught(void **state)
{
	(void)state;
	for (current = 0; current < sizeof annotations / sizeof *annotations; current++) {
		assert_int_equal(ending_of(annotate_on_a_bare_system_stack), SIM_NO_RACE_CONTEXT);
		assert_int_equal(ending_of(annotate_too_late), SIM_NO_RACE_CONTEXT);
	}
}

static void borrow_twice(void *argument)
{
	(void)argument;
	race_context_borrow();
	race_context_borrow();
}

static void borrow_twice_on_system_stack(void *argument)
{
	(void)argument;
	on_system_stack(borrow_twice, NULL);
}

static void borrow_on_user_stack(void *argument)
{
	(void)argument;
	race_context_borrow();
}

static void borrowing_twice_or_on_a_user_stack_is_caught(void **state)
{
	(void)state;
	assert_int_equal(ending_of(borrow_twice_on_system_stack), SIM_THROW);
	assert_int_equal(ending_of(borrow_on_user_stack), SIM_WRONG_STACK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_goroutine_annotates_and_lends_its_context),
		cmocka_unit_test(timers_have_the_context_of_their_p),
		cmocka_unit_test(a_system_stack_without_one_is_caught),
		cmocka_unit_test(borrowing_twice_or_on_a_user_stack_is_caught),
	};
	return cmocka_run_group_tests_name("sched.race_context", tests, NULL, NULL);
}
