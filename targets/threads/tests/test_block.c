/* Mutexes and notes, and what nobody can get out of. */
#include <time.h>

#include "threads/tests/play.h"

enum { RUN_COUNT = 50, THREAD_COUNT = 4, ROUND_COUNT = 100 };

static struct {
	struct host_mutex mutexes[2];
	struct host_note note;
	uint32_t inside;
	uint32_t round_count;
	bool was_woken;
} shared;

static void enter_and_leave(void *argument)
{
	(void)argument;
	for (int i = 0; i < ROUND_COUNT; i++) {
		host_mutex_lock(&shared.mutexes[0], POINT_LOCK_FIRST);
		ensure(shared.inside++ == 0);
		host_yield(POINT_work, NULL);
		ensure(--shared.inside == 0);
		shared.round_count++;
		host_mutex_unlock(&shared.mutexes[0], POINT_LOCK_FIRST + 1);
	}
}

static void all_enter(void *argument)
{
	(void)argument;
	memset(&shared, 0, sizeof shared);
	struct play_thread *threads = host_allocate(THREAD_COUNT * sizeof *threads);
	play_start(threads, THREAD_COUNT, enter_and_leave);
	play_wait(threads, THREAD_COUNT);
	ensure(shared.mutexes[0].owner_plus_one == 0 && shared.mutexes[0].waiter_count == 0);
	executor_finish();
}

static void a_mutex_excludes(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < RUN_COUNT; i++) {
		struct play *play = play_new();
		play->scenario.schedule.seed = i;
		play_expect(play, THREADS_FINISHED, all_enter);
		assert_int_equal(shared.round_count, THREAD_COUNT * ROUND_COUNT);
	}
}

static void sleep_a_moment(void *argument)
{
	(void)argument;
	memset(&shared, 0, sizeof shared);
	uint64_t until_ns = host_nanotime() + 2000000;
	shared.was_woken = host_note_sleep(&shared.note, until_ns);
	ensure(host_nanotime() >= until_ns);
	executor_finish();
}

static void a_note_gives_up_at_its_time(void **state)
{
	(void)state;
	play_expect(play_new(), THREADS_FINISHED, sleep_a_moment);
	assert_false(shared.was_woken);
}

static void wake(void *argument)
{
	(void)argument;
	host_note_wake(&shared.note);
}

static void be_woken(void *argument)
{
	(void)argument;
	memset(&shared, 0, sizeof shared);
	struct play_thread *threads = host_allocate(sizeof *threads);
	for (int i = 0; i < ROUND_COUNT; i++) {
		memset(threads, 0, sizeof *threads);
		play_start(threads, 1, wake);
		ensure(host_note_sleep(&shared.note, host_nanotime() + 60000000000));
		play_wait(threads, 1);
		host_note_clear(&shared.note);
	}
	executor_finish();
}

static void a_note_is_woken_in_time(void **state)
{
	(void)state;
	play_expect(play_new(), THREADS_FINISHED, be_woken);
}

static void wake_twice(void *argument)
{
	(void)argument;
	memset(&shared, 0, sizeof shared);
	host_note_wake(&shared.note);
	host_note_wake(&shared.note);
}

static void waking_twice_is_a_throw(void **state)
{
	(void)state;
	struct play *play = play_new();
	play_expect(play, THREADS_THROW, wake_twice);
	assert_string_equal(play->report.text, "notewakeup - double wakeup");
}

/* ---- What does not end. -------------------------------------------------- */

static void lock_second_then_first(void *argument)
{
	(void)argument;
	host_mutex_lock(&shared.mutexes[1], POINT_LOCK_FIRST + 2);
	host_note_wake(&shared.note);
	host_mutex_lock(&shared.mutexes[0], POINT_LOCK_FIRST);
}

static void lock_first_then_second(void *argument)
{
	(void)argument;
	memset(&shared, 0, sizeof shared);
	struct play_thread *threads = host_allocate(sizeof *threads);
	host_mutex_lock(&shared.mutexes[0], POINT_LOCK_FIRST);
	play_start(threads, 1, lock_second_then_first);
	host_note_sleep(&shared.note, HOST_FOREVER);
	host_mutex_lock(&shared.mutexes[1], POINT_LOCK_FIRST + 2);
}

static void describe(char *text, size_t size_bytes)
{
	size_t used = strlen(text);
	snprintf(text + used, size_bytes - used, "and so on\n");
}

static void a_deadlock_tells_who_waits(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		struct play *play = play_new();
		play->options.describer = describe;
		play_expect(play, THREADS_DEADLOCK, lock_first_then_second);
		assert_non_null(strstr(play->report.text, "M0 waits at lock/"));
		assert_non_null(strstr(play->report.text, "M1 waits at lock/"));
		assert_non_null(strstr(play->report.text, "held by M0"));
		assert_non_null(strstr(play->report.text, "and so on"));
	}
	play_expect(play_new(), THREADS_FINISHED, be_woken);
}

static void sleep_forever(void *argument)
{
	(void)argument;
	memset(&shared, 0, sizeof shared);
	host_note_sleep(&shared.note, HOST_FOREVER);
}

static void a_last_sleeper_is_a_deadlock(void **state)
{
	(void)state;
	struct play *play = play_new();
	play_expect(play, THREADS_DEADLOCK, sleep_forever);
	assert_string_equal(play->report.text, "M0 sleeps\n");
}

static void spin(void *argument)
{
	(void)argument;
	for (;;)
		host_pause(POINT_work);
}

static void spinning_for_ever_is_a_livelock(void **state)
{
	(void)state;
	struct play *play = play_new();
	play->options.patience_ms = 100;
	play_expect(play, THREADS_LIVELOCK, spin);
	assert_string_equal(play->report.text, "M0 runs\n");
}

/* As if the machine had other things to do. */
static void stand_still_for_a_while(void *argument)
{
	(void)argument;
	const uint64_t end_ns = host_nanotime() + UINT64_C(2500000000);
	struct timespec now;
	do
		assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &now), 0);
	while ((uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec < end_ns);
	executor_finish();
}

static void few_steps_are_no_livelock(void **state)
{
	(void)state;
	struct play *play = play_new();
	play->options.patience_ms = 2000;
	play_expect(play, THREADS_FINISHED, stand_still_for_a_while);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_mutex_excludes),
		cmocka_unit_test(a_note_gives_up_at_its_time),
		cmocka_unit_test(a_note_is_woken_in_time),
		cmocka_unit_test(waking_twice_is_a_throw),
		cmocka_unit_test(a_deadlock_tells_who_waits),
		cmocka_unit_test(a_last_sleeper_is_a_deadlock),
		cmocka_unit_test(spinning_for_ever_is_a_livelock),
		cmocka_unit_test(few_steps_are_no_livelock),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
