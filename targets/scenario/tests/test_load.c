/* Files of both forms. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/tests/test_folder.h"
#include "scenario/binary.h"
#include "scenario/load.h"

static const char source[] = "# One sentence.\ntracer v2 \"go 1.22\"\nprocs 3\n";

/* Its path. */
static const char *make_file(const char *name, const void *data, size_t size)
{
	const char *path = test_path(name);
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
	return path;
}

static void text_is_known_by_its_looks(void **state)
{
	char error[SCENARIO_ERROR_SIZE];
	struct scenario scenario;
	struct scenario_text text;

	(void)state;
	const char *path = make_file("scenario", source, sizeof source - 1);
	assert_true(scenario_load(path, NULL, &scenario, &text, error, sizeof error));
	assert_int_equal(scenario.configuration.procs, 3);
	assert_string_equal(text.comment, "One sentence.\n");
	assert_int_equal(unlink(path), 0);
}

static void text_is_known_by_its_name(void **state)
{
	char error[SCENARIO_ERROR_SIZE];
	char expected[SCENARIO_ERROR_SIZE];
	struct scenario scenario;

	(void)state;
	const char *path = make_file("scenario.rut", "\x01\x02", 2);
	assert_false(scenario_load(path, NULL, &scenario, NULL, error, sizeof error));
	(void)snprintf(expected, sizeof expected,
		       "%s:1:1: a scenario wants tracer v2 \"go 1.26\" as its first line, "
		       "got the byte 0x01",
		       path);
	assert_string_equal(error, expected);
	assert_int_equal(unlink(path), 0);
}

static void everything_else_is_binary(void **state)
{
	char error[SCENARIO_ERROR_SIZE];
	uint8_t bytes[SCENARIO_BINARY_SIZE_MAX];
	struct scenario scenario;
	struct scenario again;
	struct scenario_text text;

	(void)state;
	scenario_init(&scenario);
	assert_true(scenario_append(&scenario, 0, SCENARIO_START, 0, 0));
	const char *path = make_file("scenario", bytes,
				     scenario_encode(&scenario, bytes, sizeof bytes));
	assert_true(scenario_load(path, NULL, &again, &text, error, sizeof error));
	assert_true(scenario_equal(&scenario, &again));
	assert_int_equal(text.expectation_count, 0);
	assert_int_equal(unlink(path), 0);
	assert_false(scenario_load(path, NULL, &again, &text, error, sizeof error));
	assert_non_null(strstr(error, "No such file"));
}

static void bytes_that_begin_like_text_are_binary(void **state)
{
	char error[SCENARIO_ERROR_SIZE];
	struct scenario scenario;

	(void)state;
	const char *path = make_file("scenario", "#\x08\x00", 3);
	assert_false(scenario_load(path, NULL, &scenario, NULL, error, sizeof error));
	assert_non_null(strstr(error, "no scenario: "));
	assert_int_equal(unlink(path), 0);
}

static void a_newer_version_is_refused_unless_an_engine_made_it_up(void **state)
{
	static const uint8_t newer[] = {SCENARIO_BINARY_VERSION + 1, 0, 7};
	char error[SCENARIO_ERROR_SIZE];
	char expected[SCENARIO_ERROR_SIZE];
	struct scenario scenario = {.program_count = 99};

	(void)state;
	const char *path = make_file("scenario", newer, sizeof newer);
	assert_false(scenario_load(path, NULL, &scenario, NULL, error, sizeof error));
	(void)snprintf(expected, sizeof expected,
		       "%s: version %d of the binary form of scenarios, up to %d is expected: ",
		       path, SCENARIO_BINARY_VERSION + 1, SCENARIO_BINARY_VERSION);
	assert_memory_equal(error, expected, strlen(expected));
	assert_int_equal(scenario.program_count, 99);
	assert_true(scenario_load_bytes(path, &scenario, error, sizeof error));
	assert_int_equal(scenario.configuration.procs, 7);
	assert_int_equal(unlink(path), 0);
}

static void bytes_without_a_version_are_some_engines(void **state)
{
	(void)state;
	assert_true(scenario_version_is_known(NULL, 0));
	assert_true(scenario_version_is_known((const uint8_t[]){0, 255}, 2));
	assert_true(scenario_version_is_known((const uint8_t[]){SCENARIO_BINARY_VERSION}, 1));
	assert_false(scenario_version_is_known((const uint8_t[]){255}, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_known_by_its_looks),
		cmocka_unit_test(text_is_known_by_its_name),
		cmocka_unit_test(everything_else_is_binary),
		cmocka_unit_test(bytes_that_begin_like_text_are_binary),
		cmocka_unit_test(a_newer_version_is_refused_unless_an_engine_made_it_up),
		cmocka_unit_test(bytes_without_a_version_are_some_engines),
	};
	return cmocka_run_group_tests(tests, test_folder_make, test_folder_remove);
}
