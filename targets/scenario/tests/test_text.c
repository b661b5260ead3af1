/* The text form is one to one with the binary form, refuses what is out of range, and says where.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scenario/binary.h"
#include "scenario/fields.h"
#include "scenario/generate.h"
#include "scenario/tests/check.h"
#include "scenario/text.h"

static char printed[SCENARIO_TEXT_SIZE_MAX];

/* Two points with names, so that both ways of writing one occur. */
static const char *name_point(uint16_t id)
{
	return id == 7 ? "advance/generation-stored" : id == 8 ? "park/begin" : NULL;
}

static bool find_point(const char *name, uint16_t *ret_id)
{
	for (uint16_t id = 7; id <= 8; id++) {
		if (strcmp(name, name_point(id)) == 0) {
			*ret_id = id;
			return true;
		}
	}
	return false;
}

static const struct scenario_points points = {.name = name_point, .id = find_point};

static const char sample[] =
	"# P1 dies inside trace 1, stays dead through trace 2, comes back before trace 3.\n"
	"# Second line.\n"
	"tracer v2 \"go 1.23\"\n"
	"procs 8\n"
	"buffer-bytes 512\n"
	"clock coarse\n"
	"lock-order off\n"
	"initial-generation 18446744073709551614\n"
	"advance-period 10ms\n"
	"\n"
	"goroutine controller\n"
	"    start\n"
	"    go worker\n"
	"    maxprocs 1\n"
	"    repeat 3 {\n"
	"        log 1 2\n"
	"        repeat 2 { call 63; return }\n"
	"    }\n"
	"    stop\n"
	"\n"
	"goroutine worker * 4\n"
	"    repeat 16 { yield }\n"
	"\n"
	"schedule target-biased seed 4294967295 parameter 3 target advance/generation-stored\n"
	"    at advance/generation-stored #2 run m1\n"
	"    at point/123 #65535 grow\n"
	"\n"
	"expect default ok\n"
	"expect issue_65318:defect trace-rejected R2\n"
	"mark procresize/revived\n"
	"\n"
	"toolchain 1.19 to 1.21 lock-ranking force-stack-move issue-1-unfix\n"
	"toolchain-expect broken lock-order\n"
	"toolchain-expect incomplete throw\n";

static void parse(const char *source, struct scenario *scenario, struct scenario_text *text)
{
	char error[SCENARIO_ERROR_SIZE] = "";

	if (!scenario_parse("t.rut", source, strlen(source), &points, scenario, text, error))
		fail_msg("%s", error);
	check_valid(scenario);
}

static void a_sample_means_what_it_says(void **state)
{
	struct scenario scenario;
	struct scenario_text text;

	(void)state;
	parse(sample, &scenario, &text);
	assert_int_equal(scenario.configuration.dialect, SCENARIO_GO_1_23);
	assert_int_equal(scenario.configuration.procs, 8);
	assert_int_equal(scenario.configuration.buffer_size_bytes, 512);
	assert_int_equal(scenario.configuration.run_queue_length, 256);
	assert_int_equal(scenario.configuration.clock, SCENARIO_CLOCK_COARSE);
	assert_false(scenario.configuration.is_lock_order_checked);
	assert_true(scenario.configuration.initial_generation == UINT64_MAX - 1);
	assert_int_equal(scenario.configuration.advance_period_ns, 10000000);
	assert_int_equal(scenario.program_count, 2);
	assert_int_equal(scenario.programs[0].copies, 1);
	assert_int_equal(scenario.programs[1].copies, 4);
	assert_int_equal(scenario.operations[1].id, SCENARIO_GO);
	assert_int_equal(scenario.operations[1].a, 1);
	assert_int_equal(scenario.schedule.policy, SCENARIO_TARGET_BIASED);
	assert_int_equal(scenario.schedule.target_point, 7);
	assert_int_equal(scenario.schedule.seed, UINT32_MAX);
	assert_int_equal(scenario.override_count, 2);
	assert_int_equal(scenario.overrides[0].point, 7);
	assert_int_equal(scenario.overrides[0].target, 1);
	assert_int_equal(scenario.overrides[1].point, 123);
	assert_string_equal(text.program_names[1], "worker");
	assert_int_equal(text.expectation_count, 2);
	assert_string_equal(text.expectations[0].rule, "");
	assert_string_equal(text.expectations[1].setting, "issue_65318:defect");
	assert_string_equal(text.expectations[1].rule, "R2");
	assert_string_equal(text.marks[0], "procresize/revived");
	assert_true(text.toolchain.is_given);
	assert_int_equal(text.toolchain.minor_first, 19);
	assert_int_equal(text.toolchain.minor_last, 21);
	assert_int_equal(text.toolchain.build, SCENARIO_BUILD_LOCK_RANKING);
	assert_int_equal(text.toolchain.edit_count, 2);
	assert_string_equal(text.toolchain.edits[1], "issue-1-unfix");
	assert_string_equal(text.toolchain.expected[SCENARIO_BROKEN], "lock-order");
	assert_string_equal(text.toolchain.expected[SCENARIO_FIXED], "");
}

