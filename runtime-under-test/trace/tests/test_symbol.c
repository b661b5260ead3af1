/* Synthetic pcs: each function has one of its own, and it leads back to that function. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "trace/symbol.h"

static void each_pc_leads_to_its_function(void **state)
{
	struct symbol_frame frame;
	(void)state;
	symbol_describe(symbol_pc(SYMBOL_start_trace), &frame);
	assert_string_equal(frame.function, "runtime.StartTrace");
	assert_string_equal(frame.file, "runtime/trace.go");
	assert_int_equal(frame.line, 300);
	for (unsigned i = 0; i < SYMBOL_FUNCTION_COUNT; i++) {
		char name[SYMBOL_NAME_SIZE_BYTES];
		snprintf(name, sizeof name, "main.f%u", i);
		symbol_describe(symbol_function_pc(i), &frame);
		assert_string_equal(frame.function, name);
		assert_string_equal(frame.file, "main.go");
	}
}

static void no_two_functions_share_a_pc_or_a_name(void **state)
{
	(void)state;
	for (unsigned i = 0; i < SYMBOL_COUNT; i++) {
		struct symbol_frame one, other;
		symbol_describe(symbol_pc(i), &one);
		assert_true(one.line > 0 && strlen(one.function) > 0 && strlen(one.file) > 0);
		for (unsigned j = 0; j < i; j++) {
			assert_int_not_equal(symbol_pc(i), symbol_pc(j));
			symbol_describe(symbol_pc(j), &other);
			assert_string_not_equal(one.function, other.function);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_pc_leads_to_its_function),
		cmocka_unit_test(no_two_functions_share_a_pc_or_a_name),
	};
	return cmocka_run_group_tests_name("trace.symbol", tests, NULL, NULL);
}
