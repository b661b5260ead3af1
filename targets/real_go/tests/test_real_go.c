/* Whole runs, with shell scripts for drivers (tests/driver). */
#include "real_go/tests/check.h"

#include <stdio.h>

#include "real_go/real_go.h"

enum { LIMIT_MS = 60000, LIMIT_OF_A_HANG_MS = 3000 };

static struct real_go_result result;
static char error[REAL_GO_ERROR_SIZE];

static bool run(const char *driver, unsigned time_limit_ms)
{
	char path[256];
	static struct scenario scenario;
	snprintf(path, sizeof path, "targets/real_go/tests/driver/%s", driver);
	scenario_init(&scenario);
	const struct real_go_options options = {
		.driver = path, .scenario = &scenario, .time_limit_ms = time_limit_ms};
	error[0] = '\0';
	return real_go_run(&options, &result, error);
}

static void check_verdict(const char *driver, unsigned time_limit_ms, enum verdict_kind kind,
			  const char *where)
{
	if (!run(driver, time_limit_ms))
		fail_msg("%s: %s", driver, error);
	assert_string_equal(verdict_name(result.verdict.kind), verdict_name(kind));
	assert_string_equal(result.verdict.where, where);
}

static void check_failure(const char *driver, const char *message)
{
	assert_false(run(driver, LIMIT_MS));
	assert_contains(error, message);
}

static void a_good_run_is_ok(void **state)
{
	(void)state;
	check_verdict("good", LIMIT_MS, VERDICT_OK, "");
	assert_int_equal(result.sessions->count, 1);
	assert_int_equal(result.sessions->all[0].size_bytes, 1346);
	assert_true(result.event_count > 0);
	assert_int_equal(result.note_count, 2);
	assert_int_equal(strncmp(result.notes[0], "procs ", strlen("procs ")), 0);
	assert_string_equal(result.notes[1], "the same twice");
	assert_string_equal(result.messages, "");
	assert_contains(result.hello, "version=go1.22.12");
}

static void traces_may_be_on_at_once(void **state)
{
	(void)state;
	check_verdict("two-traces-at-once", LIMIT_MS, VERDICT_OK, "");
	assert_int_equal(result.sessions->count, 2);
	assert_int_equal(result.sessions->all[0].size_bytes, 1346);
	assert_memory_equal(session_bytes(result.sessions, &result.sessions->all[0]),
			    session_bytes(result.sessions, &result.sessions->all[1]), 1346);
}

static void a_recorder_may_not_stand_still(void **state)
{
	(void)state;
	assert_true(run("stands-still", LIMIT_MS));
	assert_int_equal(result.verdict.kind, VERDICT_TRUTH_MISMATCH);
	assert_string_equal(result.verdict.rule, "T-promised");
	assert_int_equal(result.verdict.session, 3);
}

static void a_rejected_trace_is_told_by_number_and_rule(void **state)
{
	(void)state;
	assert_true(run("stale-trace", LIMIT_MS));
	assert_int_equal(result.verdict.kind, VERDICT_TRACE_REJECTED);
	assert_string_equal(result.verdict.rule, "R13");
	assert_int_equal(result.verdict.session, 2);
}

static void a_death_is_told_by_its_words(void **state)
{
	(void)state;
	check_verdict("throws", LIMIT_MS, VERDICT_THROW,
		      "fatal error: traceRegion: alloc too large in "
		      "runtime.(*traceRegionAlloc).alloc");
	assert_int_equal(result.sessions->count, 1);
	assert_int_equal(result.sessions->all[0].size_bytes, 100);
	assert_false(result.sessions->all[0].is_ended);
	check_verdict("dies-silently", LIMIT_MS, VERDICT_THROW,
		      "ended by signal 11 without a word");
}

static void a_hang_is_a_deadlock(void **state)
{
	(void)state;
	check_verdict("hangs", LIMIT_OF_A_HANG_MS, VERDICT_DEADLOCK,
		      "did not end in runtime.StopTrace");
	check_verdict("deaf", LIMIT_OF_A_HANG_MS, VERDICT_DEADLOCK, "did not end");
}

static void a_broken_driver_is_the_harness_failing(void **state)
{
	(void)state;
	check_failure("talks-nonsense", "at byte 0: a frame of kind");
	check_failure("ends-early", "it ended without its frame D");
	check_failure("forgets-the-end", "trace 1 has no end");
	check_failure("refuses", "driver: line 3: dance");
	check_failure("not-there", "No such file or directory");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_run_is_ok),
		cmocka_unit_test(traces_may_be_on_at_once),
		cmocka_unit_test(a_recorder_may_not_stand_still),
		cmocka_unit_test(a_rejected_trace_is_told_by_number_and_rule),
		cmocka_unit_test(a_death_is_told_by_its_words),
		cmocka_unit_test(a_hang_is_a_deadlock),
		cmocka_unit_test(a_broken_driver_is_the_harness_failing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
