/* Threads that outlive runs, and stacks that a run leaves in the middle of a call. */
#include "threads/tests/play.h"

enum { RUN_COUNT = 1000, THREAD_COUNT = 4 };

static void step(void *argument)
{
	const struct play_thread *thread = argument;
	ensure(host_self() == thread);
	/* One that has ended may be somebody else by now. */
	ensure(threads_index() >= 1 && threads_index() <= thread->index + 1);
	host_yield(POINT_work, NULL);
}

static void some_step(void *argument)
{
	(void)argument;
	play_threads(THREAD_COUNT, step);
}

static void threads_are_made_once(void **state)
{
	(void)state;
	for (int i = 0; i < RUN_COUNT; i++)
		play_expect(play_new(), THREADS_FINISHED, some_step);
	assert_in_range(threads_pool_size(), 2, THREAD_COUNT + 1);
}

/* ---- A goroutine that goes from M to M, and never ends. ------------------ */

static struct {
	struct host_stack *stack;
	struct atomic_u32 visit_count;
	struct host_note is_left;
} traveller;

static void travel(void *argument)
{
	(void)argument;
	for (;;) {
		ensure(host_stack_kind() == HOST_STACK_USER);
		atomic_u32_add(POINT_work, &traveller.visit_count, 1, memory_order_relaxed);
		host_stack_leave();
	}
}

static void carry(void *argument)
{
	const struct play_thread *thread = argument;
	host_stack_enter(traveller.stack);
	ensure(host_stack_kind() == HOST_STACK_SYSTEM);
	ensure(host_self() == thread);
}

static void carry_in_turn(void *argument)
{
	(void)argument;
	memset(&traveller, 0, sizeof traveller);
	traveller.stack = host_stack_new(travel, NULL);
	struct play_thread *threads = host_allocate(THREAD_COUNT * sizeof *threads);
	for (unsigned i = 0; i < THREAD_COUNT; i++) {
		play_start(&threads[i], 1, carry);
		play_wait(&threads[i], 1);
	}
	ensure(atomic_u32_peek(&traveller.visit_count) == THREAD_COUNT);
	executor_finish();
}

static void a_stack_goes_from_thread_to_thread(void **state)
{
	(void)state;
	for (int i = 0; i < RUN_COUNT / 10; i++)
		play_expect(play_new(), THREADS_FINISHED, carry_in_turn);
}

/* ---- The end of a run finds Ms everywhere. ------------------------------- */

static struct {
	struct host_mutex mutex;
	struct host_note note;
	struct atomic_u32 busy_count;
} trap;

static void finish_from_a_user_stack(void *argument)
{
	(void)argument;
	while (atomic_u32_load(POINT_work, &trap.busy_count, memory_order_relaxed) < THREAD_COUNT)
		host_pause(POINT_work);
	executor_finish();
}

static void spin_on_a_user_stack(void *argument)
{
	(void)argument;
	for (;;)
		host_pause(POINT_work);
}

static void be_caught(void *argument)
{
	const struct play_thread *thread = argument;
	atomic_u32_add(POINT_work, &trap.busy_count, 1, memory_order_relaxed);
	switch (thread->index) {
	case 0:
		host_mutex_lock(&trap.mutex, POINT_LOCK_FIRST);
		break;
	case 1:
		host_note_sleep(&trap.note, HOST_FOREVER);
		break;
	case 2:
		host_stack_enter(host_stack_new(spin_on_a_user_stack, NULL));
		break;
	default:
		for (;;)
			host_yield(POINT_work, NULL);
	}
	fatal("nobody lets it go on");
}

static void catch_all(void *argument)
{
	(void)argument;
	memset(&trap, 0, sizeof trap);
	struct play_thread *threads = host_allocate(THREAD_COUNT * sizeof *threads);
	host_mutex_lock(&trap.mutex, POINT_LOCK_FIRST);
	play_start(threads, THREAD_COUNT, be_caught);
	host_stack_enter(host_stack_new(finish_from_a_user_stack, NULL));
}

static void the_end_of_a_run_takes_every_thread_back(void **state)
{
	(void)state;
	for (int i = 0; i < RUN_COUNT / 5; i++)
		play_expect(play_new(), THREADS_FINISHED, catch_all);
	play_expect(play_new(), THREADS_FINISHED, some_step);
}

/* ---- Memory and books. --------------------------------------------------- */

static void dirty_the_arena(void *argument)
{
	(void)argument;
	enum { SIZE_BYTES = 100000 };
	uint8_t *bytes = host_allocate(SIZE_BYTES);
	for (size_t i = 0; i < SIZE_BYTES; i++)
		ensure(bytes[i] == 0);
	memset(bytes, 0xa5, SIZE_BYTES);
	host_pages_allocate(4096);
	executor_finish();
}

static void every_run_begins_with_zeroed_memory(void **state)
{
	(void)state;
	for (int i = 0; i < 5; i++) {
		struct play *play = play_new();
		play_expect(play, THREADS_FINISHED, dirty_the_arena);
		assert_int_equal(play->report.pages_outstanding, 1);
	}
}

static uint64_t shared_count;

static void count_shared(void *argument)
{
	(void)argument;
	for (int i = 0; i < RUN_COUNT; i++) {
		executor_enter_shared();
		shared_count++;
		executor_leave_shared();
	}
}

static void count_together(void *argument)
{
	(void)argument;
	shared_count = 0;
	play_threads(THREAD_COUNT, count_shared);
}

static void shared_books_lose_nothing(void **state)
{
	(void)state;
	play_expect(play_new(), THREADS_FINISHED, count_together);
	assert_int_equal(shared_count, THREAD_COUNT * RUN_COUNT);
}

static void throw_within_the_books(void *argument)
{
	(void)argument;
	executor_enter_shared();
	fatal("on purpose");
}

static void a_throw_leaves_the_books(void **state)
{
	(void)state;
	struct play *play = play_new();
	play_expect(play, THREADS_THROW, throw_within_the_books);
	assert_string_equal(play->report.text, "on purpose");
	play_expect(play_new(), THREADS_FINISHED, count_together);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(threads_are_made_once),
		cmocka_unit_test(a_stack_goes_from_thread_to_thread),
		cmocka_unit_test(the_end_of_a_run_takes_every_thread_back),
		cmocka_unit_test(every_run_begins_with_zeroed_memory),
		cmocka_unit_test(shared_books_lose_nothing),
		cmocka_unit_test(a_throw_leaves_the_books),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
