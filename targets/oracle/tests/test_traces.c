/* Every trace of corpus/traces gets the verdicts that stand beside it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <inttypes.h>

#include "base/defect.h"
#include "oracle/oracle.h"
#include "oracle/tests/trace_files.h"

/* Compares the report with EXPECTED: "accept", or "reject", rule and offset; with " events N"
 * behind it where it matters how much was delivered. */
static void check_verdict(const char *name, const char *expected,
			  const struct oracle_report *report)
{
	char verdict[128] = "accept";
	if (!report->is_accepted)
		snprintf(verdict, sizeof(verdict), "reject %s %" PRIu64,
			 rule_id(report->fault.rule), report->fault.offset);
	if (strstr(expected, " events ") != NULL)
		snprintf(verdict + strlen(verdict), sizeof(verdict) - strlen(verdict),
			 " events %" PRIu64, report->statistics.events);
	if (strcmp(verdict, expected) != 0)
		fail_msg("%s: %s, expected %s\n  %s", name, verdict, expected,
			 report->fault.message);
}

/* One line of an expectation: the verdict, or first of all the setting of a reader's defect. */
static void check_line(struct oracle *oracle, const char *name, char *line)
{
	struct oracle_report report;
	size_t size;
	char *expected = line;
	if (strncmp(line, "accept", 6) != 0 && strncmp(line, "reject", 6) != 0) {
		expected = strchr(line, ' ');
		assert_non_null(expected);
		*expected++ = '\0';
		if (!defect_switch(line))
			fail_msg("%s: no defect or setting is called %s", name, line);
	}
	uint8_t *bytes = trace_files_read(name, ".trace", &size);
	oracle_check(oracle, bytes, size, NULL, &report);
	check_verdict(name, expected, &report);
	free(bytes);
	defect_reset();
}

static void give_the_expected_verdicts(void **context)
{
	struct oracle *oracle = oracle_create();
	static struct trace_files files;
	size_t expect_size;

	(void)context;
	trace_files_list(&files);
	assert_true(files.count >= 15);
	for (int i = 0; i < files.count; i++) {
		char *rest = NULL;
		char *expect = (char *)trace_files_read(files.names[i], ".expect", &expect_size);
		char *sentence = strstr(expect, "\n\n");
		assert_non_null(sentence);
		assert_true(strlen(sentence) > 20);
		*sentence = '\0';
		for (char *line = strtok_r(expect, "\n", &rest); line != NULL;
		     line = strtok_r(NULL, "\n", &rest))
			check_line(oracle, files.names[i], line);
		free(expect);
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
		cmocka_unit_test(give_the_expected_verdicts),
		cmocka_unit_test(strictness_accepts_what_go_wrote_well),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
