/* What a driver is given of a scenario. */
#include "real_go/tests/check.h"

#include <stdio.h>

#include "real_go/script.h"
#include "scenario/text.h"

static char script[SCRIPT_SIZE_MAX];

static void a_scenario_is_lines(void **state)
{
	(void)state;
	static const char source[] = "tracer v2 \"go 1.22\"\n"
				     "procs 6\n"
				     "goroutine controller\n"
				     "    start; repeat 4 { go worker; repeat 2 { yield } }\n"
				     "    mutex 3 9; stop\n"
				     "goroutine worker * 0\n"
				     "    work 7\n"
				     "schedule pct seed 9 parameter 3\n";
	static const char expected[] = "procs 6\n"
				       "program 0 copies 1\n"
				       "start 0 0\n"
				       "repeat 4 0\n"
				       "go 1 0\n"
				       "repeat 2 0\n"
				       "yield 0 0\n"
				       "} 0 0\n"
				       "} 0 0\n"
				       "mutex 3 9\n"
				       "stop 0 0\n"
				       "program 1 copies 0\n"
				       "work 7 0\n"
				       "end\n";
	struct scenario scenario;
	char error[SCENARIO_ERROR_SIZE];
	if (!scenario_parse("a.rut", source, strlen(source), NULL, &scenario, NULL, error))
		fail_msg("%s", error);
	assert_int_equal(script_print(&scenario, script), strlen(expected));
	assert_string_equal(script, expected);
}

/* The longest name with the longest arguments, 512 times. */
static void the_longest_scenario_fits(void **state)
{
	(void)state;
	const struct scenario_operation_row *longest = &scenario_operation_rows[0];
	struct scenario scenario;
	scenario_init(&scenario);
	for (size_t i = 0; i < scenario_operation_row_count; i++) {
		if (strlen(scenario_operation_rows[i].name) > strlen(longest->name))
			longest = &scenario_operation_rows[i];
	}
	while (scenario_append(&scenario, 0, longest->id, UINT16_MAX, UINT16_MAX))
		;
	assert_int_equal(scenario.operation_count, SCENARIO_OPERATION_COUNT_MAX);
	assert_in_range(script_print(&scenario, script), SCENARIO_OPERATION_COUNT_MAX,
			SCRIPT_SIZE_MAX - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_scenario_is_lines),
		cmocka_unit_test(the_longest_scenario_fits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
