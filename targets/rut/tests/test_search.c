/* A search turns a scenario whose own schedule shows nothing into one that shows it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/defect.h"
#include "perform/points.h"
#include "rut/command.h"
#include "rut/search.h"

/* A P dies while an advance is under way, or before, or after: the schedule says. */
static const char operations[] = "tracer v2 \"go 1.22\"\n"
				 "procs 4\n"
				 "goroutine controller\n"
				 "    start; repeat 4 { go worker }; repeat 4 { block 0 }\n"
				 "    unblock 1; advance; advance; maxprocs 4\n"
				 "    repeat 4 { go worker }; repeat 4 { block 0 }\n"
				 "    stop\n"
				 "goroutine shrinker\n"
				 "    block 1; repeat 4 { work 31 }; maxprocs 1\n"
				 "goroutine worker * 0\n"
				 "    repeat 4 { work 4; yield }; unblock 0\n"
				 "schedule round-robin seed 0 parameter 0\n";

enum { FEW = 1, MANY = 2000 };

static void parse(struct scenario *ret_scenario, struct scenario_text *ret_text)
{
	static char error[SCENARIO_ERROR_SIZE];
	if (!scenario_parse("test", operations, strlen(operations), &perform_points, ret_scenario,
			    ret_text, error))
		fail_msg("%s", error);
}

static void a_defect_is_found_by_another_schedule(void **state)
{
	(void)state;
	static struct scenario scenario;
	static struct scenario_text text;
	parse(&scenario, &text);
	assert_true(defect_switch("issue_65318:fix_1_23"));
	assert_int_equal(search_schedules(&scenario, &text, "", FEW), RUT_FINE);
	assert_int_equal(search_schedules(&scenario, &text, "trace-rejected", MANY), RUT_FINDING);
	assert_int_equal(search_schedules(&scenario, &text, "race", FEW), RUT_FINE);
	assert_true(defect_switch("issue_65318:fix_1_26"));
	assert_int_equal(search_schedules(&scenario, &text, "", MANY / 10), RUT_FINE);
}

static void verdicts_have_names(void **state)
{
	(void)state;
	assert_true(search_knows_verdict("trace-rejected"));
	assert_true(search_knows_verdict("race"));
	assert_false(search_knows_verdict("ok"));
	assert_false(search_knows_verdict("nonsense"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_defect_is_found_by_another_schedule),
		cmocka_unit_test(verdicts_have_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
