/* What ThreadSanitizer learns of order between Ms: what mutexes and notes mean, and nothing else.
 * Each case is a process of its own, since a report may end it. */
#include "threads/tests/play.h"

#include <sys/wait.h>
#include <unistd.h>

#include "coroutine/sanitizer.h"

/* Where annotations are judged, order between Ms is not. */
enum { RUN_COUNT = 20, IS_JUDGED = HOST_TSAN && !HOST_ANNOTATIONS };

#if HOST_TSAN
static uint32_t report_count;

void __tsan_on_report(void *report);
void __tsan_on_report(void *report)
{
	(void)report;
	__atomic_fetch_add(&report_count, 1, __ATOMIC_RELAXED);
}

void __tsan_write8(void *address);
#define TELL_WRITE(address) __tsan_write8(address)
#define TOLD_RACES __atomic_load_n(&report_count, __ATOMIC_RELAXED)
#else
#define TELL_WRITE(address) ((void)(address))
#define TOLD_RACES 0
#endif

static struct {
	struct host_mutex mutexes[2];
	struct host_note note;
	uint64_t word;
	uint32_t
		has_written; /* relaxed, and invisible in code that is not instrumented: no order */
} shared;

static void write_under(unsigned index)
{
	enum point point = (enum point)(POINT_LOCK_FIRST + 2 * index);
	host_mutex_lock(&shared.mutexes[index], point);
	TELL_WRITE(&shared.word);
	host_mutex_unlock(&shared.mutexes[index], point + 1);
}

static void write_first(void *argument)
{
	(void)argument;
	write_under(0);
	__atomic_store_n(&shared.has_written, 1, __ATOMIC_RELAXED);
	host_note_wake(&shared.note);
}

static struct play_thread *let_another_write(void)
{
	memset(&shared, 0, sizeof shared);
	struct play_thread *thread = host_allocate(sizeof *thread);
	play_start(thread, 1, write_first);
	while (__atomic_load_n(&shared.has_written, __ATOMIC_RELAXED) == 0)
		host_pause(POINT_work);
	return thread;
}

static void write_under_the_same_mutex(void *argument)
{
	(void)argument;
	struct play_thread *thread = let_another_write();
	write_under(0);
	play_wait(thread, 1);
	executor_finish();
}

static void write_under_another_mutex(void *argument)
{
	(void)argument;
	struct play_thread *thread = let_another_write();
	write_under(1);
	play_wait(thread, 1);
	executor_finish();
}

static void write_once_woken(void *argument)
{
	(void)argument;
	struct play_thread *thread = let_another_write();
	host_note_sleep(&shared.note, HOST_FOREVER);
	TELL_WRITE(&shared.word);
	play_wait(thread, 1);
	executor_finish();
}

static void write_within_the_books(void *argument)
{
	(void)argument;
	struct play_thread *thread = let_another_write();
	executor_enter_shared();
	TELL_WRITE(&shared.word);
	executor_leave_shared();
	play_wait(thread, 1);
	executor_finish();
}

/* What a run wrote is ordered before the next one, so it may begin with the same. */
static bool is_reported(host_entry *entry)
{
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		close(STDERR_FILENO);
		for (int i = 0; i < RUN_COUNT; i++)
			play_run(play_new(), entry);
		_exit(TOLD_RACES > 0 ? 1 : 0);
	}
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	return !WIFEXITED(status) || WEXITSTATUS(status) != 0;
}

static void a_mutex_orders(void **state)
{
	(void)state;
	assert_false(is_reported(write_under_the_same_mutex));
}

static void a_note_orders(void **state)
{
	(void)state;
	assert_false(is_reported(write_once_woken));
}

/* Only ThreadSanitizer sees these; without it the same runs end as if nothing had happened. */
static void two_mutexes_do_not_order(void **state)
{
	(void)state;
	assert_int_equal(is_reported(write_under_another_mutex), IS_JUDGED);
}

static void the_books_do_not_order(void **state)
{
	(void)state;
	assert_int_equal(is_reported(write_within_the_books), IS_JUDGED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_mutex_orders),
		cmocka_unit_test(a_note_orders),
		cmocka_unit_test(two_mutexes_do_not_order),
		cmocka_unit_test(the_books_do_not_order),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
