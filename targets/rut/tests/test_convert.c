/* rut convert: text and bytes are two forms of one scenario, and the ending says which is written.
 */
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
#include "rut/command.h"

enum { CONTENT_SIZE_BYTES = 4096 };

static void write_file(const char *name, const char *content, size_t size_bytes)
{
	FILE *file = fopen(test_path(name), "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(content, 1, size_bytes, file), size_bytes);
	assert_int_equal(fclose(file), 0);
}

static size_t read_file(const char *name, char *ret_content)
{
	FILE *file = fopen(test_path(name), "rb");
	assert_non_null(file);
	const size_t size = fread(ret_content, 1, CONTENT_SIZE_BYTES - 1, file);
	fclose(file);
	ret_content[size] = '\0';
	return size;
}

static int convert(const char *from, const char *to)
{
	char name[] = "rut convert", option[] = "-o";
	char input[TEST_PATH_SIZE], output[TEST_PATH_SIZE];
	char *argv[] = {name, input, option, output, NULL};
	snprintf(input, sizeof input, "%s", test_path(from));
	snprintf(output, sizeof output, "%s", test_path(to));
	return rut_convert(4, argv);
}

static void text_keeps_what_only_text_has(void **state)
{
	(void)state;
	static const char content[] = "# A comment.\n"
				      "tracer v2 \"go 1.22\"\n"
				      "procs 2\n"
				      "goroutine stopper\n"
				      "    start; stop\n"
				      "schedule sticky seed 3 parameter 1\n"
				      "expect default ok\n";
	static char first[CONTENT_SIZE_BYTES], second[CONTENT_SIZE_BYTES];
	write_file("a.rut", content, strlen(content));
	assert_int_equal(convert("a.rut", "b.rut"), RUT_FINE);
	read_file("b.rut", first);
	assert_non_null(strstr(first, "# A comment.\n"));
	assert_non_null(strstr(first, "goroutine stopper\n"));
	assert_non_null(strstr(first, "expect default ok\n"));

	/* The other form has the operations, and the same ones. */
	assert_int_equal(convert("a.rut", "binary"), RUT_FINE);
	assert_int_equal(convert("binary", "c.rut"), RUT_FINE);
	assert_int_equal(convert("c.rut", "binary2"), RUT_FINE);
	read_file("c.rut", first);
	assert_null(strstr(first, "stopper"));
	assert_non_null(strstr(first, "procs 2\n"));
	const size_t size = read_file("binary", first);
	assert_int_equal(read_file("binary2", second), size);
	assert_memory_equal(first, second, size);
}

static void any_bytes_are_a_scenario(void **state)
{
	char name[] = "rut convert", bytes[] = "--target=fuzz_trace_v2", option[] = "-o";
	(void)state;
	static char text[CONTENT_SIZE_BYTES];
	write_file("crash-1", "\xff\x00\x80\x01\x02", 5);
	/* They claim to be of a version that is yet to come. */
	assert_int_equal(convert("crash-1", "crash.rut"), RUT_USAGE);
	char input[TEST_PATH_SIZE], output[TEST_PATH_SIZE];
	snprintf(input, sizeof input, "%s", test_path("crash-1"));
	snprintf(output, sizeof output, "%s", test_path("crash.rut"));
	char *argv[] = {name, bytes, input, option, output, NULL};
	assert_int_equal(rut_convert(5, argv), RUT_FINE);
	read_file("crash.rut", text);
	assert_non_null(strstr(text, "tracer v"));
	write_file("empty", "", 0);
	assert_int_equal(convert("empty", "empty.rut"), RUT_FINE);
}

static void text_that_is_wrong_is_refused(void **state)
{
	(void)state;
	write_file("wrong.rut", "procs 0\n", 8);
	assert_int_equal(convert("wrong.rut", "never"), RUT_USAGE);
	assert_int_not_equal(access(test_path("never"), F_OK), 0);
	assert_int_equal(convert("missing", "never"), RUT_USAGE);
	write_file("a.rut", "tracer v2 \"go 1.22\"\n", 20);
	assert_int_equal(convert("a.rut", "b.rut"), RUT_FINE);
	assert_int_equal(convert("a.rut", "missing/out"), RUT_USAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_keeps_what_only_text_has),
		cmocka_unit_test(any_bytes_are_a_scenario),
		cmocka_unit_test(text_that_is_wrong_is_refused),
	};
	return cmocka_run_group_tests(tests, test_folder_make, test_folder_remove);
}
