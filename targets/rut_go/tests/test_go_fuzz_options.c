/* The options of `rut go fuzz`; those that end the program are tried in a child. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "rut_go/go_fuzz.h"

enum { ARGUMENT_COUNT_MAX = 16 };

/* argp may reorder the words, but does not write into them. */
static int split(const char *const *words, char **ret_argv)
{
	int count = 0;
	ret_argv[count++] = (char *)(uintptr_t)"rut go fuzz";
	for (; words[count - 1] != NULL; count++) {
		assert_true(count + 1 < ARGUMENT_COUNT_MAX);
		ret_argv[count] = (char *)(uintptr_t)words[count - 1];
	}
	ret_argv[count] = NULL;
	return count;
}

static struct go_fuzz_options parse(const char *const *words)
{
	char *argv[ARGUMENT_COUNT_MAX];
	int count = split(words, argv);
	return go_fuzz_options_parse(count, argv);
}

/* Exit status of a child that parses WORDS, and its message. */
static int status_of(const char *const *words, char *ret_message, size_t message_size)
{
	int ends[2], status;
	assert_int_equal(pipe(ends), 0);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		dup2(ends[1], STDERR_FILENO);
		close(ends[0]);
		parse(words);
		_exit(0);
	}
	close(ends[1]);
	size_t length = 0;
	ssize_t size;
	while (length + 1 < message_size &&
	       (size = read(ends[0], ret_message + length, message_size - 1 - length)) > 0)
		length += (size_t)size;
	ret_message[length] = '\0';
	close(ends[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void nothing_given_is_the_default(void **state)
{
	(void)state;
	const struct go_fuzz_options options = parse((const char *const[]){NULL});
	assert_null(options.go);
	assert_null(options.corpus);
	assert_string_equal(options.findings, "build/findings");
	assert_int_equal(options.time_s, 60);
	assert_in_range(options.jobs, 1, GO_FUZZ_JOB_COUNT_MAX);
	assert_int_equal(options.build.build, SCENARIO_BUILD_PLAIN);
	assert_int_equal(options.build.edit_count, 0);
	assert_false(options.finds_known);
	assert_false(options.ends_at_first);
}

static void all_that_is_given_is_taken(void **state)
{
	(void)state;
	const struct go_fuzz_options options = parse((const char *const[]){
		"--go=go", "--time=7", "--jobs=3", "--seed=0x10", "--corpus=empty", "--findings=f",
		"--build=race", "--with=one", "--with=two", "--known=find", "--first", NULL});
	assert_string_equal(options.go, "go");
	assert_string_equal(options.corpus, "empty");
	assert_string_equal(options.findings, "f");
	assert_int_equal(options.time_s, 7);
	assert_int_equal(options.jobs, 3);
	assert_int_equal(options.seed, 16);
	assert_int_equal(options.build.build, SCENARIO_BUILD_RACE);
	assert_int_equal(options.build.edit_count, 2);
	assert_string_equal(options.build.edits[1], "two");
	assert_true(options.finds_known);
	assert_true(options.ends_at_first);
}

static void wrong_usage_ends_with_2_and_tells_why(void **state)
{
	(void)state;
	static const struct {
		const char *const words[8];
		const char *expected;
	} rows[] = {
		{{"--time=0"}, "--time wants a number from 1"},
		{{"--jobs=65"}, "--jobs wants a number from 1 to 64"},
		{{"--seed=x"}, "--seed wants a number"},
		{{"--seed=-1"}, "--seed wants a number"},
		{{"--seed= 1"}, "--seed wants a number"},
		{{"--seed=1 "}, "--seed wants a number"},
		{{"--seed="}, "--seed wants a number"},
		{{"--seed=18446744073709551616"}, "--seed wants a number"},
		{{"--corpus=/nowhere"}, "--corpus wants a folder or empty"},
		{{"--build=slow"}, "--build wants plain, race or lock-ranking"},
		{{"--known=maybe"}, "--known wants pass or find"},
		{{"--with="}, "--with wants the name of an edit"},
		{{"--with=a", "--with=b", "--with=c", "--with=d", "--with=e"}, "at most 4 edits"},
		{{"more"}, "no argument is expected"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char message[4096];
		assert_int_equal(status_of(rows[i].words, message, sizeof message), 2);
		assert_non_null(strstr(message, rows[i].expected));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_given_is_the_default),
		cmocka_unit_test(all_that_is_given_is_taken),
		cmocka_unit_test(wrong_usage_ends_with_2_and_tells_why),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
