/* Memory of a run: zeroed anew for each, pages counted and reused, freed pages poisoned for
 * AddressSanitizer; and stacks that a run leaves in the middle of a call. */
#include "sim/tests/play.h"

#include <sys/wait.h>
#include <unistd.h>

#include "coroutine/sanitizer.h"

enum { PAGE_SIZE_BYTES = 4096, ARENA_SIZE_BYTES = 100000 };

#if HOST_TSAN
static uint32_t report_count;

void __tsan_on_report(void *report);
void __tsan_on_report(void *report)
{
	(void)report;
	report_count++;
}

void __tsan_write8(void *address);
static void tell_write(void *address)
{
	SANITIZER_JUDGED_BEGIN();
	__tsan_write8(address);
	SANITIZER_JUDGED_END();
}
#define TELL_WRITE(address) tell_write(address)
#define TOLD_RACES report_count
#else
#define TELL_WRITE(address) ((void)(address))
#define TOLD_RACES 0
#endif

static void dirty_the_arena(void *argument)
{
	(void)argument;
	uint8_t *bytes = host_allocate(ARENA_SIZE_BYTES);
	for (size_t i = 0; i < ARENA_SIZE_BYTES; i++)
		ensure(bytes[i] == 0);
	memset(bytes, 0xa5, ARENA_SIZE_BYTES);
	executor_finish();
}

static void every_run_begins_with_zeroed_memory(void **state)
{
	(void)state;
	for (int i = 0; i < 5; i++)
		play_expect(play_new(), SIM_FINISHED, dirty_the_arena);
}

static void juggle_pages(void *argument)
{
	(void)argument;
	void *first = host_pages_allocate(PAGE_SIZE_BYTES);
	void *second = host_pages_allocate(PAGE_SIZE_BYTES);
	ensure(first != second);
	memset(first, 1, PAGE_SIZE_BYTES);
	host_pages_free(first, PAGE_SIZE_BYTES);
	ensure(host_pages_allocate(2 * PAGE_SIZE_BYTES) != first);
	ensure(host_pages_allocate(PAGE_SIZE_BYTES) == first);
	host_pages_free(second, PAGE_SIZE_BYTES);
	executor_finish();
}

static void pages_are_reused_by_size_and_counted(void **state)
{
	struct play *play = play_new();
	(void)state;
	play_expect(play, SIM_FINISHED, juggle_pages);
	assert_int_equal(play->report.pages_outstanding, 2);
	play_expect(play, SIM_FINISHED, dirty_the_arena);
	assert_int_equal(play->report.pages_outstanding, 0);
}

static void touch_freed_pages(void *argument)
{
	(void)argument;
	volatile uint8_t *pages = host_pages_allocate(PAGE_SIZE_BYTES);
	host_pages_free((void *)(uintptr_t)pages, PAGE_SIZE_BYTES);
	pages[PAGE_SIZE_BYTES / 2] = 1;
	executor_finish();
}

/* Whether a run of ENTRY in a process of its own is stopped or reported by a sanitizer. */
static bool is_reported(host_entry *entry)
{
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		close(STDERR_FILENO);
		play_run(play_new(), entry);
		_exit(TOLD_RACES > 0 ? 1 : 0);
	}
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	return !WIFEXITED(status) || WEXITSTATUS(status) != 0;
}

/* Only AddressSanitizer sees it; without it the same run ends as if nothing had happened. */
static void freed_pages_are_poisoned(void **state)
{
	(void)state;
	assert_int_equal(is_reported(touch_freed_pages), HOST_ASAN);
}

static void give_pages_back_twice(void *argument)
{
	(void)argument;
	void *first = host_pages_allocate(PAGE_SIZE_BYTES);
	void *second = host_pages_allocate(PAGE_SIZE_BYTES);
	host_pages_free(first, PAGE_SIZE_BYTES);
	host_pages_free(first, PAGE_SIZE_BYTES);
	host_pages_free(second, PAGE_SIZE_BYTES);
	executor_finish();
}

/* AddressSanitizer says so first. */
static void pages_are_given_back_once(void **state)
{
	(void)state;
	if (HOST_ASAN) {
		assert_true(is_reported(give_pages_back_twice));
		return;
	}
	struct play *play = play_new();
	play_expect(play, SIM_THROW, give_pages_back_twice);
	assert_non_null(strstr(play->report.text, "given back twice"));
}

static void never_leave(void *argument)
{
	(void)argument;
	volatile uint8_t frame[2000];
	frame[0] = 1;
	host_yield(POINT_work, NULL);
	ensure(frame[0] == 1);
	executor_finish();
}

static void end_deep_inside(void *argument)
{
	(void)argument;
	host_stack_enter(host_stack_new(never_leave, NULL));
}

static void runs_that_end_inside_a_call_can_be_repeated(void **state)
{
	(void)state;
	for (int i = 0; i < 5000; i++)
		play_expect(play_new(), SIM_FINISHED, end_deep_inside);
}

static struct {
	uint64_t word;
	struct host_mutex mutex;
	bool is_locked;
	bool is_told; /* to TSan */
} written;

static void tell_written(void)
{
	if (written.is_told)
		TELL_WRITE(&written.word);
}

static void write_word(void *argument)
{
	(void)argument;
	if (written.is_locked)
		host_mutex_lock(&written.mutex, POINT_LOCK_FIRST);
	tell_written();
	if (written.is_locked)
		host_mutex_unlock(&written.mutex, POINT_LOCK_FIRST + 1);
}

static void two_write(void *argument)
{
	(void)argument;
	memset(&written.mutex, 0, sizeof written.mutex);
	play_threads(2, write_word);
}

/* But where annotations are judged: neither locks nor switches order anything there. */
static void expect_order_for_tsan(host_entry *entry)
{
	written.is_told = !HOST_ANNOTATIONS;
	for (int i = 0; i < 200; i++)
		play_expect(play_new(), SIM_FINISHED, entry);
	written.is_told = true;
	assert_int_equal(TOLD_RACES, 0);
	assert_int_equal(is_reported(entry), HOST_ANNOTATIONS);
}

static void two_threads_carry_no_order_for_tsan(void **state)
{
	(void)state;
	written.is_locked = true;
	expect_order_for_tsan(two_write);
	written.is_locked = false;
	assert_int_equal(is_reported(two_write), HOST_TSAN);
}

static void write_on_user_stack(void *argument)
{
	(void)argument;
	tell_written();
	for (;;)
		host_stack_leave();
}

static void write_on_both_stacks(void *argument)
{
	(void)argument;
	tell_written();
	host_stack_enter(host_stack_new(write_on_user_stack, NULL));
	tell_written();
	executor_finish();
}

static void stacks_of_one_thread_are_in_program_order_for_tsan(void **state)
{
	(void)state;
	expect_order_for_tsan(write_on_both_stacks);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_run_begins_with_zeroed_memory),
		cmocka_unit_test(pages_are_reused_by_size_and_counted),
		cmocka_unit_test(freed_pages_are_poisoned),
		cmocka_unit_test(pages_are_given_back_once),
		cmocka_unit_test(runs_that_end_inside_a_call_can_be_repeated),
		cmocka_unit_test(two_threads_carry_no_order_for_tsan),
		cmocka_unit_test(stacks_of_one_thread_are_in_program_order_for_tsan),
	};
	return cmocka_run_group_tests_name("sim.memory", tests, NULL, NULL);
}
