/* Who comes after whom for the judge of annotations: what the program's words (user_data) rely on.
 * Where it does not judge, nobody is reported. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "api/runtime.h"
#include "judge/judge.h"
#include "run/run.h"
#include "scenario/scenario.h"
#include "sim/sim.h"
#include "user_data/user_data.h"

enum { SEED_COUNT = 6, BROKEN = 2, REPORTED = 66 };

static struct {
	runtime_entry *program;
	struct runtime_semaphore *semaphores[3];
	struct user_object object;
	bool is_written, has_read;
} world;

static void main_goroutine(void *argument)
{
	world.program(argument);
	executor_finish();
}

static void boot(void *first_m)
{
	const struct runtime_configuration configuration = {.proc_count = 3,
							    .run_queue_length = 8,
							    .dialect = 23,
							    .buffer_size_bytes = 1024,
							    .is_lock_order_checked = true};
	for (int i = 0; i < 3; i++)
		world.semaphores[i] = runtime_semaphore_new(0);
	runtime_run(first_m, &configuration, main_goroutine, NULL);
}

static _Noreturn void run_program(runtime_entry *program, uint32_t seed)
{
	static struct scenario scenario;
	static struct sim_report report;
	static uint64_t first_m[1024];
	assert_true(runtime_first_m_size_bytes() <= sizeof first_m);
	scenario_init(&scenario);
	scenario.schedule.seed = seed;
	world.program = program;
	const struct sim_options options = {.scenario = &scenario, .step_count_max = 200000};
	sim_run(&options, boot, first_m, &report);
	if (report.ending != SIM_FINISHED)
		fprintf(stderr, "seed %u: %s\n", seed, report.text);
	_exit(report.ending != SIM_FINISHED ? BROKEN : judge_race_was_reported() ? REPORTED : 0);
}

/* In how many schedules PROGRAM is reported; each in a process of its own, which a report ends. */
static unsigned reported_count(runtime_entry *program)
{
	unsigned count = 0;
	for (uint32_t seed = 1; seed <= SEED_COUNT; seed++) {
		pid_t child = fork();
		assert_true(child >= 0);
		if (child == 0)
			run_program(program, seed);
		int status;
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) != BROKEN);
		count += WEXITSTATUS(status) != 0;
	}
	return count;
}

static bool is_judged(void)
{
	return strcmp(run_race_judge(), "annotations") == 0;
}

/* ---- Writers and readers --------------------------------------------------------------------- */

static void write_word(void)
{
	user_data_after_release(&world.object, user_data_before_release());
	world.is_written = true;
}

static void read_word(void)
{
	user_data_after_acquire(user_data_before_acquire(&world.object));
	world.has_read = true;
}

static void write_and_release(void *argument)
{
	write_word();
	runtime_release(argument);
}

static void acquire_and_read(void *argument)
{
	runtime_acquire(argument);
	read_word();
}

static void write_only(void *argument)
{
	(void)argument;
	write_word();
}

static void read_when_written(void *argument)
{
	(void)argument;
	while (!world.is_written)
		runtime_yield();
	read_word();
}

static void read_after_sleep(void *argument)
{
	(void)argument;
	while (!world.is_written)
		runtime_sleep(1000);
	read_word();
}

static void wait_for_reader(void)
{
	while (!world.has_read)
		runtime_yield();
}

/* ---- Programs -------------------------------------------------------------------------------- */

static void a_semaphore(void *argument)
{
	(void)argument;
	runtime_go(acquire_and_read, world.semaphores[0], NULL);
	runtime_go(write_and_release, world.semaphores[0], NULL);
	wait_for_reader();
}

static void another_semaphore(void *argument)
{
	(void)argument;
	runtime_go(write_and_release, world.semaphores[0], NULL);
	while (!world.is_written)
		runtime_yield();
	runtime_release(world.semaphores[1]);
	runtime_go(acquire_and_read, world.semaphores[1], NULL);
	wait_for_reader();
}

static void pass_on(void *argument)
{
	(void)argument;
	runtime_acquire(world.semaphores[0]);
	runtime_release(world.semaphores[1]);
}

static void a_chain_of_semaphores(void *argument)
{
	(void)argument;
	runtime_go(acquire_and_read, world.semaphores[1], NULL);
	runtime_go(pass_on, NULL, NULL);
	runtime_go(write_and_release, world.semaphores[0], NULL);
	wait_for_reader();
}

static void a_go_statement(void *argument)
{
	(void)argument;
	write_word();
	runtime_go(read_when_written, NULL, NULL);
	wait_for_reader();
}

static void a_write_after_the_go_statement(void *argument)
{
	(void)argument;
	runtime_go(read_when_written, NULL, NULL);
	write_word();
	wait_for_reader();
}

static void siblings(void *argument)
{
	(void)argument;
	runtime_go(write_only, NULL, NULL);
	runtime_go(read_when_written, NULL, NULL);
	wait_for_reader();
}

static void a_sleep(void *argument)
{
	(void)argument;
	runtime_go(write_only, NULL, NULL);
	runtime_go(read_after_sleep, NULL, NULL);
	wait_for_reader();
}

/* The second may get the descriptor and the stack of the first. */
static void one_after_the_other(void *argument)
{
	(void)argument;
	runtime_go(write_only, NULL, NULL);
	for (int i = 0; i < 100; i++)
		runtime_yield();
	runtime_go(read_when_written, NULL, NULL);
	wait_for_reader();
}

static void what_a_program_may_rely_on_is_silent(void **state)
{
	(void)state;
	assert_int_equal(reported_count(a_semaphore), 0);
	assert_int_equal(reported_count(a_chain_of_semaphores), 0);
	assert_int_equal(reported_count(a_go_statement), 0);
}

static void what_only_the_scheduler_orders_is_reported(void **state)
{
	unsigned expected = is_judged() ? SEED_COUNT : 0;
	(void)state;
	assert_int_equal(reported_count(another_semaphore), expected);
	assert_int_equal(reported_count(a_write_after_the_go_statement), expected);
	assert_int_equal(reported_count(siblings), expected);
	assert_int_equal(reported_count(a_sleep), expected);
	assert_int_equal(reported_count(one_after_the_other), expected);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_program_may_rely_on_is_silent),
		cmocka_unit_test(what_only_the_scheduler_orders_is_reported),
	};
	return cmocka_run_group_tests_name("run.race_order", tests, NULL, NULL);
}
