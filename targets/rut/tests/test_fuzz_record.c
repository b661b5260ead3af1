/* What a run writes the next one reads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/tests/test_folder.h"
#include "rut/fuzz.h"

static const struct fuzz_record sample = {
	.verdict = {.witness = FUZZ_TARGET,
		    .verdict = "trace-rejected",
		    .rule = "R2",
		    .where = "ProcStart: \"an idle P\""},
	.defect = "issue_65318:fix_1_23",
	.target = "fuzz_trace_v2",
	.judge = "tsan",
	.engine = "AFL++",
	.seed = 4294967295u,
	.executions = 12345678901,
	.found_ms = 1234567,
	.replay_count = 2,
	.failure_count = 1,
	.is_shrunk = true,
	.found = {143, 61},
	.small = {7, 1},
};

static void a_record_comes_back(void **state)
{
	(void)state;
	char path[FUZZ_PATH_SIZE];
	struct fuzz_record read = {0};
	fuzz_path(path, sizeof path, "%s/finding.json", test_folder);
	assert_true(fuzz_record_write(&sample, path));
	assert_true(fuzz_record_read(path, &read));
	assert_true(fuzz_record_is_same(&sample, &read));
	assert_string_equal(read.target, sample.target);
	assert_string_equal(read.judge, sample.judge);
	assert_string_equal(read.engine, sample.engine);
	assert_int_equal(read.seed, sample.seed);
	assert_int_equal(read.executions, sample.executions);
	assert_int_equal(read.found_ms, sample.found_ms);
	assert_int_equal(read.failure_count, 1);
	assert_true(read.is_shrunk);
	assert_int_equal(read.found.operations, 143);
	assert_int_equal(read.small.overrides, 1);
	/* Nothing half written stays. */
	assert_int_equal(fuzz_file_count(test_folder), 1);
}

static void the_same_finding_has_the_same_defect(void **state)
{
	(void)state;
	struct fuzz_record other = sample;
	other.seed = 1;
	snprintf(other.target, sizeof other.target, "fuzz_trace_v1");
	assert_true(fuzz_record_is_same(&sample, &other));
	other.defect[0] = '\0';
	assert_false(fuzz_record_is_same(&sample, &other));
	other = sample;
	snprintf(other.verdict.rule, sizeof other.verdict.rule, "R3");
	assert_false(fuzz_record_is_same(&sample, &other));
	other = sample;
	other.verdict.where[0] = 'x';
	assert_false(fuzz_record_is_same(&sample, &other));
}

/* What was written with another name of it, too. */
static void a_defect_has_one_name(void **state)
{
	(void)state;
	char path[FUZZ_PATH_SIZE], name[64];
	struct fuzz_record shorter = sample, read;
	fuzz_defect_name("issue_65318", name, sizeof name);
	assert_string_equal(name, "issue_65318:defect");
	fuzz_defect_name("issue_65318:fix_1_23", name, sizeof name);
	assert_string_equal(name, "issue_65318:fix_1_23");
	fuzz_defect_name("", name, sizeof name);
	assert_string_equal(name, "");
	snprintf(shorter.defect, sizeof shorter.defect, "issue_65318");
	fuzz_path(path, sizeof path, "%s/finding.json", test_folder);
	assert_true(fuzz_record_write(&shorter, path));
	assert_true(fuzz_record_read(path, &read));
	assert_string_equal(read.defect, "issue_65318:defect");
}

static void what_is_no_record_is_refused(void **state)
{
	(void)state;
	char path[FUZZ_PATH_SIZE];
	struct fuzz_record read = sample;
	fuzz_path(path, sizeof path, "%s/finding.json", test_folder);
	assert_false(fuzz_record_read(path, &read));
	assert_true(fuzz_write_file(path, "{\"verdict\": ", 12));
	assert_false(fuzz_record_read(path, &read));
	assert_true(fuzz_write_file(path, "{\"rule\": \"R2\"}", 14));
	assert_false(fuzz_record_read(path, &read));
	assert_true(fuzz_record_is_same(&sample, &read));
}

