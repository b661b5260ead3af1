/* What a consumer is told of a v1 trace: every event, in order, with what it leads to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>

#include "oracle/oracle.h"
#include "oracle/tests/trace_files.h"
#include "oracle/tests/v1_trace_text.h"

enum { STORY_SIZE = 8192 };

static char story[STORY_SIZE];
static size_t story_used;

__attribute__((format(printf, 1, 2))) static void tell(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	int written = vsnprintf(story + story_used, STORY_SIZE - story_used, format, arguments);
	va_end(arguments);
	assert_true(written >= 0 && story_used + (size_t)written < STORY_SIZE);
	story_used += (size_t)written;
}

/* "ns P G event | message | names", a line per event. */
static void tell_event(void *context, const struct oracle_v1_event *event)
{
	const struct v1_event_info *info = &v1_event_info[event->type];
	const uint8_t *text;
	size_t size;
	char name[128];

	(void)context;
	v1_event_format(name, sizeof(name), event->type, event->arguments);
	tell("%" PRId64 " P%" PRId64 " G%" PRIu64 " %s%s", event->time_ns, (int64_t)event->p,
	     event->g, name, event->is_futile ? " (futile)" : "");
	if (event->message != NULL)
		tell(" |%.*s|", (int)event->message_size, (const char *)event->message);
	for (uint8_t i = 0; i < event->argument_count; i++) {
		if ((info->string_arguments >> i & 1) != 0 &&
		    oracle_v1_string(event, event->arguments[i], &text, &size))
			tell(" \"%.*s\"", (int)size, (const char *)text);
	}
	tell("\n");
}

static struct oracle_report judge(const char *script, oracle_v1_event_function *on_event,
				  void *event_context)
{
	const struct oracle_options options = {.on_v1_event = on_event,
					       .on_v1_event_context = event_context};
	struct oracle *oracle = oracle_create();
	struct trace_builder builder;
	struct oracle_report report;

	trace_builder_create(&builder);
	v1_text_write(&builder, script);
	oracle_check(oracle, builder.bytes, builder.size, &options, &report);
	trace_builder_destroy(&builder);
	oracle_destroy(oracle);
	return report;
}

static void expect_story(const char *script, const char *expected)
{
	story_used = 0;
	story[0] = '\0';
	judge(script, tell_event, NULL);
	assert_string_equal(story, expected);
}

/* One unit is 10 ns. A sample has the time when it was taken, the end of a system call the real
 * one, and both stand where those belong. */
static void come_in_order_of_time(void **context)
{
	(void)context;
	expect_story("p 0; labels; GoCreate 1 1 2; GoCreate 2 1 2; GoInSyscall 2; mark;"
		     "dt 5; ProcStart 9; GoStartLocal 1; Gomaxprocs 4 2; p 1 1012; ProcStart 8;"
		     "GoSysExit 2 2 @2; p 0 1020; CPUSample @30 1 2 2; p 1 1023; GoStart 2 3;"
		     "GoEnd; p 0 1040; GoSched 2; tail",
		     "0 P0 G0 GoCreate g=1 start_stack=1 stack=2\n"
		     "10 P0 G0 GoCreate g=2 start_stack=1 stack=2\n"
		     "20 P0 G2 GoInSyscall g=2\n"
		     "40 P1 G2 GoSysExit g=2 g_seq=2 real_time=1006\n"
		     "70 P0 G0 ProcStart m=9\n"
		     "80 P0 G1 GoStartLocal g=1\n"
		     "90 P0 G1 Gomaxprocs procs=4 stack=2\n"
		     "110 P1 G0 ProcStart m=8\n"
		     "220 P1 G2 GoStart g=2 g_seq=3\n"
		     "230 P1 G2 GoEnd\n"
		     "320 P1 G2 CPUSample time=1034 p=1 g=2 stack=2\n"
		     "390 P0 G1 GoSched stack=2\n");
}

static void lead_to_their_texts(void **context)
{
	(void)context;
	expect_story("p 0; labels; GoCreate 1 1 2; GoStartLocal 1; string 7 key; log 5 7 2 3;"
		     "UserTaskCreate 5 0 8 2; string 8 name; UserRegion 5 0 99 2; GoSched 2; tail",
		     "0 P0 G0 GoCreate g=1 start_stack=1 stack=2\n"
		     "10 P0 G1 GoStartLocal g=1\n"
		     "20 P0 G1 UserLog task=5 key=7 stack=2 |mmm| \"key\"\n"
		     "30 P0 G1 UserTaskCreate task=5 parent=0 name=8 stack=2 \"name\"\n"
		     "40 P0 G1 UserRegion task=5 mode=0 name=99 stack=2\n"
		     "50 P0 G1 GoSched stack=2\n");
}

