/* Random scripts leave nothing to the scheduler: every schedule tells the same story. */
#include "rut_go/go_story_random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "perform/points.h"
#include "real_go/story.h"
#include "run/run.h"

enum { SCRIPT_COUNT = 200, SCHEDULE_COUNT = 6 };

static const char *tell(struct story *story, const struct scenario *scenario)
{
	static struct run_result result;
	const struct run_options options = run_options_for(scenario);
	run_scenario(&options, &result);
	assert_int_equal(result.verdict.kind, VERDICT_OK);
	return story_tell(story, result.sessions);
}

static void every_schedule_tells_the_same(void **state)
{
	(void)state;
	static struct scenario scenario;
	static struct scenario_text text;
	struct story *story = story_create();
	for (uint64_t seed = 1; seed <= SCRIPT_COUNT; seed++) {
		go_story_random(seed, &scenario, &text);
		char *first = strdup(tell(story, &scenario));
		assert_non_null(strstr(first, "g1 STWBegin \"start trace\""));
		for (uint8_t i = 0; i < SCHEDULE_COUNT; i++) {
			scenario.schedule = (struct scenario_schedule){
				.policy = i % SCENARIO_TARGET_BIASED, .parameter = i, .seed = i};
			assert_string_equal(tell(story, &scenario), first);
		}
		free(first);
	}
	story_destroy(story);
}

static void its_text_is_the_same_script(void **state)
{
	(void)state;
	static struct scenario scenario, parsed;
	static struct scenario_text text, parsed_text;
	static char printed[SCENARIO_TEXT_SIZE_MAX];
	char error[SCENARIO_ERROR_SIZE];
	for (uint64_t seed = 1; seed <= SCRIPT_COUNT; seed++) {
		go_story_random(seed, &scenario, &text);
		size_t size = scenario_print(&scenario, &text, &perform_points, printed);
		if (!scenario_parse("random.rut", printed, size, &perform_points, &parsed,
				    &parsed_text, error))
			fail_msg("%s", error);
		assert_true(scenario_equal(&parsed, &scenario));
		assert_int_equal(parsed_text.toolchain.minor_first, text.toolchain.minor_first);
	}
}

static void both_shapes_are_there(void **state)
{
	(void)state;
	static struct scenario scenario;
	static struct scenario_text text;
	unsigned with_workers = 0;
	for (uint64_t seed = 1; seed <= SCRIPT_COUNT; seed++) {
		go_story_random(seed, &scenario, &text);
		with_workers += scenario.program_count > 1;
	}
	assert_in_range(with_workers, SCRIPT_COUNT / 4, SCRIPT_COUNT * 3 / 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_schedule_tells_the_same),
		cmocka_unit_test(its_text_is_the_same_script),
		cmocka_unit_test(both_shapes_are_there),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
