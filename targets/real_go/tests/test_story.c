/* What the traces of a run tell: of our runtime, since it does the same every time. Real toolchains
 * tell theirs in `rut go story'. */
#include "real_go/story.h"

#include <stdio.h>

#include "base/defect.h"
#include "check.h"
#include "perform/points.h"
#include "run/run.h"
#include "scenario/text.h"

static struct story *story;

static int set_up(void **state)
{
	(void)state;
	story = story_create();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	story_destroy(story);
	return 0;
}

static void parse(const char *text, struct scenario *ret_scenario)
{
	char error[SCENARIO_ERROR_SIZE];
	if (!scenario_parse("test.rut", text, strlen(text), &perform_points, ret_scenario, NULL,
			    error))
		fail_msg("%s", error);
}

static const char *tell_scenario(const struct scenario *scenario)
{
	static struct run_result result;
	struct run_options options = run_options_for(scenario);
	options.judges_traces = options.judges_truth = false;
	run_scenario(&options, &result);
	assert_int_equal(result.verdict.kind, VERDICT_OK);
	return story_tell(story, result.sessions);
}

/* In the form that SETTING makes it. */
static const char *tell(const char *text, const char *setting)
{
	static struct scenario scenario;
	parse(text, &scenario);
	defect_reset();
	assert_true(defect_switch(setting));
	const char *told = tell_scenario(&scenario);
	defect_reset();
	return told;
}

/* ---- All kinds of lines -------------------------------------------------- */

static const char everything[] = "tracer v2 \"go 1.23\"\n"
				 "procs 1\n"
				 "goroutine controller\n"
				 "    go worker; block 0\n"
				 "    start\n"
				 "    call 7; task-begin 3; log 1 10; return\n"
				 "    unblock 1; block 0; set-gc-percent 50\n"
				 "    advance\n"
				 "    region-begin 0; maxprocs 3; maxprocs 2; maxprocs 1\n"
				 "    unblock 1; block 0; yield; sleep 5\n"
				 "    advance\n"
				 "    stop\n"
				 "goroutine worker * 0\n"
				 "    call 40; call 41\n"
				 "    unblock 0; block 1\n"
				 "    go second; unblock 0; block 1\n"
				 "    unblock 0\n"
				 "goroutine second * 0\n"
				 "    call 1; block 5\n"
				 "schedule round-robin seed 0\n";

static const char whole_story[] =
	"trace 1\n"
	"generation 1\n"
	"g1 status running\n"
	"g1 ProcsChange 1\n"
	"g1 STWBegin \"start trace\"\n"
	"g1 HeapGoal\n"
	"procs told by now 1, of them running 1\n"
	"g1 ProcsChange 1\n"
	"g1 STWEnd\n"
	"g1 UserTaskBegin \"request\" t1 t0 in f7\n"
	"g1 UserLog \"a\" \"name with \\x22quotes\\x22 and \\x5c in it\" t1 in f7\n"
	"g2 status waiting\n"
	"g1 GoUnblock g2\n"
	"g1 GoBlock block\n"
	"g2 GoStart\n"
	"g2 GoCreate g3 in f41 f40\n"
	"g2 GoUnblock g1\n"
	"g2 GoBlock block in f41 f40\n"
	"g3 GoStart\n"
	"g3 GoBlock block in f1\n"
	"g1 GoStart\n"
	"g1 HeapGoal\n"
	"end procs 1 told 1\n"
	"generation 2\n"
	"g1 status running\n"
	"g1 ProcsChange 1\n"
	"g1 UserRegionBegin \"\" t1\n"
	"g1 STWBegin \"GOMAXPROCS\"\n"
	"g1 ProcsChange 3\n"
	"g1 STWEnd\n"
	"g1 STWBegin \"GOMAXPROCS\"\n"
	"g1 ProcsChange 2\n"
	"g1 STWEnd\n"
	"g1 STWBegin \"GOMAXPROCS\"\n"
	"g1 ProcsChange 1\n"
	"g1 STWEnd\n"
	"g2 status waiting\n"
	"g1 GoUnblock g2\n"
	"g1 GoBlock block\n"
	"g2 GoStart\n"
	"g2 GoUnblock g1\n"
	"g2 GoDestroy\n"
	"g1 GoStart\n"
	"g1 GoStop \"runtime.Gosched\"\n"
	"g1 GoStart\n"
	"g1 GoBlock \"sleep\"\n"
	"- GoUnblock g1\n"
	"g1 GoStart\n"
	"end g3 status waiting in f1\n"
	"end procs 1 told 1\n"
	"generation 3\n"
	"g1 status running\n"
	"g1 ProcsChange 1\n"
	"end g3 status waiting in f1\n"
	"end procs 1 told 1\n"
	"traces 1\n";

