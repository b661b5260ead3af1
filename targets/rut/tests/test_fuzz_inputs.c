/* Inputs as files, in a folder of their own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/tests/test_folder.h"
#include "rut/fuzz.h"
#include "rut/fuzz_inputs.h"

static void path_of(const char *name, char *ret_path)
{
	fuzz_path(ret_path, FUZZ_PATH_SIZE, "%s/%s", test_folder, name);
}

static bool is_chosen(const struct fuzz_input *inputs, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(inputs[i].path, name) == 0)
			return true;
	}
	return false;
}

static void the_newest_and_the_smallest_are_chosen(void **state)
{
	(void)state;
	char names[6][2] = {"a", "b", "c", "d", "e", "f"};
	struct fuzz_input inputs[] = {
		{names[0], 1, 10}, {names[1], 2, 900}, {names[2], 3, 800},
		{names[3], 4, 5},  {names[4], 5, 700}, {names[5], 6, 600},
	};
	assert_int_equal(fuzz_inputs_choose(inputs, 6, 10), 6);
	assert_int_equal(fuzz_inputs_choose(inputs, 6, 4), 4);
	assert_true(is_chosen(inputs, 4, "f") && is_chosen(inputs, 4, "e"));
	assert_true(is_chosen(inputs, 4, "a") && is_chosen(inputs, 4, "d"));
	assert_int_equal(fuzz_inputs_choose(inputs, 6, 1), 1);
	assert_true(is_chosen(inputs, 1, "f"));
}

static void the_same_content_is_kept_once(void **state)
{
	(void)state;
	char a[FUZZ_PATH_SIZE], b[FUZZ_PATH_SIZE], c[FUZZ_PATH_SIZE], corpus[FUZZ_PATH_SIZE];
	path_of("a", a);
	path_of("b", b);
	path_of("c", c);
	path_of("corpus", corpus);
	assert_true(fuzz_make_folders(corpus));
	assert_true(fuzz_write_file(a, "same", 4) && fuzz_write_file(b, "same", 4));
	assert_true(fuzz_write_file(c, "other", 5));
	assert_true(fuzz_input_share(a, corpus));
	assert_false(fuzz_input_share(a, corpus));
	assert_false(fuzz_input_share(b, corpus));
	assert_true(fuzz_input_share(c, corpus));
	assert_int_equal(fuzz_file_count(corpus), 2);
}

static void what_no_engine_takes_is_left_out(void **state)
{
	(void)state;
	static const char large[FUZZ_INPUT_SIZE_MAX + 1];
	char a[FUZZ_PATH_SIZE], b[FUZZ_PATH_SIZE], c[FUZZ_PATH_SIZE], to[FUZZ_PATH_SIZE];
	path_of("from", a);
	path_of("to", to);
	assert_true(fuzz_make_folders(a) && fuzz_make_folders(to));
	path_of("from/large", a);
	path_of("from/empty", b);
	path_of("from/fine", c);
	assert_true(fuzz_write_file(a, large, sizeof large) && fuzz_write_file(b, "", 0));
	assert_true(fuzz_write_file(c, "x", 1));
	path_of("from", a);
	path_of("nowhere", b);
	const char *const folders[] = {a, b};
	assert_int_equal(fuzz_inputs_share(folders, 2, 10, to), 1);
	assert_int_equal(fuzz_file_count(to), 1);
	path_of("from/large", a);
	assert_false(fuzz_input_share(a, to));
}

static void only_afls_own_news_are_taken(void **state)
{
	(void)state;
	char slice[FUZZ_PATH_SIZE], queue[FUZZ_PATH_SIZE], path[FUZZ_PATH_SIZE];
	static const char *const names[] = {
		"id:000000,time:0,execs:0,orig:000000-seed",
		"id:000001,src:000000,time:9,execs:7,op:x,pos:0,+cov",
		"id:000002,src:000001,time:10,execs:8,op:x,pos:0",
		"README.txt",
	};
	path_of("slice", slice);
	path_of("slice/afl/default/queue", queue);
	assert_true(fuzz_make_folders(queue));
	for (size_t i = 0; i < 4; i++) {
		fuzz_path(path, sizeof path, "%s/%s", queue, names[i]);
		assert_true(fuzz_write_file(path, names[i], strlen(names[i])));
	}
	path_of("grown", path);
	assert_true(fuzz_make_folders(path));
	assert_int_equal(fuzz_afl_take_queue(slice, path), 1);
	assert_int_equal(fuzz_file_count(path), 1);
	assert_int_equal(fuzz_afl_take_queue(slice, path), 0);
}

static void what_engines_find_is_found(void **state)
{
	(void)state;
	char slice[FUZZ_PATH_SIZE], path[FUZZ_PATH_SIZE], found[FUZZ_PATH_SIZE];
	path_of("slice", slice);
	path_of("slice/afl/default/crashes", path);
	assert_true(fuzz_make_folders(path));
	path_of("slice/slow-unit-1", path);
	assert_true(fuzz_write_file(path, "x", 1));
	fuzz_libfuzzer_find(slice, found, sizeof found);
	assert_string_equal(found, "");
	fuzz_afl_find(slice, found, sizeof found);
	assert_string_equal(found, "");
	path_of("slice/timeout-1", path);
	assert_true(fuzz_write_file(path, "x", 1));
	fuzz_libfuzzer_find(slice, found, sizeof found);
	assert_string_equal(found, path);
	path_of("slice/afl/default/crashes/id:000000,sig:06", path);
	assert_true(fuzz_write_file(path, "x", 1));
	fuzz_afl_find(slice, found, sizeof found);
	assert_string_equal(found, path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_newest_and_the_smallest_are_chosen),
		cmocka_unit_test_setup_teardown(the_same_content_is_kept_once, test_folder_make,
						test_folder_remove),
		cmocka_unit_test_setup_teardown(what_no_engine_takes_is_left_out, test_folder_make,
						test_folder_remove),
		cmocka_unit_test_setup_teardown(only_afls_own_news_are_taken, test_folder_make,
						test_folder_remove),
		cmocka_unit_test_setup_teardown(what_engines_find_is_found, test_folder_make,
						test_folder_remove),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
