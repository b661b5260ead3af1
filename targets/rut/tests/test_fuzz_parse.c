/* Lines as clang 19's libFuzzer and sanitizers print them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "rut/fuzz_parse.h"

static void progress_lines_are_counted(void **state)
{
	(void)state;
	struct fuzz_progress progress = {0};
	bool is_new;
	assert_true(fuzz_parse_progress("#2\tINITED cov: 5 ft: 6 corp: 1/1b exec/s: 0 rss: 30Mb",
					&progress, &is_new));
	assert_false(is_new);
	assert_true(fuzz_parse_progress("#817\tNEW    cov: 412 ft: 13 corp: 33/4b lim: 4 exec/s: 5",
					&progress, &is_new));
	assert_true(is_new);
	assert_int_equal(progress.executions, 817);
	assert_int_equal(progress.edges, 412);
	assert_int_equal(progress.corpus_units, 33);
	assert_true(fuzz_parse_progress("stat::number_of_executed_units: 900", &progress, &is_new));
	assert_int_equal(progress.executions, 900);
	assert_true(fuzz_parse_progress("STATS steps=12345 signals=67", &progress, &is_new));
	assert_int_equal(progress.steps, 12345);
	assert_int_equal(progress.signals, 67);
	assert_int_equal(progress.sent, 0);
	assert_true(fuzz_parse_progress(
		"STATS steps=9 signals=7 sent=8 handled=7 strays=0 merged=1", &progress, &is_new));
	assert_int_equal(progress.steps, 9);
	assert_int_equal(progress.signals, 7);
	assert_int_equal(progress.sent, 8);
	assert_true(fuzz_parse_progress("#850\tpulse  cov: 412 ft: 13", &progress, &is_new));
	assert_int_equal(progress.executions, 900);
}

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
	struct fuzz_progress progress = {0};
	struct fuzz_verdict verdict = {0};
	bool is_new;
	assert_false(fuzz_parse_progress("# a comment", &progress, &is_new));
	assert_false(fuzz_parse_progress("stat::peak_rss_mb: 30", &progress, &is_new));
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(progress_lines_are_counted),
		cmocka_unit_test(a_race_keeps_its_place),
		cmocka_unit_test(other_lines_are_left_alone),
		cmocka_unit_test(the_target_names_its_verdict),
		cmocka_unit_test(names_become_folder_names),
		cmocka_unit_test(sanitizers_name_theirs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
