/* A child's end says who wanted it, and of its output the end is kept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "rut/fuzz.h"

static struct fuzz_end sleep_for(const char *time_s, int64_t limit_ms, bool may_hurry)
{
	char program[] = "/bin/sleep", time[16];
	snprintf(time, sizeof time, "%s", time_s);
	char *argv[] = {program, time, NULL};
	return fuzz_child_run(argv, NULL, limit_ms, may_hurry);
}

static void a_child_ends_by_itself_or_at_its_limit(void **state)
{
	(void)state;
	const struct fuzz_end by_itself = sleep_for("0", 60000, true);
	assert_int_equal(by_itself.cause, FUZZ_BY_ITSELF);
	assert_true(WIFEXITED(by_itself.status) && WEXITSTATUS(by_itself.status) == 0);
	assert_int_equal(sleep_for("60", 50, false).cause, FUZZ_AT_LIMIT);
}

/* A verification that Ctrl-C cut short would tell what is not so. */
static void only_who_may_hurry_is_hurried(void **state)
{
	(void)state;
	fuzz_child_hurry();
	const struct fuzz_end whole = sleep_for("0.3", 60000, false);
	assert_int_equal(whole.cause, FUZZ_BY_ITSELF);
	assert_true(WIFEXITED(whole.status) && WEXITSTATUS(whole.status) == 0);
	assert_int_equal(sleep_for("60", 60000, true).cause, FUZZ_IN_HURRY);
}

static void the_end_of_the_output_is_kept(void **state)
{
	(void)state;
	char text[8];
	size_t used = 0;
	fuzz_child_keep(text, sizeof text, &used, "abcd", 4);
	fuzz_child_keep(text, sizeof text, &used, "efg", 3);
	assert_int_equal(used, 7);
	fuzz_child_keep(text, sizeof text, &used, "hi", 2);
	assert_int_equal(used, 6);
	assert_memory_equal(text, "defghi", 6);
	fuzz_child_keep(text, sizeof text, &used, "jklm", 4);
	assert_int_equal(used, 8);
	assert_memory_equal(text, "fghijklm", 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_child_ends_by_itself_or_at_its_limit),
		cmocka_unit_test(only_who_may_hurry_is_hurried),
		cmocka_unit_test(the_end_of_the_output_is_kept),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
