/* Runs that share a corpus share its totals. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/tests/test_folder.h"
#include "rut/fuzz.h"

static struct fuzz_run first, second, third;

static void begin(struct fuzz_run *run)
{
	memset(run, 0, sizeof *run);
	run->options.build = test_folder;
	snprintf(run->targets[0].name, sizeof run->targets[0].name, "fuzz_trace_v2");
	run->target_count = 1;
	assert_true(fuzz_state_read(run));
}

static int make_folder(void **state)
{
	char corpus[FUZZ_PATH_SIZE];
	if (test_folder_make(state) != 0)
		return -1;
	fuzz_path(corpus, sizeof corpus, "%s/corpus", test_folder);
	return fuzz_make_folders(corpus) ? 0 : -1;
}

static void has_done(struct fuzz_run *run, uint64_t executions)
{
	struct fuzz_counts *counts = &run->targets[0].counts[FUZZ_ASAN][FUZZ_LIBFUZZER];
	counts->executions += executions;
	counts->steps += 10 * executions;
	counts->busy_ms += (int64_t)executions;
	assert_true(fuzz_state_write(run));
}

static struct fuzz_counts total(void)
{
	begin(&third);
	return third.targets[0].of_others;
}

static void runs_at_once_add_up(void **state)
{
	(void)state;
	begin(&first);
	begin(&second);
	has_done(&first, 100);
	has_done(&second, 7);
	has_done(&first, 20);
	has_done(&second, 3);
	assert_int_equal(total().executions, 130);
	assert_int_equal(total().steps, 1300);
	assert_int_equal(total().busy_ms, 130);
	/* Each knows of the other. */
	assert_int_equal(first.targets[0].of_others.executions, 7);
	assert_int_equal(second.targets[0].of_others.executions, 120);
	/* What is told twice counts once. */
	assert_true(fuzz_state_write(&first));
	assert_int_equal(total().executions, 130);
}

static void a_run_keeps_its_own_where_the_file_is_removed(void **state)
{
	(void)state;
	char path[FUZZ_PATH_SIZE];
	begin(&first);
	has_done(&first, 100);
	fuzz_path(path, sizeof path, "%s/corpus/state.json", test_folder);
	assert_int_equal(unlink(path), 0);
	has_done(&first, 1);
	assert_int_equal(total().executions, 101);
}

static void other_targets_are_left_alone(void **state)
{
	(void)state;
	begin(&first);
	has_done(&first, 5);
	begin(&second);
	snprintf(second.targets[0].name, sizeof second.targets[0].name, "fuzz_trace_v1");
	has_done(&second, 6);
	assert_int_equal(total().executions, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(runs_at_once_add_up, make_folder,
						test_folder_remove),
		cmocka_unit_test_setup_teardown(a_run_keeps_its_own_where_the_file_is_removed,
						make_folder, test_folder_remove),
		cmocka_unit_test_setup_teardown(other_targets_are_left_alone, make_folder,
						test_folder_remove),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
