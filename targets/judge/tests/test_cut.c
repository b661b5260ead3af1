/* How much of a trace that was cut off is whole generations. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "judge/cut.h"

static uint8_t bytes[1024];
static size_t size;

static void begin(const char *header)
{
	memset(bytes, 0, 16);
	memcpy(bytes, header, strlen(header));
	size = 16;
}

/* With one byte of a body, which nobody looks at. */
static void batch(uint8_t generation)
{
	const uint8_t all[] = {1, generation, 7, 9, 1, 42};
	memcpy(bytes + size, all, sizeof all);
	size += sizeof all;
}

static void end_generation(void)
{
	bytes[size++] = 52;
}

static size_t whole(uint64_t complete_generation)
{
	struct cut cut;
	if (!cut_trace(bytes, size, complete_generation, &cut))
		fail_msg("%s", cut.fault.message);
	return cut.size_bytes;
}

static enum rule fault(void)
{
	struct cut cut;
	assert_false(cut_trace(bytes, size, 0, &cut));
	return cut.fault.rule;
}

static void a_generation_ends_where_it_says_so(void **state)
{
	(void)state;
	begin("go 1.26 trace");
	assert_int_equal(whole(0), 0);
	batch(3);
	batch(3);
	assert_int_equal(whole(3), 0);
	end_generation();
	assert_int_equal(whole(0), size);
	const size_t first_end = size;
	batch(4);
	assert_int_equal(whole(4), first_end);
	end_generation();
	assert_int_equal(whole(0), size);
}

static void before_that_the_next_one_says_it_or_who_was_told(void **state)
{
	(void)state;
	begin("go 1.22 trace");
	assert_int_equal(whole(0), 0);
	batch(3);
	batch(3);
	assert_int_equal(whole(0), 0);
	assert_int_equal(whole(2), 0);
	assert_int_equal(whole(3), size);
	const size_t first_end = size;
	batch(4);
	assert_int_equal(whole(0), first_end);
	assert_int_equal(whole(3), first_end);
	assert_int_equal(whole(4), size);
}

static void nothing_at_all_is_no_fault(void **state)
{
	(void)state;
	size = 0;
	assert_int_equal(whole(0), 0);
}

static void what_is_no_beginning_of_a_generation_is_one(void **state)
{
	(void)state;
	begin("go 1.26 trace");
	batch(3);
	batch(4);
	assert_int_equal(fault(), RULE_w_generation_order);
	begin("go 1.26 trace");
	batch(3);
	size--;
	assert_int_equal(fault(), RULE_w_batch_truncated);
	begin("go 1.22 trace");
	bytes[size++] = 2;
	assert_int_equal(fault(), RULE_w_batch_kind);
	size = 15;
	assert_int_equal(fault(), RULE_w_header);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_generation_ends_where_it_says_so),
		cmocka_unit_test(before_that_the_next_one_says_it_or_who_was_told),
		cmocka_unit_test(nothing_at_all_is_no_fault),
		cmocka_unit_test(what_is_no_beginning_of_a_generation_is_one),
	};
	return cmocka_run_group_tests_name("judge.cut", tests, NULL, NULL);
}
