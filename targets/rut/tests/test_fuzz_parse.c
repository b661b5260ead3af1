/* Lines as clang 19's libFuzzer and sanitizers print them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "rut/fuzz_parse.h"

static void a_race_keeps_its_place(void **state)
{
	(void)state;
	struct fuzz_verdict verdict = {0};
	assert_true(fuzz_parse_verdict(
		"SUMMARY: ThreadSanitizer: data race /a/b/advance.c:12:3 in advance", &verdict));
	assert_true(
		fuzz_parse_verdict("FINDING verdict=race rule=- where=see the report", &verdict));
	assert_int_equal(verdict.witness, FUZZ_TARGET);
	assert_string_equal(verdict.where, "advance.c:12:3 in advance");
}

static void other_lines_are_left_alone(void **state)
{
	(void)state;
	struct fuzz_verdict verdict = {0};
	assert_false(fuzz_parse_verdict("WARNING: ThreadSanitizer: data race (pid=1)", &verdict));
	assert_false(fuzz_parse_verdict("FINDING verdict=", &verdict));
	assert_int_equal(verdict.witness, FUZZ_NOBODY);
}

static void the_target_names_its_verdict(void **state)
{
	(void)state;
	struct fuzz_verdict verdict = {0};
	assert_true(fuzz_parse_verdict(
		"FINDING verdict=trace-rejected rule=R2 where=P1 generation 3", &verdict));
	assert_string_equal(verdict.verdict, "trace-rejected");
	assert_string_equal(verdict.rule, "R2");
	assert_string_equal(verdict.where, "P1 generation 3");
	assert_false(fuzz_parse_verdict("SUMMARY: libFuzzer: deadly signal", &verdict));
	assert_string_equal(verdict.verdict, "trace-rejected");
}

static void names_become_folder_names(void **state)
{
	(void)state;
	struct fuzz_verdict verdict = {0};
	assert_true(fuzz_parse_verdict("FINDING verdict=a/../b rule=- where=x", &verdict));
	assert_string_equal(verdict.verdict, "a____b");
	assert_string_equal(verdict.rule, "");
}

static void sanitizers_name_theirs(void **state)
{
	(void)state;
	struct fuzz_verdict race = {0}, bounds = {0}, slow = {0}, undefined = {0};
	assert_true(fuzz_parse_verdict(
		"SUMMARY: ThreadSanitizer: data race /a/b/sched/proc.c:14:2 in wake", &race));
	assert_string_equal(race.verdict, "race");
	assert_string_equal(race.where, "proc.c:14:2 in wake");
	assert_true(fuzz_parse_verdict("SUMMARY: libFuzzer: deadly signal", &bounds));
	assert_string_equal(bounds.verdict, "crash");
	assert_true(fuzz_parse_verdict(
		"SUMMARY: AddressSanitizer: heap-buffer-overflow /a/x.c:3:1 in f", &bounds));
	assert_string_equal(bounds.verdict, "asan-heap-buffer-overflow");
	assert_string_equal(bounds.where, "x.c:3:1 in f");
	assert_true(fuzz_parse_verdict("SUMMARY: libFuzzer: timeout", &slow));
	assert_string_equal(slow.verdict, "livelock");
	assert_true(fuzz_parse_verdict(
		"SUMMARY: UndefinedBehaviorSanitizer: undefined-behavior /a/y.c:4:9 in g",
		&undefined));
	assert_string_equal(undefined.verdict, "undefined");
	assert_string_equal(undefined.where, "y.c:4:9 in g");
	assert_false(fuzz_verdict_is_same(&race, &bounds));
	assert_true(fuzz_verdict_is_same(&race, &race));
}

static void afl_tells_which_input_it_refuses(void **state)
{
	(void)state;
	char name[16] = "";
	assert_true(fuzz_parse_refusal(
		"[!] WARNING: Test case 'id:000000,time:0,orig:a-b' results in a crash, skipping",
		name, sizeof name));
	assert_string_equal(name, "a-b");
	assert_true(fuzz_parse_refusal("Test case 'a' results in a timeout", name, sizeof name));
	assert_string_equal(name, "a");
	assert_false(fuzz_parse_refusal("[*] Attempting dry run with 'id:000000,orig:c'...", name,
					sizeof name));
	assert_false(fuzz_parse_refusal("Test case 'c' is too big (2 MB, limit is 1 MB)", name,
					sizeof name));
	assert_string_equal(name, "a");
}

static void shrink_tells_both_sizes(void **state)
{
	(void)state;
	struct fuzz_size small = {0}, found = {0};
	assert_false(fuzz_parse_shrunk("12 operations, 1 overrides; now once more; 7 runs\n",
				       &small, &found));
	assert_false(fuzz_parse_shrunk("", &small, &found));
	assert_true(
		fuzz_parse_shrunk("12 operations, 1 overrides; now once more; 7 runs\n"
				  "7 operations and 0 overrides, from 143 and 61; verified twice\n",
				  &small, &found));
	assert_int_equal(small.operations, 7);
	assert_int_equal(small.overrides, 0);
	assert_int_equal(found.operations, 143);
	assert_int_equal(found.overrides, 61);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_race_keeps_its_place),
		cmocka_unit_test(other_lines_are_left_alone),
		cmocka_unit_test(the_target_names_its_verdict),
		cmocka_unit_test(names_become_folder_names),
		cmocka_unit_test(sanitizers_name_theirs),
		cmocka_unit_test(afl_tells_which_input_it_refuses),
		cmocka_unit_test(shrink_tells_both_sizes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
