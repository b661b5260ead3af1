/* What engines and ClusterFuzz leave: each file is replayed as its target takes it, whatever bytes
 * it begins with, and to the verdict that it was found with; where nobody can tell of which target
 * it is, that is said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/tests/test_folder.h"
#include "perform/points.h"
#include "rut/command.h"
#include "rut/input_target.h"
#include "rut/tests/command_run.h"
#include "scenario/binary.h"
#include "scenario/load.h"

#define READER_SEED "corpus/fuzz_trace_reader_v2/seed/two-generations-25.trace"

enum { NO_VERSION = 200 };

static void write_bytes(const char *path, const void *bytes, size_t size)
{
	FILE *file = fopen(path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
}

/* What an engine makes of SCENARIO: the binary form, but for the version, which it changed. */
static void leave(const char *scenario_path, const char *path)
{
	static struct scenario scenario;
	static uint8_t bytes[SCENARIO_BINARY_SIZE_MAX];
	static char error[SCENARIO_ERROR_SIZE];
	if (!scenario_load(scenario_path, &perform_points, &scenario, NULL, error, sizeof error))
		fail_msg("%s", error);
	const size_t size = scenario_encode(&scenario, bytes, sizeof bytes);
	bytes[0] = NO_VERSION;
	write_bytes(path, bytes, size);
}

static void assert_told(const char *text)
{
	if (strstr(command_output, text) == NULL)
		fail_msg("`%s' is not in what was printed: %s", text, command_output);
}

/* ---- By name ------------------------------------------------------------- */

static void a_name_tells_the_target(void **state)
{
	static const struct {
		const char *path, *target;
	} rows[] = {
		{"clusterfuzz-testcase-minimized-fuzz_trace_v1-5639441482252288", "fuzz_trace_v1"},
		{"clusterfuzz-testcase-tracer-fuzz_fuzz_trace_v2_annotations-56", "fuzz_trace_v2"},
		{"clusterfuzz-testcase-fuzz_trace_reader_v1-12", "fuzz_trace_reader_v1"},
		{"out/fuzz_small_protocol/crash-da39a3ee5e6b4b0d", "fuzz_small_protocol"},
		{"fuzz_trace_v1/default/crashes/id:000000,sig:06,src:000001", "fuzz_trace_v1"},
		/* The nearest one, and the file before its folders. */
		{"fuzz_trace_v1/x/fuzz_trace_v2/oom-1", "fuzz_trace_v2"},
		{"fuzz_trace_v1/crash-of-fuzz_trace_v2", "fuzz_trace_v2"},
		/* Text is a scenario as any other. */
		{"corpus/fuzz_small_protocol/seed/reader-park.rut", ""},
		{"build/findings/1-trace-rejected-R2/input", ""},
	};
	char target[INPUT_TARGET_SIZE];
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_true(input_target_of(rows[i].path, NULL, target));
		assert_string_equal(target, rows[i].target);
	}
	assert_true(input_target_of("fuzz_trace_v1/crash-1", "fuzz_trace_v2", target));
	assert_string_equal(target, "fuzz_trace_v2");
	assert_false(input_target_of("crash-1", "fuzz_nobody", target));
}

static void where_nobody_can_tell_it_is_said(void **state)
{
	static const char *const names[] = {"crash-1", "timeout-1",   "oom-1",
					    "leak-1",  "slow-unit-1", "id:000000,sig:06"};
	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *path = test_path(names[i]);
		leave("repro/issue-65318/p-dead-for-a-whole-trace.rut", path);
		assert_int_equal(COMMAND_RUN(rut_replay, path), RUT_USAGE);
		assert_int_equal(COMMAND_RUN(rut_convert, path), RUT_USAGE);
		assert_int_equal(COMMAND_RUN(rut_run, path), RUT_USAGE);
		assert_int_equal(COMMAND_RUN(rut_replay, "--target=fuzz_trace_v2", path), RUT_FINE);
		assert_int_equal(COMMAND_RUN(rut_replay, "--target=fuzz_trace_v3", path),
				 RUT_USAGE);
		unlink(path);
	}
	assert_int_equal(COMMAND_RUN(rut_replay, "--target=fuzz_small_protocol", test_path("gone")),
			 RUT_USAGE);
}

/* ---- Of each target ------------------------------------------------------ */

