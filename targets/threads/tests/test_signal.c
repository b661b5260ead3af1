/* Signals: each is sent to one M, and the books say what became of it. */
#include "threads/tests/play.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>

enum { THREAD_COUNT = 2, WANTED_COUNT = 20, RATE_HZ = 1000 };

static struct {
	struct atomic_u32 seen_count;
	struct host_note note;
	uint32_t wrong_owner_count;
	uint32_t wrong_kind_count;
} shared;

static void handle(void *owner)
{
	if (host_interrupted_stack_kind() != HOST_STACK_SYSTEM)
		__atomic_fetch_add(&shared.wrong_kind_count, 1, __ATOMIC_RELAXED);
	if (host_self() != owner)
		__atomic_fetch_add(&shared.wrong_owner_count, 1, __ATOMIC_RELAXED);
	if (host_stack_kind() != HOST_STACK_SIGNAL)
		__atomic_fetch_add(&shared.wrong_kind_count, 1, __ATOMIC_RELAXED);
	errno = EINVAL;
	host_yield(POINT_signal_handler, owner);
	atomic_u32_add(POINT_signal_handler, &shared.seen_count, 1, memory_order_relaxed);
}

static bool has_seen_enough(void)
{
	return atomic_u32_load(POINT_work, &shared.seen_count, memory_order_relaxed) >=
	       WANTED_COUNT;
}

static void work_until_signalled(void *argument)
{
	(void)argument;
	uint32_t seen_count = 0;
	errno = 0;
	while (!has_seen_enough()) {
		host_yield(POINT_work, NULL);
		/* However slowly they come. */
		if (atomic_u32_peek(&shared.seen_count) != seen_count)
			executor_note_progress();
		seen_count = atomic_u32_peek(&shared.seen_count);
	}
	ensure(errno == 0);
	ensure(host_stack_kind() == HOST_STACK_SYSTEM);
}

static void all_work(void *argument)
{
	(void)argument;
	memset(&shared, 0, sizeof shared);
	host_set_signal_handler(handle);
	play_threads(THREAD_COUNT, work_until_signalled);
}

static struct play *play_with_signals(enum threads_signal_source source)
{
	struct play *play = play_new();
	play->options.signal_rate_hz = RATE_HZ;
	play->options.signal_source = source;
	return play;
}

static void expect_books(const struct play *play)
{
	const struct threads_signals *signals = &play->report.signals;
	assert_true(signals->handled >= WANTED_COUNT);
	assert_true(signals->handled + signals->strays <= signals->sent);
	assert_true(atomic_u32_peek(&shared.seen_count) <= signals->handled);
	assert_int_equal(shared.wrong_owner_count, 0);
	assert_int_equal(shared.wrong_kind_count, 0);
	assert_false(play->report.has_deaf_thread);
}

static void the_samplers_signals_are_booked(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		struct play *play = play_with_signals(THREADS_SAMPLER);
		play_expect(play, THREADS_FINISHED, all_work);
		expect_books(play);
	}
}

static void the_timers_signals_are_booked(void **state)
{
	(void)state;
	struct play *play = play_with_signals(THREADS_CPU_TIMER);
	play_expect(play, THREADS_FINISHED, all_work);
	expect_books(play);
}

/* ---- A sleeper gets none. ------------------------------------------------ */

static void sleep_long(void *argument)
{
	(void)argument;
	memset(&shared, 0, sizeof shared);
	host_set_signal_handler(handle);
	/* From here on it is asleep, but for a step before and one after. */
	host_note_sleep(&shared.note, host_nanotime() + 200000000);
	executor_finish();
}

static void a_sleeper_gets_no_signals(void **state)
{
	(void)state;
	enum { WHILE_ASLEEP = 200 };
	uint64_t sent = WHILE_ASLEEP;
	/* Again where it lost the processor for long on its way to sleep. */
	for (int i = 0; i < 20 && sent > WHILE_ASLEEP / 2; i++) {
		struct play *play = play_with_signals(THREADS_SAMPLER);
		play_expect(play, THREADS_FINISHED, sleep_long);
		sent = play->report.signals.sent;
	}
	assert_true(sent <= WHILE_ASLEEP / 2);
}

/* ---- What a handler may do and may not. ---------------------------------- */

static void handle_by_waking(void *owner)
{
	(void)owner;
	if (atomic_u32_compare_exchange(POINT_signal_handler, &shared.seen_count, 0, WANTED_COUNT,
					memory_order_relaxed))
		host_note_wake(&shared.note);
}

static void be_woken_by_a_handler(void *argument)
{
	(void)argument;
	memset(&shared, 0, sizeof shared);
	struct play_thread *threads = host_allocate(sizeof *threads);
	host_set_signal_handler(handle_by_waking);
	play_start(threads, 1, work_until_signalled);
	ensure(host_note_sleep(&shared.note, HOST_FOREVER));
	executor_finish();
}

