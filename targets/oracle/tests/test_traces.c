/* Every trace of corpus/traces gets the verdict that stands beside it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <inttypes.h>

#include "oracle/oracle.h"
#include "oracle/tests/trace_files.h"

static void give_the_expected_verdict(void **context)
{
	struct oracle *oracle = oracle_create();
	static struct trace_files files;
	size_t size, expect_size;

	(void)context;
	trace_files_list(&files);
	assert_true(files.count >= 15);
	for (int i = 0; i < files.count; i++) {
		struct oracle_report report;
		char verdict[128] = "accept";
		uint8_t *bytes = trace_files_read(files.names[i], ".trace", &size);
		char *expect = (char *)trace_files_read(files.names[i], ".expect", &expect_size);
		oracle_check(oracle, bytes, size, NULL, &report);
		if (!report.is_accepted)
			snprintf(verdict, sizeof(verdict), "reject %s %" PRIu64,
				 rule_id(report.fault.rule), report.fault.offset);
		char *sentence = strstr(expect, "\n\n");
		assert_non_null(sentence);
		assert_true(strlen(sentence) > 20);
		*sentence = '\0';
		if (strcmp(verdict, expect) != 0)
			fail_msg("%s: %s, expected %s\n  %s", files.names[i], verdict, expect,
				 report.fault.message);
		free(expect);
		free(bytes);
	}
	oracle_destroy(oracle);
}

/* Correct tracers wrote what is named after a version of Go: the strict rules must not reject it.
 */
static void strictness_accepts_what_go_wrote_well(void **context)
{
	struct oracle *oracle = oracle_create();
	const struct oracle_options strict = {.is_strict = true};
	static struct trace_files files;
	int accepted = 0;

	(void)context;
	trace_files_list(&files);
	for (int i = 0; i < files.count; i++) {
		struct oracle_report plain_report, strict_report;
		size_t size;
		if (strncmp(files.names[i], "go1.", 4) != 0)
			continue;
		uint8_t *bytes = trace_files_read(files.names[i], ".trace", &size);
		oracle_check(oracle, bytes, size, NULL, &plain_report);
		oracle_check(oracle, bytes, size, &strict, &strict_report);
		if (plain_report.is_accepted && !strict_report.is_accepted)
			fail_msg("%s: %s", files.names[i], strict_report.fault.message);
		accepted += plain_report.is_accepted;
		free(bytes);
	}
	assert_true(accepted >= 12);
	oracle_destroy(oracle);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(give_the_expected_verdict),
		cmocka_unit_test(strictness_accepts_what_go_wrote_well),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
