/* rut export: every operation has its place in the Go test, and a trace says in text what its bytes
 * say. What Go makes of either, go_export asks it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "oracle/event_info.h"
#include "rut/command.h"
#include "rut/export.h"
#include "rut/tests/command_run.h"
#include "scenario/text.h"

#define STALE "repro/issue-65318/p-dies-while-tracing-is-off.rut"
#define OLD "repro/issue-54553/tracing-is-off.rut"

static void assert_told(const char *text)
{
	if (strstr(command_output, text) == NULL)
		fail_msg("`%s' is not in what was printed", text);
}

static char *program_text(const char *operations)
{
	static struct scenario_file file;
	static char error[SCENARIO_ERROR_SIZE];
	char source[1024], *text;
	size_t size;
	int length = snprintf(source, sizeof source, "tracer v2 \"go 1.22\"\ngoroutine a\n    %s\n",
			      operations);
	if (!scenario_parse("test", source, (size_t)length, NULL, &file.scenario, &file.text,
			    error))
		fail_msg("%s", error);
	FILE *stream = open_memstream(&text, &size);
	export_program(&file, 0, stream);
	fclose(stream);
	return text;
}

static void assert_program(const char *operations, const char *expected)
{
	char *text = program_text(operations);
	assert_string_equal(text, expected);
	free(text);
}

static void every_operation_has_a_statement(void **state)
{
	(void)state;
	for (size_t i = 0; i < scenario_operation_row_count; i++) {
		const struct scenario_operation_row *row = &scenario_operation_rows[i];
		char operation[128];
		if (row->class == SCENARIO_CLASS_STRUCTURE)
			continue;
		int used = snprintf(operation, sizeof operation, "%s", row->name);
		if (row->a.kind == SCENARIO_ARGUMENT_PROGRAM)
			used += snprintf(operation + used, 16, " a");
		else if (row->a.kind != SCENARIO_ARGUMENT_NONE)
			used += snprintf(operation + used, 16, " %u", row->a.max);
		if (row->b.kind != SCENARIO_ARGUMENT_NONE)
			snprintf(operation + used, 16, " %u", row->b.max);
		char *text = program_text(operation);
		assert_true(strlen(text) > 4);
		assert_null(strchr(text, '@'));
		free(text);
	}
}

static void repeats_are_loops_and_calls_are_functions(void **state)
{
	(void)state;
	assert_program("repeat 2 { repeat 3 { yield } }", "\tfor i := 0; i < 2; i++ {\n"
							  "\t\tfor j := 0; j < 3; j++ {\n"
							  "\t\t\truntime.Gosched()\n"
							  "\t\t}\n"
							  "\t}\n");
	assert_program("call 3; yield; return; stop", "\tf3(func() {\n"
						      "\t\truntime.Gosched()\n"
						      "\t})\n"
						      "\tg.stop()\n");
	/* What is left in another block than it was entered. */
	assert_program("repeat 2 { call 3; stop }; return; start",
		       "\tfor i := 0; i < 2; i++ {\n"
		       "\t\tf3(func() {\n"
		       "\t\t\tg.stop()\n"
		       "\t\t})\n"
		       "\t}\n"
		       "\t// return: from a function that was entered elsewhere\n"
		       "\tg.start()\n");
	assert_program("log 10 1",
		       "\ttrace.Log(g.context(), \"name with \\\"quotes\\\" and \\\\ in "
		       "it\", \"a\")\n");
}

static void a_test_has_what_its_operations_need_and_no_more(void **state)
{
	(void)state;
	assert_int_equal(COMMAND_RUN(rut_export, "--go-test", STALE), RUT_FINE);
	assert_told("func TestPDiesWhileTracingIsOff(t *testing.T) {\n\tperform(t, 4, "
		    "program1Controller)\n");
	assert_told("\tg.spawn(program2Worker)\n");
	assert_told("\truntime.GOMAXPROCS(1)\n");
	assert_told("\nfunc (r *run) block(");
	assert_null(strstr(command_output, "func pingPong("));
	assert_null(strstr(command_output, "\"math\""));
	assert_null(strstr(command_output, "//@"));
}

