/* What an engine is rewarded for: a thread that stands while a generation begins or ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "perform/points.h"
#include "run/run.h"
#include "scenario/load.h"
#include "truth/situation.h"

/* As truth/situation.h numbers them: the highest third of all. */
enum { HAS_MISSED_A_GENERATION = SITUATION_COUNT / 3 * 2 };

static struct {
	const void *last_owner;
	unsigned counts[SITUATION_COUNT];
} seen;

static void look(void *context, const struct sim_who *who, enum point point, const void *object)
{
	(void)context;
	(void)point;
	(void)object;
	seen.counts[situation_of(who, who->owner != seen.last_owner)]++;
	seen.last_owner = who->owner;
}

static unsigned missed_count(const char *path)
{
	static struct scenario scenario;
	static struct run_result result;
	static char error[SCENARIO_ERROR_SIZE];
	unsigned count = 0;

	if (!scenario_load(path, &perform_points, &scenario, NULL, error, sizeof error))
		fail_msg("%s", error);
	struct run_options options = run_options_for(&scenario);
	options.onlooker = look;
	memset(&seen, 0, sizeof seen);
	situation_begin(scenario.configuration.dialect);
	run_scenario(&options, &result);
	assert_int_equal(result.verdict.kind, VERDICT_OK);
	for (unsigned i = HAS_MISSED_A_GENERATION; i < SITUATION_COUNT; i++)
		count += seen.counts[i];
	return count;
}

static void a_thread_that_stands_while_a_generation_ends_is_told(void **state)
{
	(void)state;
	assert_true(missed_count("repro/issue-64318/safe-point-on-the-way-in.rut") > 0);
}

static void without_a_trace_none_is_told(void **state)
{
	(void)state;
	assert_int_equal(missed_count("repro/issue-21836/everybody-runs-go-code.rut"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_thread_that_stands_while_a_generation_ends_is_told),
		cmocka_unit_test(without_a_trace_none_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