static void every_kind_of_line_is_told(void **state)
{
	(void)state;
	assert_string_equal(tell(everything, "issue_65318:fix_1_26"), whole_story);
}

static void it_does_not_depend_on_the_schedule(void **state)
{
	(void)state;
	static struct scenario scenario;
	parse(everything, &scenario);
	for (uint32_t seed = 0; seed < 50; seed++) {
		scenario.schedule = (struct scenario_schedule){
			.policy = (uint8_t)(seed % SCENARIO_TARGET_BIASED),
			.parameter = 3,
			.seed = seed,
		};
		assert_string_equal(tell_scenario(&scenario), whole_story);
	}
}

/* ---- Forms --------------------------------------------------------------- */

static const char procs_die_and_come_back[] = "tracer v2 \"go 1.22\"\n"
					      "procs 4\n"
					      "goroutine controller\n"
					      "    start; maxprocs 1; stop\n"
					      "    start; stop\n"
					      "    maxprocs 4; start\n"
					      "    repeat 4 { go worker }\n"
					      "    repeat 4 { block 0 }\n"
					      "    stop\n"
					      "    start; stop\n"
					      "goroutine worker * 0\n"
					      "    repeat 4 { work 4; yield }\n"
					      "    unblock 0\n"
					      "schedule round-robin seed 1 parameter 1\n";

static void statuses_at_the_beginning_and_at_the_end_are_two_stories(void **state)
{
	(void)state;
	assert_contains(tell(procs_die_and_come_back, "issue_65318:fix_1_23"),
			"procs told by now 4, of them running 1\n");
	assert_contains(tell(procs_die_and_come_back, "issue_65318:fix_1_26"),
			"procs told by now 1, of them running 1\n");
}

static void a_generation_that_is_rejected_is_told_as_that(void **state)
{
	(void)state;
	const char *broken = tell(procs_die_and_come_back, "issue_65318:defect");
	assert_contains(broken, "end procs 1 told 1\n"
				"trace 3\n"
				"generation 3 rejected\n"
				"trace 4\n"
				"generation 4\n"
				"g1 status running\n");
	assert_null(strstr(broken, "g2 "));
	assert_null(strstr(tell(procs_die_and_come_back, "issue_65318:fix_1_23"), "rejected"));
}

/* ---- Other traces -------------------------------------------------------- */

static void nothing_is_no_story(void **state)
{
	(void)state;
	static struct sessions sessions;
	sessions_reset(&sessions);
	assert_string_equal(story_tell(story, &sessions), "traces 0\n");
}

static void bytes_that_are_no_trace_are_rejected(void **state)
{
	(void)state;
	static struct sessions sessions;
	sessions_reset(&sessions);
	assert_non_null(sessions_begin(&sessions));
	sessions_append(&sessions, (const uint8_t *)"go 1.2", 6);
	assert_string_equal(story_tell(story, &sessions), "trace 1\n"
							  "generation 0 rejected\n"
							  "traces 1\n");
}

/* A Go program's own goroutines are none of a scenario; its stops of the world are told. */
static void a_stranger_has_no_name(void **state)
{
	(void)state;
	static struct sessions sessions;
	static uint8_t bytes[1 << 20];
	FILE *file = fopen("corpus/traces/go1.23-mixed.trace", "rb");
	assert_non_null(file);
	size_t size_bytes = fread(bytes, 1, sizeof bytes, file);
	fclose(file);
	sessions_reset(&sessions);
	assert_non_null(sessions_begin(&sessions));
	sessions_append(&sessions, bytes, size_bytes);
	const char *told = story_tell(story, &sessions);
	assert_contains(told, "\n- STWBegin \"start trace\"\n");
	assert_null(strstr(told, "g1"));
	assert_null(strstr(told, "rejected"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_of_line_is_told),
		cmocka_unit_test(it_does_not_depend_on_the_schedule),
		cmocka_unit_test(statuses_at_the_beginning_and_at_the_end_are_two_stories),
		cmocka_unit_test(a_generation_that_is_rejected_is_told_as_that),
		cmocka_unit_test(nothing_is_no_story),
		cmocka_unit_test(bytes_that_are_no_trace_are_rejected),
		cmocka_unit_test(a_stranger_has_no_name),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
