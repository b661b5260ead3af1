/* What the callback is told: order, contexts, arguments, strings and stacks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>

#include "oracle/oracle.h"
#include "oracle/tests/trace_text.h"

enum { HISTORY_SIZE = 4096 };

struct history {
	char text[HISTORY_SIZE];
	size_t used;
};

static void tell_id(struct history *history, const char *name, uint64_t before, uint64_t after)
{
	char ids[2][24] = {"-", "-"};

	if (before != ORACLE_NONE)
		snprintf(ids[0], sizeof(ids[0]), "%" PRIu64, before);
	if (after != ORACLE_NONE)
		snprintf(ids[1], sizeof(ids[1]), "%" PRIu64, after);
	history->used += (size_t)snprintf(history->text + history->used,
					  HISTORY_SIZE - history->used, " %s%s>%s", name, ids[0],
					  ids[1]);
}

static void tell(void *context, const struct oracle_event *event)
{
	struct history *history = context;
	char *at = history->text + history->used;
	size_t left = HISTORY_SIZE - history->used;

	if (event_info[event->type].kind != EVENT_KIND_TIMED) {
		history->used += (size_t)snprintf(at, left, "%s\n", event_info[event->type].name);
		return;
	}
	history->used += (size_t)snprintf(at, left, "%" PRIu64 " %s", event->time,
					  event_info[event->type].name);
	tell_id(history, "P", event->p_before, event->p_after);
	tell_id(history, "G", event->g_before, event->g_after);
	history->text[history->used++] = '\n';
	assert_int_equal(event->record[0], event->type);
}

static void check(const char *script, oracle_event_function *on_event, void *context)
{
	const struct oracle_options options = {.on_event = on_event, .on_event_context = context};
	struct oracle *oracle = oracle_create();
	struct trace_builder builder;
	struct oracle_report report;

	trace_builder_create(&builder);
	trace_text_write(&builder, script);
	oracle_check(oracle, builder.bytes, builder.size, &options, &report);
	assert_string_equal(report.fault.message, "");
	assert_true(report.is_accepted);
	trace_builder_destroy(&builder);
	oracle_destroy(oracle);
}

/* The clock of thread 11 is behind: what it does still comes behind what makes it possible. */
static void come_in_an_order_that_can_have_been(void **context)
{
	static struct history history;

	(void)context;
	check("begin; m 10 5000; ProcStatus 0 1; ProcStatus 1 2; GoStatus 1 10 2; ProcsChange 2 0;"
	      "GoCreate 2 1 1; m 11 10; ProcStart 1 1; GoStart 2 1; GoSyscallBegin 2 1;"
	      "GoSyscallEndBlocked; m 10 6000; ProcSteal 1 3 11; x 1; m -; byte 6;"
	      "sample 5004 10 0 1 1; end",
	      tell, &history);
	assert_string_equal(history.text, "Frequency\n"
					  "ExperimentalBatch\n"
					  "5001 ProcStatus P->0 G->-\n"
					  "5002 ProcStatus P0>0 G->-\n"
					  "11 ProcStart P->1 G->-\n"
					  "5003 GoStatus P0>0 G->1\n"
					  "5004 ProcsChange P0>0 G1>1\n"
					  "CPUSample\n"
					  "5005 GoCreate P0>0 G1>1\n"
					  "12 GoStart P1>1 G->2\n"
					  "13 GoSyscallBegin P1>1 G2>2\n"
					  "6001 ProcSteal P0>0 G1>1\n"
					  "14 GoSyscallEndBlocked P->- G2>-\n");
}

static void look_up(void *context, const struct oracle_event *event)
{
	const uint8_t *text;
	size_t size;

	if (event->type != EVENT_go_stop)
		return;
	*(bool *)context = true;
	assert_int_equal(event->generation, 1);
	assert_int_equal(event->m, 10);
	assert_int_equal(event->argument_count, 2);
	assert_true(oracle_string(event, event->arguments[0], &text, &size));
	assert_int_equal(size, 6);
	assert_memory_equal(text, "reason", 6);
	assert_true(oracle_string(event, 0, &text, &size));
	assert_int_equal(size, 0);
	assert_false(oracle_string(event, 99, &text, &size));
	assert_int_equal(oracle_stack_depth(event, 0), 0);
	assert_int_equal(oracle_stack_depth(event, 99), 0);
	assert_int_equal(oracle_stack_depth(event, 2), 2);
	assert_int_equal(oracle_stack_frame(event, 2, 1)->pc, 4097);
	const struct generation_frame *frame = oracle_stack_frame(event, event->arguments[1], 0);
	assert_int_equal(frame->pc, 4095);
	assert_int_equal(frame->line, 5);
}

static void carry_their_strings_and_stacks(void **context)
{
	bool is_seen = false;

	(void)context;
	check("begin; m 10; ProcStatus 0 1; GoStatus 1 10 2; GoStop 1 1; end", look_up, &is_seen);
	assert_true(is_seen);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(come_in_an_order_that_can_have_been),
		cmocka_unit_test(carry_their_strings_and_stacks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