/* Of two runs that found the same the folder with the lower number counts. */
static void earlier_findings_are_known_once(void **state)
{
	(void)state;
	static struct fuzz_run run;
	static struct engine_page page;
	char path[FUZZ_PATH_SIZE];
	struct fuzz_record plain = sample;
	plain.defect[0] = '\0';
	static const char *const names[] = {"1-trace-rejected-R2", "2-trace-rejected-R2", "3-x",
					    ".fuzz-1"};
	for (size_t i = 0; i < 4; i++) {
		fuzz_path(path, sizeof path, "%s/%s", test_folder, names[i]);
		assert_true(fuzz_make_folders(path));
		fuzz_path(path, sizeof path, "%s/%s/finding.json", test_folder, names[i]);
		assert_true(fuzz_record_write(i == 2 ? &plain : &sample, path));
	}
	run.options.findings = test_folder;
	fuzz_findings_read(&run);
	assert_int_equal(run.finding_count, 2);
	assert_non_null(strstr(run.findings[0].folder, "/1-trace-rejected-R2"));
	/* Only what was found without a defect may be passed over, and only without one. */
	fuzz_findings_tell(&run, &page);
	assert_int_equal(page.known_count, 1);
	assert_int_equal(page.known[0], page_hash("trace-rejected", "R2", sample.verdict.where));
	page.known_count = 0;
	run.options.defect = "issue_65318";
	fuzz_findings_tell(&run, &page);
	assert_int_equal(page.known_count, 0);
}

/* What ends beside the last one that there is room for. */
static void findings_above_the_limit_wait_for_the_next_run(void **state)
{
	(void)state;
	static struct fuzz_run run;
	static struct fuzz_slice slots[1], slice;
	memset(&run, 0, sizeof run);
	run.slices = slots;
	run.options.jobs = 1;
	run.target_count = 1;
	run.finding_count = FUZZ_FINDING_COUNT_MAX - 1;
	run.new_count = FUZZ_FINDING_COUNT_MAX - 1;
	slice.target = &run.targets[0];
	slice.verdict = sample.verdict;
	fuzz_path(slice.folder, sizeof slice.folder, "%s/slice-1", test_folder);
	assert_true(fuzz_make_folders(slice.folder));
	fuzz_finding_keep(&run, &slice);
	assert_int_equal(run.new_count, FUZZ_FINDING_COUNT_MAX);
	assert_true(run.is_stopping);
	slice.verdict.where[0] = 'x';
	fuzz_finding_keep(&run, &slice);
	assert_int_equal(run.finding_count, FUZZ_FINDING_COUNT_MAX);
	assert_int_equal(run.unnamed_count, 1);
	assert_true(fuzz_is_folder(slice.folder));
}

static void a_slice_says_what_it_was_about(void **state)
{
	(void)state;
	const struct fuzz_slice_record slice = {.target = "fuzz_trace_v1",
						.build = "annotations",
						.engine = "afl",
						.defect = "issue_54553:defect",
						.seed = 9,
						.grows_corpus = true};
	struct fuzz_slice_record read = {0};
	char path[FUZZ_PATH_SIZE];
	fuzz_path(path, sizeof path, "%s/slice.json", test_folder);
	assert_false(fuzz_slice_record_read(path, &read));
	assert_true(fuzz_slice_record_write(&slice, path));
	assert_true(fuzz_slice_record_read(path, &read));
	assert_memory_equal(&slice, &read, sizeof read);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_record_comes_back, test_folder_make,
						test_folder_remove),
		cmocka_unit_test(the_same_finding_has_the_same_defect),
		cmocka_unit_test_setup_teardown(a_defect_has_one_name, test_folder_make,
						test_folder_remove),
		cmocka_unit_test_setup_teardown(what_is_no_record_is_refused, test_folder_make,
						test_folder_remove),
		cmocka_unit_test_setup_teardown(earlier_findings_are_known_once, test_folder_make,
						test_folder_remove),
		cmocka_unit_test_setup_teardown(findings_above_the_limit_wait_for_the_next_run,
						test_folder_make, test_folder_remove),
		cmocka_unit_test_setup_teardown(a_slice_says_what_it_was_about, test_folder_make,
						test_folder_remove),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