static void printing_reproduces_a_text_in_house_form(void **state)
{
	struct scenario scenario;
	struct scenario_text text;

	(void)state;
	parse(sample, &scenario, &text);
	assert_int_equal(scenario_print(&scenario, &text, &points, printed), strlen(sample));
	assert_string_equal(printed, sample);
}

static void every_scenario_survives_its_text(void **state)
{
	static uint8_t bytes[1000];
	struct choice_random random;
	struct scenario scenario;
	struct scenario again;

	(void)state;
	choice_random_init(&random, 5);
	for (int i = 0; i < 4000; i++) {
		if (i % 2 == 0) {
			scenario_generate(&random, &scenario);
		} else {
			for (size_t j = 0; j < sizeof bytes; j++)
				bytes[j] = (uint8_t)(choice_random_u32(&random) &
						     (j >= SCENARIO_HEADER_SIZE && j % 8 == 3
							      ? 0
							      : 0x3f));
			scenario_decode(bytes, sizeof bytes, &scenario);
		}
		scenario_print(&scenario, NULL, i % 3 == 0 ? &points : NULL, printed);
		parse(printed, &again, NULL);
		check_identical(&scenario, &again);
	}
}

static void the_longest_text_fits(void **state)
{
	static struct scenario_text text;
	struct scenario scenario;
	struct scenario again;

	(void)state;
	scenario_init(&scenario);
	memset(text.comment, '\n', SCENARIO_COMMENT_SIZE - 1);
	memset(text.program_names[0], 'x', SCENARIO_WORD_SIZE - 1);
	for (int i = 0; i < SCENARIO_REPEAT_DEPTH_MAX; i++)
		assert_true(scenario_append(&scenario, 0, SCENARIO_REPEAT, 1, 0));
	while (scenario.operation_count < SCENARIO_OPERATION_COUNT_MAX - SCENARIO_REPEAT_DEPTH_MAX)
		assert_true(scenario_append(&scenario, 0, SCENARIO_GO, 0, 0));
	for (int i = 0; i < SCENARIO_REPEAT_DEPTH_MAX; i++)
		assert_true(scenario_append(&scenario, 0, SCENARIO_END_REPEAT, 0, 0));
	for (; scenario.override_count < SCENARIO_OVERRIDE_COUNT_MAX; scenario.override_count++)
		scenario.overrides[scenario.override_count] = (struct scenario_override){
			.point = UINT16_MAX,
			.occurrence = UINT16_MAX,
			.action = SCENARIO_SIGNAL,
			.target = 127};
	for (; text.expectation_count < SCENARIO_EXPECTATION_COUNT_MAX; text.expectation_count++) {
		struct scenario_expectation *expectation =
			&text.expectations[text.expectation_count];

		memset(expectation->setting, 's', SCENARIO_WORD_SIZE - 1);
		memset(expectation->verdict, 'v', SCENARIO_WORD_SIZE - 1);
		memset(expectation->rule, 'r', SCENARIO_WORD_SIZE - 1);
	}
	for (; text.mark_count < SCENARIO_MARK_COUNT_MAX; text.mark_count++)
		memset(text.marks[text.mark_count], 'm', SCENARIO_WORD_SIZE - 1);
	scenario_repair(&scenario);
	scenario_print(&scenario, &text, NULL, printed);
	parse(printed, &again, NULL);
	check_identical(&scenario, &again);
}

