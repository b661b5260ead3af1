/* Traces whose end is cut off or broken: what is delivered of them, and which rule they break
 * (format-v2 10.4). And generations of unusual shape that are whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "oracle/oracle.h"
#include "oracle/tests/trace_text.h"

#define RUN "begin; m 10; ProcStatus 0 1; GoStatus 1 10 2; ProcsChange 1 0; HeapAlloc 5"
#define END "; end;"
/* The begin of a batch with 9 bytes of which none is there. */
#define CUT_BATCH(generation) "byte 1; number " generation "; number 10; number 9000; number 9"

struct tail_case {
	const char *script;
	const char *delivered; /* types of records, by generation */
	enum rule rule;
};

/* F frequency, C clock snapshot, P and G statuses, N ProcsChange, H HeapAlloc. */
static const struct tail_case cases[] = {
	{"header 22;" RUN END, "1:FPGNH", RULE_NONE},
	{"header 25;" RUN END RUN END, "1:FCPGNH 2:FCPGNH", RULE_NONE},
	{"header 26;" RUN END RUN END, "1:FCPGNH 2:FCPGNH", RULE_NONE},

	/* Before version 26 a broken batch may be the first of the next generation. */
	{"header 23;" RUN END CUT_BATCH("1"), "1:FPGNH", RULE_w_batch_truncated},
	{"header 25;" RUN END CUT_BATCH("2"), "1:FCPGNH", RULE_w_batch_truncated},
	{"header 25;" RUN END "byte 7", "1:FCPGNH", RULE_w_batch_kind},
	{"header 25;" RUN END "byte 1; byte 2", "1:FCPGNH", RULE_w_batch_header},
	/* What is there is judged first. */
	{"header 23;" RUN "; GoStop 9 0; close;" CUT_BATCH("1"), "1:FPGNH", RULE_w_event_string},
	{"header 23; m 10; HeapAlloc 5; close;" CUT_BATCH("1"), "", RULE_w_frequency_missing},
	/* These are no signs of a cut, so that the generation is not looked into. */
	{"header 23;" RUN END "generation 0; m 10", "", RULE_w_generation_zero},
	{"header 23;" RUN END "generation 7; m 10", "", RULE_w_generation_order},
	{"header 25;" RUN END "byte 52", "", RULE_w_generation_end},
	{"header 25;" RUN END "m -; byte 4; byte 9", "1:FCPGNH", RULE_w_string_record},
	{"header 25;" RUN END "m -; byte 4", "1:FCPGNH", RULE_w_frequency_missing},

	/* From 26 on a generation without its end is lost, and earlier ones are not. */
	{"header 26;" RUN END RUN, "1:FCPGNH", RULE_w_generation_end},
	{"header 26;" RUN END CUT_BATCH("2"), "1:FCPGNH", RULE_w_batch_truncated},
	{"header 26;" RUN "; tail;" CUT_BATCH("1"), "", RULE_w_batch_truncated},
	{"header 26;" RUN "; tail; generation 2;" RUN END, "", RULE_w_generation_order},
	{"header 26;" RUN END "byte 7", "1:FCPGNH", RULE_w_batch_kind},
	{"header 26;" RUN END "m -; byte 4; string 7 a; string 7 a", "1:FCPGNH",
	 RULE_w_string_duplicate},
	{"header 26;" RUN END "m -; byte 4; string 7 a", "1:FCPGNH", RULE_NONE},
	{"header 26;" RUN END "x 1; byte 0; close; byte 49", "1:FCPGNH", RULE_NONE},

	/* Generations without events, and numbers that jump. */
	{"header 23;" RUN END "begin" END RUN END, "1:FPGNH 2:F 3:FPGNH", RULE_NONE},
	{"header 26; begin" END "begin" END, "1:FC 2:FC", RULE_NONE},
	{"header 26; generation 5;" RUN END "generation 2;" RUN END, "5:FCPGNH 2:FCPGNH",
	 RULE_NONE},
	/* A flight recorder's: it begins later than the process, in the middle of things. */
	{"header 26; generation 9;" RUN "; GCActive 7; GCSweepActive 0; GCMarkAssistActive 1;"
	 "GCEnd 8; UserTaskEnd 3 0; UserRegionEnd 3 3 0" END,
	 "9:FCPGNH......", RULE_NONE},
};

