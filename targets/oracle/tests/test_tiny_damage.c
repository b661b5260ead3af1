/* Every truncation and every change of a single byte of tiny traces: no crash, the same report
 * twice, places within the bytes, strictness rejects what leniency rejects. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "oracle/oracle.h"
#include "oracle/tests/trace_files.h"
#include "oracle/wire.h"

static const char *const names[] = {"go1.22-tiny", "go1.23-tiny", "go1.24-tiny",
				    "two-generations-25", "two-generations-26"};

static struct oracle *oracle;

static int create_oracle(void **context)
{
	(void)context;
	oracle = oracle_create();
	return 0;
}

static int destroy_oracle(void **context)
{
	(void)context;
	oracle_destroy(oracle);
	return 0;
}

/* Judges an exact copy, so that a sanitizer sees each byte that is read behind the end. */
static bool judge(const uint8_t *bytes, size_t size)
{
	const struct oracle_options strict = {.is_strict = true};
	struct oracle_report first, second, strict_report;
	uint8_t *copy = malloc(size == 0 ? 1 : size);

	assert_non_null(copy);
	memcpy(copy, bytes, size);
	oracle_check(oracle, copy, size, NULL, &first);
	oracle_check(oracle, copy, size, &strict, &strict_report);
	oracle_check(oracle, copy, size, NULL, &second);
	free(copy);
	assert_memory_equal(&first, &second, sizeof(first));
	assert_true(first.is_accepted || !strict_report.is_accepted);
	assert_true(first.is_accepted || first.fault.offset <= size);
	assert_true(first.is_accepted || first.fault.message[0] != '\0');
	return first.is_accepted;
}

static bool is_batch_border(const uint8_t *bytes, size_t size, size_t cut)
{
	const struct wire_source source = {bytes, size};
	struct wire_batch batch;
	struct fault fault;
	size_t at = WIRE_HEADER_SIZE;

	while (at < cut) {
		assert_true(wire_batch_read(&source, at, &batch, &fault));
		at = batch.body_offset + batch.body_size;
	}
	return at == cut;
}

/* Between two batches a file may end: it may hold all that its events name by then. */
static void truncations_inside_a_batch_are_rejected(void **context)
{
	(void)context;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t size;
		uint8_t *bytes = trace_files_read(names[i], ".trace", &size);
		for (size_t cut = 0; cut < size; cut++) {
			if (judge(bytes, cut))
				assert_true(is_batch_border(bytes, size, cut));
		}
		assert_true(judge(bytes, size));
		free(bytes);
	}
}

static void byte_changes_are_survived(void **context)
{
	(void)context;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t size;
		uint32_t rejected = 0;
		uint8_t *bytes = trace_files_read(names[i], ".trace", &size);
		for (size_t at = 0; at < size; at++) {
			for (unsigned int change = 1; change < 256; change = change * 2 + 1) {
				bytes[at] ^= (uint8_t)change;
				rejected += !judge(bytes, size);
				bytes[at] ^= (uint8_t)change;
			}
		}
		assert_true(rejected > size);
		free(bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(truncations_inside_a_batch_are_rejected),
		cmocka_unit_test(byte_changes_are_survived),
	};
	return cmocka_run_group_tests(tests, create_oracle, destroy_oracle);
}
