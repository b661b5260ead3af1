/* Varints: sizes at every boundary, bytes that decode to what went in, and the padded form. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/varint.h"

/* Written down independently of the encoder. */
static uint64_t decode(const uint8_t *bytes, size_t *ret_size)
{
	uint64_t value = 0;
	size_t i = 0;
	do {
		assert_true(i < VARINT_SIZE_MAX);
		value |= (uint64_t)(bytes[i] & 0x7f) << (7 * i);
	} while (bytes[i++] & 0x80);
	*ret_size = i;
	return value;
}

static void check(uint64_t value, size_t expected_size)
{
	uint8_t bytes[VARINT_SIZE_MAX + 1];
	size_t size;
	memset(bytes, 0xaa, sizeof bytes);
	assert_int_equal(varint_size(value), expected_size);
	assert_int_equal(varint_write(bytes, value), expected_size);
	assert_true(decode(bytes, &size) == value);
	assert_int_equal(size, expected_size);
	/* Nothing beyond. */
	assert_int_equal(bytes[expected_size], 0xaa);
}

static void each_boundary_has_its_size(void **state)
{
	(void)state;
	check(0, 1);
	for (size_t size = 1; size <= 9; size++) {
		uint64_t first_longer = UINT64_C(1) << (7 * size);
		check(first_longer - 1, size);
		check(first_longer, size + 1);
	}
	check(UINT64_MAX, VARINT_SIZE_MAX);
}

static void bytes_are_those_of_the_format(void **state)
{
	uint8_t bytes[VARINT_SIZE_MAX];
	(void)state;
	assert_int_equal(varint_write(bytes, 300), 2);
	assert_memory_equal(bytes, "\xac\x02", 2);
	assert_int_equal(varint_write(bytes, UINT64_MAX), 10);
	assert_memory_equal(bytes, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10);
}

static void a_padded_one_has_full_length(void **state)
{
	const uint64_t values[] = {0, 1, 127, 128, 65536, UINT64_MAX};
	(void)state;
	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
		uint8_t bytes[VARINT_SIZE_MAX];
		size_t size;
		varint_write_padded(bytes, values[i]);
		assert_true(decode(bytes, &size) == values[i]);
		assert_int_equal(size, VARINT_SIZE_MAX);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_boundary_has_its_size),
		cmocka_unit_test(bytes_are_those_of_the_format),
		cmocka_unit_test(a_padded_one_has_full_length),
	};
	return cmocka_run_group_tests_name("base.varint", tests, NULL, NULL);
}
