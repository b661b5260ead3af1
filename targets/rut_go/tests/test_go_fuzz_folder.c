/* Folders of findings: numbers go on, and what a killed worker left is removed. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/tests/test_folder.h"
#include "rut_go/go_fuzz.h"

static void make(const char *name)
{
	char path[FUZZ_PATH_SIZE];
	fuzz_path(path, sizeof path, "%s/%s", test_folder, name);
	assert_true(fuzz_make_folders(path));
}

static bool is_there(const char *name)
{
	char path[FUZZ_PATH_SIZE];
	fuzz_path(path, sizeof path, "%s/%s", test_folder, name);
	return fuzz_is_folder(path);
}

static void numbers_go_on(void **state)
{
	(void)state;
	assert_int_equal(go_fuzz_folder_last_number(test_folder), 0);
	make("9-go1.22.12-trace-rejected-R2");
	make("10-race");
	make("no-number");
	assert_int_equal(go_fuzz_folder_last_number(test_folder), 10);
}

static void what_the_dead_left_is_removed(void **state)
{
	(void)state;
	char path[FUZZ_PATH_SIZE];
	make(".go-fuzz-1");
	make(".go-fuzz-2");
	fuzz_path(path, sizeof path, "%s/.go-fuzz-2", test_folder);
	int owner = open(path, O_RDONLY | O_DIRECTORY);
	assert_true(owner >= 0);
	assert_int_equal(flock(owner, LOCK_EX | LOCK_NB), 0);
	go_fuzz_folder_remove_partial(test_folder);
	assert_false(is_there(".go-fuzz-1"));
	assert_true(is_there(".go-fuzz-2"));
	close(owner);
	go_fuzz_folder_remove_partial(test_folder);
	assert_false(is_there(".go-fuzz-2"));
	assert_true(is_there("10-race"));
}

static void rates_are_told_in_words(void **state)
{
	(void)state;
	char text[64];
	go_fuzz_rate_text(18, 20, text, sizeof text);
	assert_string_equal(text, "fails 18 of 20");
	go_fuzz_rate_text(0, 0, text, sizeof text);
	assert_string_equal(text, "not repeated yet");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_go_on),
		cmocka_unit_test(what_the_dead_left_is_removed),
		cmocka_unit_test(rates_are_told_in_words),
	};
	return cmocka_run_group_tests(tests, test_folder_make, test_folder_remove);
}
