/* Threads begin and end, and their ids come again. */
#include "sim/tests/play.h"

static uint64_t id_of_last;

static void tell_id(void *argument)
{
	(void)argument;
	id_of_last = host_thread_id();
}

static uint64_t run_one(void (*start)(void *owner, host_entry *entry))
{
	struct play_thread *thread = host_allocate(sizeof *thread);
	*thread = (struct play_thread){.entry = tell_id};
	start(thread, play_thread_main);
	host_note_sleep(&thread->is_done, HOST_FOREVER);
	uint64_t now_ns = host_nanotime();
	struct host_note note = {0};
	/* Until it has ended. */
	host_note_sleep(&note, now_ns + 1000000);
	return id_of_last;
}

static void run_in_turn(void *argument)
{
	(void)argument;
	uint64_t first = run_one(host_thread_start);
	ensure(run_one(host_thread_start) == first);
	ensure(run_one(host_foreign_thread_start) == first);
	uint64_t daemon = run_one(host_daemon_thread_start);
	ensure(daemon != first && daemon != host_thread_id());
	ensure(run_one(host_thread_start) == first);
	executor_finish();
}

static void a_daemon_has_an_id_of_its_own(void **state)
{
	(void)state;
	play_expect(play_new(), SIM_FINISHED, run_in_turn);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_daemon_has_an_id_of_its_own),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