struct history {
	char text[256];
	size_t used;
	uint64_t generation;
};

static void tell(void *context, const struct oracle_event *event)
{
	static const char letters[EVENT_TYPE_COUNT] = {
		[EVENT_frequency] = 'F', [EVENT_clock_snapshot] = 'C', [EVENT_proc_status] = 'P',
		[EVENT_go_status] = 'G', [EVENT_procs_change] = 'N',   [EVENT_heap_alloc] = 'H',
	};
	struct history *history = context;
	char letter = letters[event->type];

	if (event->type == EVENT_experimental_batch)
		return;
	if (event->generation != history->generation)
		history->used += (size_t)snprintf(
			history->text + history->used, sizeof(history->text) - history->used,
			"%s%d:", history->used == 0 ? "" : " ", (int)event->generation);
	history->generation = event->generation;
	history->text[history->used++] = letter == 0 ? '.' : letter;
	history->text[history->used] = '\0';
}

static void check(struct oracle *oracle, const struct tail_case *tail)
{
	struct history history = {.text = ""};
	const struct oracle_options options = {.on_event = tell, .on_event_context = &history};
	const struct oracle_options strict = {.is_strict = true};
	struct oracle_report report, strict_report;
	struct trace_builder builder;

	trace_builder_create(&builder);
	trace_text_write(&builder, tail->script);
	oracle_check(oracle, builder.bytes, builder.size, &options, &report);
	if (report.fault.rule != tail->rule || strcmp(history.text, tail->delivered) != 0)
		fail_msg("%s\n%s, %s delivered: %s", tail->script, rule_id(report.fault.rule),
			 history.text, report.fault.message);
	/* The strict rules about whole generations are silent about a broken one. */
	oracle_check(oracle, builder.bytes, builder.size, &strict, &strict_report);
	if (tail->rule != RULE_NONE && strict_report.fault.rule != tail->rule)
		fail_msg("%s\nstrictly %s: %s", tail->script, rule_id(strict_report.fault.rule),
			 strict_report.fault.message);
	trace_builder_destroy(&builder);
}

static void are_delivered_as_far_as_they_go(void **context)
{
	struct oracle *oracle = oracle_create();

	(void)context;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check(oracle, &cases[i]);
	oracle_destroy(oracle);
}

static void see_snapshot(void *context, const struct oracle_event *event)
{
	if (event->type != EVENT_clock_snapshot)
		return;
	*(int *)context += 1;
	assert_int_equal(event->argument_count, 4);
	assert_int_equal(event->arguments[0], 40);
	assert_int_equal(event->arguments[1], 7);
	assert_int_equal(event->arguments[2], 8);
	assert_int_equal(event->arguments[3], 9);
	assert_int_equal(event->time, 5040);
	assert_int_equal(event->record[0], EVENT_clock_snapshot);
}

static void carry_their_clock_snapshot(void **context)
{
	int seen = 0;
	const struct oracle_options options = {.on_event = see_snapshot, .on_event_context = &seen};
	struct oracle *oracle = oracle_create();
	struct oracle_report report;
	struct trace_builder builder;

	(void)context;
	trace_builder_create(&builder);
	/* Told by two batches, in either order. */
	trace_text_write(&builder, "header 26; m - 5000; byte 50; snapshot 40 7 8 9;"
				   "m -; byte 50; byte 8; number 15625000" END);
	oracle_check(oracle, builder.bytes, builder.size, &options, &report);
	assert_string_equal(report.fault.message, "");
	assert_int_equal(seen, 1);
	assert_int_equal(report.statistics.of_type[EVENT_sync], 2);
	assert_int_equal(report.statistics.of_type[EVENT_end_of_generation], 1);
	trace_builder_destroy(&builder);
	oracle_destroy(oracle);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(are_delivered_as_far_as_they_go),
		cmocka_unit_test(carry_their_clock_snapshot),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