static void are_marked_where_a_wakeup_was_futile(void **context)
{
	(void)context;
	expect_story("header 19; p 0; GoCreate 1 1 2; GoCreate 3 1 2; GoWaiting 3; GoStartLocal 1;"
		     "GoUnblockLocal 3 2; p 1; GoStart 3 3; FutileWakeup; GoBlockSync 2;"
		     "p 0; GoUnblock 3 4 2; GoSched 2; tail",
		     "0 P0 G0 GoCreate g=1 start_stack=1 stack=2\n"
		     "10 P0 G0 GoCreate g=3 start_stack=1 stack=2\n"
		     "20 P0 G3 GoWaiting g=3\n"
		     "30 P0 G1 GoStartLocal g=1\n"
		     "40 P0 G1 GoUnblockLocal g=3 stack=2 (futile)\n"
		     "60 P1 G3 GoStart g=3 g_seq=3 (futile)\n"
		     "70 P1 G3 FutileWakeup (futile)\n"
		     "80 P1 G3 GoBlockSync stack=2 (futile)\n"
		     "100 P0 G1 GoUnblock g=3 g_seq=4 stack=2\n"
		     "110 P0 G1 GoSched stack=2\n");
}

static void end_where_the_story_breaks(void **context)
{
	(void)context;
	expect_story("p 0; GoCreate 1 1 2; GoStartLocal 1; STWDone; GoSched 2; tail",
		     "0 P0 G0 GoCreate g=1 start_stack=1 stack=2\n"
		     "10 P0 G1 GoStartLocal g=1\n");
	expect_story("p 0; GoCreate 1 1 2; GoStartLocal 7; STWDone; GoSched 2; tail", "");
}

static void check_stack(void *context, const struct oracle_v1_event *event)
{
	const struct v1_frame *frames;
	const uint8_t *text;
	size_t size;

	if (event->type != V1_EVENT_go_sched)
		return;
	++*(int *)context;
	assert_int_equal(event->stack, 2);
	assert_int_equal(event->units_per_second, V1_TEXT_UNITS_PER_SECOND);
	assert_int_equal(oracle_v1_stack(event, event->stack, &frames), 2);
	assert_int_equal(frames[0].pc, 4096);
	assert_int_equal(frames[1].line, 2);
	assert_true(oracle_v1_string(event, frames[1].function, &text, &size));
	assert_int_equal(size, strlen("main.work"));
	assert_memory_equal(text, "main.work", size);
	assert_true(oracle_v1_string(event, frames[0].file, &text, &size));
	assert_memory_equal(text, "main.go", size);
	assert_int_equal(oracle_v1_stack(event, 77, &frames), 0);
	assert_int_equal(oracle_v1_stack(event, 0, &frames), 0);
}

static void lead_to_their_stacks(void **context)
{
	int count = 0;

	(void)context;
	assert_true(
		judge("p 0; GoCreate 1 1 2; GoStartLocal 1; GoSched 2; tail", check_stack, &count)
			.is_accepted);
	assert_int_equal(count, 1);
}

static void count_event(void *context, const struct oracle_v1_event *event)
{
	(void)event;
	++*(uint64_t *)context;
}

/* Times do not go back, and there are as many as the report says. */
static void are_told_of_real_traces(void **context)
{
	struct oracle *oracle = oracle_create();
	static struct trace_files files;
	int count = 0;

	(void)context;
	trace_files_list(&files);
	for (int i = 0; i < files.count; i++) {
		uint64_t events = 0;
		const struct oracle_options options = {.is_strict = true,
						       .on_v1_event = count_event,
						       .on_v1_event_context = &events};
		struct oracle_report report;
		size_t size;
		uint8_t *bytes = trace_files_read(files.names[i], ".trace", &size);
		oracle_check(oracle, bytes, size, &options, &report);
		free(bytes);
		if (report.version_minor >= 22)
			continue;
		count++;
		assert_true(report.is_accepted);
		assert_int_equal(report.statistics.events, events);
		assert_true(report.statistics.of_type[V1_EVENT_go_create] > 0);
	}
	assert_true(count >= 8);
	oracle_destroy(oracle);
}

/* Clocks far apart, and times that no number of nanoseconds holds. */
static void have_times_whatever_the_clock_says(void **context)
{
	(void)context;
	expect_story("p 0 9223372036854775800; GoCreate 1 1 2; GoStartLocal 1; GoSched 2; tail",
		     "0 P0 G0 GoCreate g=1 start_stack=1 stack=2\n"
		     "10 P0 G1 GoStartLocal g=1\n"
		     "20 P0 G1 GoSched stack=2\n");
	expect_story("p 0 1000; GoCreate 1 1 2; dt 4611686018427387904; GoStartLocal 1; GoSched 2;"
		     "Frequency 1",
		     "0 P0 G0 GoCreate g=1 start_stack=1 stack=2\n"
		     "-9223372036854775808 P0 G1 GoStartLocal g=1\n"
		     "-9223372036854775808 P0 G1 GoSched stack=2\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(come_in_order_of_time),
		cmocka_unit_test(lead_to_their_texts),
		cmocka_unit_test(are_marked_where_a_wakeup_was_futile),
		cmocka_unit_test(end_where_the_story_breaks),
		cmocka_unit_test(lead_to_their_stacks),
		cmocka_unit_test(are_told_of_real_traces),
		cmocka_unit_test(have_times_whatever_the_clock_says),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
