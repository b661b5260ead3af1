/* From what runs gave to how a toolchain stands to an issue. */
#include "real_go/tests/check.h"

#include <stdio.h>

#include "real_go/standing.h"

static struct scenario_toolchain expecting(const char *broken, const char *incomplete)
{
	struct scenario_toolchain toolchain = {
		.is_given = true, .minor_first = 22, .minor_last = SCENARIO_MINOR_NEWEST};
	snprintf(toolchain.expected[SCENARIO_BROKEN], SCENARIO_WORD_SIZE, "%s", broken);
	snprintf(toolchain.expected[SCENARIO_INCOMPLETE], SCENARIO_WORD_SIZE, "%s", incomplete);
	return toolchain;
}

static struct standing_observation seen(const struct scenario_toolchain *toolchain, unsigned ok,
					enum verdict_kind kind, unsigned count)
{
	struct standing_observation observation = {.expectations = toolchain};
	observation.count_of[VERDICT_OK] = ok;
	observation.count_of[kind] += count;
	return observation;
}

static void check_told(const struct standing_observation *observations, size_t count,
		       enum scenario_standing standing)
{
	struct standing_answer answer = standing_tell(observations, count);
	assert_int_equal(answer.kind, STANDING_TOLD);
	assert_string_equal(scenario_standing_names[answer.standing],
			    scenario_standing_names[standing]);
}

/* As in repro/issue-65318: one that the first fix mends, one that it misses, a control. */
static void each_standing_is_told(void **state)
{
	(void)state;
	const enum verdict_kind rejected = VERDICT_TRACE_REJECTED;
	const struct scenario_toolchain mended = expecting("trace-rejected", "");
	const struct scenario_toolchain missed = expecting("trace-rejected", "trace-rejected");
	const struct scenario_toolchain control = expecting("", "");
	struct standing_observation observations[] = {
		seen(&mended, 0, rejected, 10),
		seen(&missed, 9, rejected, 1),
		seen(&control, 10, rejected, 0),
	};
	check_told(observations, 3, SCENARIO_BROKEN);
	observations[0] = seen(&mended, 10, rejected, 0);
	check_told(observations, 3, SCENARIO_INCOMPLETE);
	observations[1] = seen(&missed, 10, rejected, 0);
	check_told(observations, 3, SCENARIO_FIXED);
}

static void what_fits_none_is_inconclusive(void **state)
{
	(void)state;
	const struct scenario_toolchain mended = expecting("trace-rejected", "");
	const struct scenario_toolchain missed = expecting("trace-rejected", "trace-rejected");
	const struct scenario_toolchain control = expecting("", "");
	const enum verdict_kind rejected = VERDICT_TRACE_REJECTED;
	/* A control that is not ok, another verdict than the one expected, the lesser half alone.
	 */
	const struct standing_observation wrong[][2] = {
		{seen(&mended, 0, rejected, 10), seen(&control, 9, rejected, 1)},
		{seen(&mended, 9, rejected, 1), seen(&missed, 9, VERDICT_THROW, 1)},
		{seen(&mended, 9, rejected, 1), seen(&missed, 10, rejected, 0)},
	};
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		assert_int_equal(standing_tell(wrong[i], 2).kind, STANDING_INCONCLUSIVE);
}

static void of_several_that_expect_the_same_the_best_is_told(void **state)
{
	(void)state;
	const struct scenario_toolchain mended = expecting("deadlock", "");
	struct standing_observation observation = seen(&mended, 10, VERDICT_DEADLOCK, 0);
	check_told(&observation, 1, SCENARIO_FIXED);
	observation = seen(&mended, 0, VERDICT_DEADLOCK, 1);
	check_told(&observation, 1, SCENARIO_BROKEN);
}

static void controls_alone_tell_nothing(void **state)
{
	(void)state;
	const struct scenario_toolchain control = expecting("", "ok");
	const struct standing_observation observation = seen(&control, 10, VERDICT_THROW, 0);
	assert_int_equal(standing_tell(&observation, 1).kind, STANDING_NOT_APPLICABLE);
	assert_int_equal(standing_tell(NULL, 0).kind, STANDING_NOT_APPLICABLE);
}

static void versions_are_covered_from_first_to_last(void **state)
{
	(void)state;
	struct scenario_toolchain toolchain = expecting("throw", "");
	assert_false(standing_covers(&toolchain, 21));
	assert_true(standing_covers(&toolchain, 22));
	assert_true(standing_covers(&toolchain, 99));
	toolchain.minor_last = 23;
	assert_true(standing_covers(&toolchain, 23));
	assert_false(standing_covers(&toolchain, 24));
	toolchain.is_given = false;
	assert_false(standing_covers(&toolchain, 22));
}

static void verdicts_have_names(void **state)
{
	(void)state;
	enum verdict_kind kind;
	const struct scenario_toolchain toolchain = expecting("no-race-context", "no such verdict");
	assert_true(standing_expected(&toolchain, SCENARIO_BROKEN, &kind));
	assert_int_equal(kind, VERDICT_NO_RACE_CONTEXT);
	assert_true(standing_expected(&toolchain, SCENARIO_FIXED, &kind));
	assert_int_equal(kind, VERDICT_OK);
	assert_false(standing_expected(&toolchain, SCENARIO_INCOMPLETE, &kind));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_standing_is_told),
		cmocka_unit_test(what_fits_none_is_inconclusive),
		cmocka_unit_test(of_several_that_expect_the_same_the_best_is_told),
		cmocka_unit_test(controls_alone_tell_nothing),
		cmocka_unit_test(versions_are_covered_from_first_to_last),
		cmocka_unit_test(verdicts_have_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