static void layout_is_free_between_operations(void **state)
{
	struct scenario scenario;
	struct scenario again;

	(void)state;
	parse("tracer v2 \"go 1.22\"\n"
	      "goroutine a\t# the only one\r\n"
	      "start; work 8 ; repeat 2 { log 1 2 yield\n} stop\n"
	      "schedule pct parameter 3 seed 4 # and no more\n"
	      "  at park/begin #3 stay # is it",
	      &scenario, NULL);
	parse("tracer v2 \"go 1.22\"\nprocs 4\n\ngoroutine a\n    start\n    work 8\n"
	      "    repeat 2 { log 1 2; yield }\n    stop\n\nschedule pct seed 4 parameter 3\n"
	      "    at park/begin #3 stay\n",
	      &again, NULL);
	check_identical(&again, &scenario);
}

struct broken {
	const char *source; /* after the line `tracer` and the line `goroutine a`, if it begins with
			       a space */
	const char *error;
};

static const struct broken broken_sources[] = {
	{" maxprocs 0\n", "t.rut:3:11: maxprocs wants 1 to 64, got 0"},
	{" yield\n  work 65", "t.rut:4:8: work wants 1 to 64, got 65"},
	{" log 1\n", "t.rut:3:7: log wants 0 to 15, got the end of the line"},
	{" log 1 x", "t.rut:3:8: log wants 0 to 15, got x"},
	{" sleep 99999999999999999999",
	 "t.rut:3:8: sleep wants 1 to 5000, got 99999999999999999999"},
	{" go b", "t.rut:3:5: go wants the name of a goroutine of this file, got b"},
	{" repeat 2 yield", "t.rut:3:11: repeat wants a {, got yield"},
	{" repeat 2 { yield\n", "t.rut:3:2: repeat wants a } at its end"},
	{" repeat 2 { yield\nschedule pct", "t.rut:3:2: repeat wants a } at its end"},
	{" yield }", "t.rut:3:8: a } without its repeat"},
	{" repeat 1 { repeat 1 { repeat 1 { repeat 1 { } } } }",
	 "t.rut:3:35: repeat wants at most 3 in each other"},
	{" repeat 64 { repeat 64 { repeat 64 { yield } } }\n",
	 "t.rut:2:11: goroutine a wants at most 20000 steps, its repeats make 532609"},
	{" yeild", "t.rut:3:2: a line wants an operation or a statement, got yeild"},
	{" \"yield\"", "t.rut:3:2: a line wants an operation or a statement, got \"yield\""},
	{" \x01", "t.rut:3:2: a line wants an operation or a statement, got the byte 0x01"},
	{" at park/begin #1 stay", "t.rut:3:2: at wants to stand under schedule"},
	{"yield", "t.rut:1:1: a scenario wants tracer v2 \"go 1.26\" as its first line, got yield"},
	{"", "t.rut:1:1: a scenario wants tracer v2 \"go 1.26\" as its first line, "
	     "got the end of the file"},
	{"tracer v1 \"go 1.22\"", "t.rut:1:8: this dialect is of the other tracer"},
	{"tracer v3 \"go 1.22\"", "t.rut:1:8: tracer wants v1 or v2, got v3"},
	{"tracer v2 \"go 1.21\"", "t.rut:1:8: this dialect is of the other tracer"},
	{"tracer v2 \"go 1.20\"",
	 "t.rut:1:11: tracer wants one of go 1.22 go 1.23 go 1.19 go 1.21 go 1.26, "
	 "got \"go 1.20\""},
	{"tracer v1 \"go 1.19\"\nclock-skew small",
	 "t.rut:2:12: clock-skew wants none with the v1 tracer, got small"},
	{"tracer v1 \"go 1.21\"\nadvance-period 1ms",
	 "t.rut:2:16: advance-period wants off with the v1 tracer, got 1ms"},
	{"tracer v1 \"go 1.19\"\ntoolchain 22 plain",
	 "t.rut:2:11: toolchain wants a version of Go, such as 1.22, got 22"},
	{"tracer v1 \"go 1.19\"\ntoolchain 1.2 plain", "t.rut:2:13: 1. wants 5 to 254, got 2"},
	{"tracer v1 \"go 1.19\"\ntoolchain 1.22 to 1.23 msan",
	 "t.rut:2:24: toolchain wants plain, race or lock-ranking, got msan"},
	{"tracer v1 \"go 1.19\"\ntoolchain-expect broken ok",
	 "t.rut:2:1: toolchain-expect wants a line toolchain before it"},
	{"tracer v1 \"go 1.19\"\ntoolchain 1.19 race\ntoolchain-expect maybe ok",
	 "t.rut:3:18: toolchain-expect wants broken, incomplete or fixed, got maybe"},
	{"tracer v1 \"go 1.19\"\ntoolchain 1.19 race\ntoolchain-expect fixed ok\n"
	 "toolchain-expect fixed throw",
	 "t.rut:4:18: a second line toolchain-expect fixed"},
	{"tracer v2 \"go 1.22",
	 "t.rut:1:11: tracer wants one of go 1.22 go 1.23 go 1.19 go 1.21 go 1.26, "
	 "got a string without its end"},
	{"tracer v2 \"go 1.22\"\nstart", "t.rut:2:1: start wants to stand under a goroutine"},
	{"tracer v2 \"go 1.22\"\nprocs 65", "t.rut:2:7: procs wants 1 to 64, got 65"},
	{"tracer v2 \"go 1.22\"\nprocs 4\nprocs 4", "t.rut:3:1: a second line procs"},
	{"tracer v2 \"go 1.22\"\nprocs 4 4",
	 "t.rut:2:9: this line wants nothing more after procs, got 4"},
	{"tracer v2 \"go 1.22\"\nbuffer-bytes 7",
	 "t.rut:2:14: buffer-bytes wants one of 256 512 1024 2048 4096 8192 65536, got 7"},
	{"tracer v2 \"go 1.22\"\ngoroutine a * 9", "t.rut:2:15: goroutine * wants 0 to 8, got 9"},
	{"tracer v2 \"go 1.22\"\ngoroutine 9", "t.rut:2:11: goroutine wants a name, got 9"},
	{"tracer v2 \"go 1.22\"\ngoroutine a\ngoroutine a", "t.rut:3:11: a second goroutine a"},
	{"tracer v2 \"go 1.22\"\nschedule fair",
	 "t.rut:2:10: schedule wants uniform, sticky, pct, delay-bounded, round-robin or "
	 "target-biased, got fair"},
	{"tracer v2 \"go 1.22\"\nschedule pct target park/begin",
	 "t.rut:2:14: target wants target-biased"},
	{"tracer v2 \"go 1.22\"\nschedule pct\nschedule pct", "t.rut:3:1: a second line schedule"},
	{"tracer v2 \"go 1.22\"\nschedule pct seed 4294967296",
	 "t.rut:2:19: seed wants 0 to 4294967295, got 4294967296"},
	{"tracer v2 \"go 1.22\"\nschedule pct\nat nowhere #1 stay",
	 "t.rut:3:4: at wants a yield point, there is no nowhere"},
	{"tracer v2 \"go 1.22\"\nschedule pct\nat point/65536 #1 stay",
	 "t.rut:3:4: point/ wants 0 to 65535, got point/65536"},
	{"tracer v2 \"go 1.22\"\nschedule pct\nat park/begin stay",
	 "t.rut:3:15: at wants an occurrence, such as #2, got stay"},
	{"tracer v2 \"go 1.22\"\nschedule pct\nat park/begin #0 stay",
	 "t.rut:3:16: # wants 1 to 65535, got 0"},
	{"tracer v2 \"go 1.22\"\nschedule pct\nat park/begin #1 jump",
	 "t.rut:3:18: at wants run, signal, grow, flush or stay, got jump"},
	{"tracer v2 \"go 1.22\"\nschedule pct\nat park/begin #1 run",
	 "t.rut:3:21: run wants an M, such as m1, got the end of the file"},
	{"tracer v2 \"go 1.22\"\nschedule pct\nat park/begin #1 run m128",
	 "t.rut:3:23: m wants 0 to 127, got 128"},
	{"tracer v2 \"go 1.22\"\nschedule pct\nat park/begin #1 run m",
	 "t.rut:3:23: m wants 0 to 127, got nothing"},
	{"tracer v2 \"go 1.22\"\nexpect default\n",
	 "t.rut:2:15: expect wants a verdict, got the end of the line"},
	{"tracer v2 \"go 1.22\"\nmark", "t.rut:2:5: mark wants a name, got the end of the file"},
};