static void a_trace_is_a_test_of_the_reader(void **state)
{
	(void)state;
	assert_int_equal(COMMAND_RUN(rut_export, "--go-trace", "-d", "issue_65318", STALE),
			 RUT_FINE);
	assert_int_equal(strncmp(command_output, "Trace 3 of p-dies", 17), 0);
	assert_told("\n-- expect --\nFAILURE \".\"\n-- trace --\nTrace Go1.22\nEventBatch gen=3 ");
	assert_told("\nProcStart dt=2 p=1 p_seq=2\n");
	assert_told("\n\tdata=\"main.program\"\n");
	assert_told("\n\tpc=");
	assert_int_equal(COMMAND_RUN(rut_export, "--go-trace", "--trace=1", STALE), RUT_FINE);
	assert_told("\n-- expect --\nSUCCESS\n-- trace --\nTrace Go1.22\nEventBatch gen=1 ");
}

static unsigned count_words(const char *text)
{
	unsigned count = *text != '\0';
	for (; *text != '\0'; text++)
		count += *text == ' ';
	return count;
}

/* What the format has and the text does not are batches of experiments. */
static void every_event_has_a_text(void **state)
{
	(void)state;
	static const char *const names[EVENT_TYPE_COUNT] = {
#define RAW_EVENT(identifier, arguments) [EVENT_##identifier] = (arguments),
#include "rut/raw_event.def"
#undef RAW_EVENT
	};
	for (unsigned type = 0; type < EVENT_TYPE_COUNT; type++) {
		const struct event_info *info = &event_info[type];
		bool is_ours = info->kind != EVENT_KIND_UNKNOWN && type != EVENT_experimental_batch;
		if ((names[type] != NULL) != is_ours)
			fail_msg("%s: %s", info->name, is_ours ? "no row" : "a row");
		if (!is_ours || type == EVENT_string) /* whose size is told with its bytes */
			continue;
		unsigned expected = info->argument_count + (info->kind == EVENT_KIND_TIMED);
		if (count_words(names[type]) != expected)
			fail_msg("%s: %u names are expected", info->name, expected);
		assert_int_equal(strncmp(names[type], "dt", 2) == 0,
				 info->kind == EVENT_KIND_TIMED || type == EVENT_clock_snapshot);
	}
}

static void what_has_no_such_form_is_refused(void **state)
{
	(void)state;
	static const uint8_t cut[] = "go 1.22 trace\0\0\0\1\1";
	size_t offset;
	char *text;
	size_t size;
	FILE *stream = open_memstream(&text, &size);
	assert_false(export_trace_text(cut, sizeof cut - 1, stream, &offset));
	assert_int_equal(offset, 16);
	fclose(stream);
	free(text);
	assert_int_equal(COMMAND_RUN(rut_export, "--go-trace", "--trace=9", STALE), RUT_USAGE);
	assert_int_equal(COMMAND_RUN(rut_export, "--go-trace", OLD), RUT_USAGE);
	assert_int_equal(COMMAND_RUN(rut_export, STALE), RUT_USAGE);
	assert_int_equal(COMMAND_RUN(rut_export, "--go-test", "-d", "issue_65318", STALE),
			 RUT_USAGE);
	assert_string_equal(command_output, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_operation_has_a_statement),
		cmocka_unit_test(repeats_are_loops_and_calls_are_functions),
		cmocka_unit_test(a_test_has_what_its_operations_need_and_no_more),
		cmocka_unit_test(a_trace_is_a_test_of_the_reader),
		cmocka_unit_test(every_event_has_a_text),
		cmocka_unit_test(what_has_no_such_form_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