static void a_handler_may_wake_a_note(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++)
		play_expect(play_with_signals(THREADS_SAMPLER), THREADS_FINISHED,
			    be_woken_by_a_handler);
}

static void handle_by_locking(void *owner)
{
	static struct host_mutex mutex;
	(void)owner;
	host_mutex_lock(&mutex, POINT_LOCK_FIRST);
}

static void be_locked_by_a_handler(void *argument)
{
	(void)argument;
	memset(&shared, 0, sizeof shared);
	host_set_signal_handler(handle_by_locking);
	play_threads(THREAD_COUNT, work_until_signalled);
}

static void a_handler_that_locks_ends_the_run(void **state)
{
	(void)state;
	for (int i = 0; i < 5; i++) {
		struct play *play = play_with_signals(THREADS_SAMPLER);
		play_expect(play, THREADS_SIGNAL_UNSAFE, be_locked_by_a_handler);
		assert_string_equal(play->report.text, "a mutex is locked in a signal handler");
	}
	play_expect(play_with_signals(THREADS_SAMPLER), THREADS_FINISHED, all_work);
}

static void handle_by_finding_fault(void *owner)
{
	(void)owner;
	char text[] = "I25: a sample is missing";
	executor_find_fault(text);
}

static void be_found_fault_with(void *argument)
{
	(void)argument;
	host_set_signal_handler(handle_by_finding_fault);
	for (;;)
		host_pause(POINT_work);
}

static void a_fault_that_a_handler_finds_ends_the_run(void **state)
{
	(void)state;
	for (int i = 0; i < 5; i++) {
		struct play *play = play_with_signals(THREADS_SAMPLER);
		play_expect(play, THREADS_TRUTH_MISMATCH, be_found_fault_with);
		assert_string_equal(play->report.text, "I25: a sample is missing");
	}
}

static void handle_for_ever(void *owner)
{
	(void)owner;
	atomic_u32_add(POINT_signal_handler, &shared.seen_count, 1, memory_order_relaxed);
	for (;;)
		host_pause(POINT_signal_handler);
}

static void finish_beside_a_handler(void *argument)
{
	(void)argument;
	memset(&shared, 0, sizeof shared);
	struct play_thread *threads = host_allocate(sizeof *threads);
	host_set_signal_handler(handle_for_ever);
	play_start(threads, 1, work_until_signalled);
	while (atomic_u32_load(POINT_work, &shared.seen_count, memory_order_relaxed) == 0)
		host_pause(POINT_work);
	executor_finish();
}

/* Whichever of the two Ms the handler holds: the other one, or itself, ends the run. */
static void the_end_of_a_run_finds_handlers_too(void **state)
{
	(void)state;
	for (int i = 0; i < 5; i++) {
		struct play *play = play_with_signals(THREADS_SAMPLER);
		play->options.patience_ms = 200;
		play_run(play, finish_beside_a_handler);
		assert_true(play->report.ending == THREADS_FINISHED ||
			    play->report.ending == THREADS_LIVELOCK);
	}
	play_expect(play_with_signals(THREADS_SAMPLER), THREADS_FINISHED, all_work);
}

/* ---- A harness that is broken. ------------------------------------------- */

/* The thread stays deaf: nothing runs after this test. */
static void step_without_hearing(void *argument)
{
	(void)argument;
	sigset_t sigprof;
	memset(&shared, 0, sizeof shared);
	sigemptyset(&sigprof);
	sigaddset(&sigprof, SIGPROF);
	ensure(pthread_sigmask(SIG_BLOCK, &sigprof, NULL) == 0);
	host_set_signal_handler(handle);
	uint64_t until_ns = host_nanotime() + 300000000;
	while (host_nanotime() < until_ns)
		host_yield(POINT_work, NULL);
	executor_finish();
}

static void a_deaf_thread_is_told(void **state)
{
	(void)state;
	struct play *play = play_with_signals(THREADS_SAMPLER);
	/* Again where the sampler got too little of the machine. */
	for (int i = 0; i < 20; i++) {
		play_expect(play, THREADS_FINISHED, step_without_hearing);
		assert_int_equal(play->report.signals.handled, 0);
		if (play->report.has_deaf_thread)
			break;
	}
	assert_true(play->report.has_deaf_thread);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_samplers_signals_are_booked),
		cmocka_unit_test(the_timers_signals_are_booked),
		cmocka_unit_test(a_sleeper_gets_no_signals),
		cmocka_unit_test(a_handler_may_wake_a_note),
		cmocka_unit_test(a_handler_that_locks_ends_the_run),
		cmocka_unit_test(a_fault_that_a_handler_finds_ends_the_run),
		cmocka_unit_test(the_end_of_a_run_finds_handlers_too),
		cmocka_unit_test(a_deaf_thread_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