static void errors_tell_the_place(void **state)
{
	char source[256];
	char error[SCENARIO_ERROR_SIZE];
	struct scenario scenario;
	struct scenario_text text;

	(void)state;
	memset(&scenario, 0x5a, sizeof scenario);
	for (size_t i = 0; i < sizeof broken_sources / sizeof broken_sources[0]; i++) {
		const struct broken *broken = &broken_sources[i];

		(void)snprintf(source, sizeof source, "%s%s",
			       broken->source[0] == ' ' ? "tracer v2 \"go 1.22\"\ngoroutine a\n"
							: "",
			       broken->source);
		assert_false(scenario_parse("t.rut", source, strlen(source), &points, &scenario,
					    &text, error));
		assert_string_equal(error, broken->error);
		assert_int_equal(scenario.program_count, 0x5a);
	}
}

static void limits_are_refused(void **state)
{
	char error[SCENARIO_ERROR_SIZE];
	struct scenario scenario;
	size_t length = (size_t)snprintf(printed, sizeof printed,
					 "tracer v2 \"go 1.22\"\ngoroutine a\n");

	(void)state;
	for (int i = 0; i <= SCENARIO_OPERATION_COUNT_MAX; i++)
		length += (size_t)snprintf(printed + length, sizeof printed - length, "yield\n");
	assert_false(scenario_parse("t.rut", printed, length, NULL, &scenario, NULL, error));
	assert_string_equal(error, "t.rut:515:1: more than 512 operations");
	memset(printed, 'x', sizeof printed);
	printed[0] = '#';
	assert_false(
		scenario_parse("t.rut", printed, sizeof printed, NULL, &scenario, NULL, error));
	assert_string_equal(error, "t.rut:1:1: a comment wants at most 4095 bytes");
}