static void each_target_s_file_ends_as_it_did(void **state)
{
	static const struct {
		const char *target, *defect, *scenario, *verdict;
	} rows[] = {
		{"fuzz_trace_v2", "issue_65318", "repro/issue-65318/p-dead-for-a-whole-trace.rut",
		 "verdict   trace-rejected   rule R2"},
		{"fuzz_trace_v1", "issue_53979:user_stack",
		 "repro/issue-53979/stack-grows-in-the-flush-beside-a-heap-goal.rut",
		 "verdict   deadlock"},
		{"fuzz_cpu_sample_ring", "control_overflow_flag:drop",
		 "corpus/fuzz_cpu_sample_ring/seed/counters-wrap.rut", "verdict   deadlock"},
		{"fuzz_small_protocol", "issue_53979_recheck:drop",
		 "corpus/fuzz_small_protocol/seed/v1-reader-park.rut", "verdict   deadlock"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char name[128];
		snprintf(name, sizeof name, "clusterfuzz-testcase-minimized-%s-56", rows[i].target);
		const char *path = test_path(name);
		leave(rows[i].scenario, path);
		assert_int_equal(COMMAND_RUN(rut_replay, path), RUT_FINE);
		assert_told("verdict   ok\n");
		assert_int_equal(COMMAND_RUN(rut_replay, "-d", rows[i].defect, path), RUT_FINDING);
		assert_told(rows[i].verdict);
		assert_int_equal(COMMAND_RUN(rut_convert, path), RUT_FINE);
		unlink(path);
	}
}

static void a_trace_is_of_the_reader_of_its_version(void **state)
{
	static uint8_t bytes[4096];
	(void)state;
	FILE *file = fopen(READER_SEED, "rb");
	assert_non_null(file);
	const size_t size = fread(bytes, 1, sizeof bytes, file);
	fclose(file);
	const char *path = test_path("crash-1");
	write_bytes(path, bytes, size - 1);
	assert_int_equal(COMMAND_RUN(rut_replay, path), RUT_FINE);
	assert_told("target    fuzz_trace_reader_v2\n");
	assert_told("next      rut validate --strict /");
	assert_int_equal(COMMAND_RUN(rut_convert, path), RUT_USAGE);
	assert_int_equal(COMMAND_RUN(rut_pin, path, "70001"), RUT_USAGE);
	write_bytes(path, "go 1.19 trace\0\0\0", 16);
	assert_int_equal(COMMAND_RUN(rut_replay, path), RUT_FINE);
	assert_told("target    fuzz_trace_reader_v1\n");
	unlink(path);
}

static void a_file_is_played_by_the_tracer_of_its_target(void **state)
{
	(void)state;
	const char *path = test_path("clusterfuzz-testcase-fuzz_trace_v1-56");
	leave("repro/issue-65318/p-dead-for-a-whole-trace.rut", path);
	assert_int_equal(COMMAND_RUN(rut_convert, path), RUT_FINE);
	assert_told("tracer v1 ");
	assert_int_equal(COMMAND_RUN(rut_convert, "--target=fuzz_trace_v2", path), RUT_FINE);
	assert_told("tracer v2 ");
	assert_int_equal(COMMAND_RUN(rut_replay, "-d", "issue_65318", path), RUT_FINE);
	unlink(path);
}

static void only_replay_takes_what_rut_does_not_play(void **state)
{
	(void)state;
	const char *path = test_path("clusterfuzz-testcase-fuzz_cpu_sample_ring-56");
	leave("corpus/fuzz_cpu_sample_ring/seed/counters-wrap.rut", path);
	assert_int_equal(COMMAND_RUN(rut_run, path), RUT_USAGE);
	assert_int_equal(COMMAND_RUN(rut_show, path), RUT_USAGE);
	assert_int_equal(COMMAND_RUN(rut_shrink, path), RUT_USAGE);
	assert_int_equal(COMMAND_RUN(rut_pin, "-d", "issue_61768", path, "61768"), RUT_USAGE);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_tells_the_target),
		cmocka_unit_test(where_nobody_can_tell_it_is_said),
		cmocka_unit_test(each_target_s_file_ends_as_it_did),
		cmocka_unit_test(a_trace_is_of_the_reader_of_its_version),
		cmocka_unit_test(a_file_is_played_by_the_tracer_of_its_target),
		cmocka_unit_test(only_replay_takes_what_rut_does_not_play),
	};
	return cmocka_run_group_tests(tests, test_folder_make, test_folder_remove);
}
