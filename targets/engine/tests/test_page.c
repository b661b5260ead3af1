/* What a target tells is seen through the file, by another process too. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/tests/test_folder.h"
#include "engine/coverage.h"
#include "engine/execution.h"
#include "engine/page.h"
#include "engine/report.h"

static const char *page_path(void)
{
	return test_path("page");
}

/* Runs ACT in a process whose page is page_path(); its exit status, or 128 and the signal. */
static int in_target(void (*act)(void))
{
	int status;
	fflush(NULL);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		setenv("TRACER_FUZZ_PAGE", page_path(), 1);
		if (freopen("/dev/null", "w", stderr) == NULL)
			_exit(99);
		act();
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void execute_twice(void)
{
	for (int i = 0; i < 2; i++) {
		execution_begin();
		execution_count(100, 3, 4);
		coverage_clear();
		coverage_mark(5);
		coverage_mark(PAGE_PAIR_COUNT - 1);
		execution_tell();
	}
}

static void executions_add_up_across_processes(void **state)
{
	(void)state;
	struct engine_page *page = page_create(page_path());
	assert_non_null(page);
	assert_int_equal(in_target(execute_twice), 0);
	assert_int_equal(in_target(execute_twice), 0);
	assert_int_equal(page->executions, 4);
	assert_int_equal(page->steps, 400);
	assert_int_equal(page->signals_handled, 12);
	assert_int_equal(page->signals_sent, 16);
	page_close(page);
}

static void a_pair_is_new_once(void **state)
{
	(void)state;
	struct engine_page *page = page_create(page_path());
	assert_int_equal(in_target(execute_twice), 0);
	assert_int_equal(page->pair_count, 2);
	assert_int_equal(page->pairs[0], 1 << 5);
	assert_int_equal(page->pairs[PAGE_PAIR_COUNT / PAGE_WORD_BITS - 1] >> 63, 1);
	page_close(page);
}

static void what_runs_aside_covers_nothing(void **state)
{
	(void)state;
	coverage_clear();
	coverage_mark(7);
	coverage_hold();
	coverage_mark(8);
	coverage_release();
	assert_int_equal(coverage_pairs[7], 1);
	assert_int_equal(coverage_pairs[8], 0);
}

static void the_engines_map_has_all_that_fits(void **state)
{
	static uint8_t map[PAGE_EDGE_COUNT_MAX + PAGE_PAIR_COUNT];
	unsigned sum = 0;
	(void)state;
	coverage_clear();
	for (uint32_t pair = 0; pair < PAGE_PAIR_COUNT; pair++)
		coverage_mark(pair);
	coverage_copy(map, sizeof map);
	for (size_t i = 0; i < sizeof map; i++)
		sum += map[i];
	assert_true(sum >= PAGE_PAIR_COUNT);
	memset(map, 0, sizeof map);
	coverage_copy(map, PAGE_EDGE_COUNT_MAX);
	assert_int_equal(map[PAGE_EDGE_COUNT_MAX], 0);
}

static void find(void)
{
	struct verdict verdict = {.kind = VERDICT_THROW, .where = "a place"};
	execution_begin();
	engine_report(&verdict);
}

static void a_finding_ends_the_process_unless_it_is_known(void **state)
{
	(void)state;
	struct engine_page *page = page_create(page_path());
	assert_int_equal(in_target(find), 128 + SIGABRT);
	assert_int_equal(page->executions, 1);
	page->known[0] = page_hash("throw", "", "another place");
	page->known[1] = page_hash("throw", "", "a place");
	page->known_count = 1;
	assert_int_equal(in_target(find), 128 + SIGABRT);
	page->known_count = 2;
	assert_int_equal(in_target(find), 0);
	assert_int_equal(page->known_seen[0], 0);
	assert_int_equal(page->known_seen[1], 1);
	page_close(page);
}

static void a_hash_tells_rule_and_place_apart(void **state)
{
	(void)state;
	assert_true(page_hash("a", "", "b") == page_hash("a", "", "b"));
	assert_true(page_hash("a", "b", "") != page_hash("a", "", "b"));
	assert_true(page_hash("a", "b", "c") != page_hash("a", "b", "d"));
}

static void a_page_of_another_version_is_refused(void **state)
{
	(void)state;
	struct engine_page *page = page_create(page_path());
	page->version = PAGE_VERSION + 1;
	assert_int_equal(in_target(execute_twice), 3);
	page->version = PAGE_VERSION;
	assert_int_equal(in_target(execute_twice), 0);
	assert_int_equal(truncate(page_path(), 100), 0);
	assert_int_equal(in_target(execute_twice), 3);
	unlink(page_path());
	assert_int_equal(in_target(execute_twice), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(executions_add_up_across_processes),
		cmocka_unit_test(a_pair_is_new_once),
		cmocka_unit_test(what_runs_aside_covers_nothing),
		cmocka_unit_test(the_engines_map_has_all_that_fits),
		cmocka_unit_test(a_finding_ends_the_process_unless_it_is_known),
		cmocka_unit_test(a_hash_tells_rule_and_place_apart),
		cmocka_unit_test(a_page_of_another_version_is_refused),
	};
	return cmocka_run_group_tests(tests, test_folder_make, test_folder_remove);
}