static void any_bytes_are_parsed_or_refused(void **state)
{
	static char source[sizeof sample];
	char error[SCENARIO_ERROR_SIZE];
	struct choice_random random;
	struct scenario scenario;
	int parsed_count = 0;

	(void)state;
	choice_random_init(&random, 6);
	for (int i = 0; i < 20000; i++) {
		size_t size = sizeof sample - 1;

		memcpy(source, sample, size);
		for (uint32_t j = choice_random_below(&random, 4); j > 0; j--)
			source[choice_random_below(&random, (uint32_t)size)] =
				(char)choice_random_u32(&random);
		if (choice_random_chance(&random, 1, 4))
			size = choice_random_below(&random, (uint32_t)size);
		if (scenario_parse("t.rut", source, size, &points, &scenario, NULL, error)) {
			check_valid(&scenario);
			parsed_count++;
		} else {
			assert_int_equal(strncmp(error, "t.rut:", 6), 0);
		}
	}
	assert_in_range(parsed_count, 1000, 19000);
}

static void a_long_file_name_is_cut(void **state)
{
	char name[2 * SCENARIO_ERROR_SIZE];
	char error[SCENARIO_ERROR_SIZE];
	struct scenario scenario;

	(void)state;
	memset(name, 'n', sizeof name - 1);
	name[sizeof name - 1] = 0;
	assert_false(scenario_parse(name, "x", 1, NULL, &scenario, NULL, error));
	assert_non_null(strstr(error, "n:1:1: a scenario wants"));
}

/* A statement that is called like an operation could never be reached. */
static void words_are_distinct(void **state)
{
	(void)state;
	for (size_t i = 0; i < scenario_field_count; i++) {
		assert_null(scenario_operation_row_named(scenario_fields[i].name,
							 strlen(scenario_fields[i].name)));
	}
	assert_null(scenario_operation_row_named("goroutine", 9));
	assert_null(scenario_operation_row_named("schedule", 8));
	assert_null(scenario_operation_row_named("expect", 6));
	assert_null(scenario_operation_row_named("mark", 4));
	assert_null(scenario_operation_row_named("at", 2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sample_means_what_it_says),
		cmocka_unit_test(printing_reproduces_a_text_in_house_form),
		cmocka_unit_test(every_scenario_survives_its_text),
		cmocka_unit_test(the_longest_text_fits),
		cmocka_unit_test(layout_is_free_between_operations),
		cmocka_unit_test(errors_tell_the_place),
		cmocka_unit_test(limits_are_refused),
		cmocka_unit_test(any_bytes_are_parsed_or_refused),
		cmocka_unit_test(a_long_file_name_is_cut),
		cmocka_unit_test(words_are_distinct),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
