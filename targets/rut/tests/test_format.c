/* What is written once is read for ever: bytes of each version of the binary form become the text
 * beside them, and no number has got another meaning. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "perform/points.h"
#include "scenario/binary.h"
#include "scenario/fields.h"
#include "scenario/text.h"

enum { FILE_SIZE_MAX = 1 << 20 };

/* The content of corpus/format/NAME, with a 0 behind it. */
static char *read_file(const char *name, size_t *ret_size)
{
	char path[256];
	char *bytes = malloc(FILE_SIZE_MAX);
	(void)snprintf(path, sizeof path, "corpus/format/%s", name);
	FILE *file = fopen(path, "rb");
	if (file == NULL || bytes == NULL)
		fail_msg("%s: cannot be read", path);
	*ret_size = fread(bytes, 1, FILE_SIZE_MAX - 1, file);
	bytes[*ret_size] = '\0';
	assert_int_equal(fclose(file), 0);
	return bytes;
}

/* ---- Whole files --------------------------------------------------------- */

static void check_golden(const char *binary_name, const char *text_name)
{
	static char text[SCENARIO_TEXT_SIZE_MAX];
	static char error[SCENARIO_ERROR_SIZE];
	static uint8_t again[SCENARIO_BINARY_SIZE_MAX];
	struct scenario decoded, parsed;
	size_t size, text_size;
	char *bytes = read_file(binary_name, &size);
	char *expected = read_file(text_name, &text_size);

	scenario_decode((const uint8_t *)bytes, size, &decoded);
	scenario_print(&decoded, NULL, &perform_points, text);
	/* The text begins with a sentence of its own. */
	assert_string_equal(text, strstr(expected, "\ntracer ") + 1);
	if (!scenario_parse(text_name, expected, text_size, &perform_points, &parsed, NULL, error))
		fail_msg("%s", error);
	assert_true(scenario_equal(&decoded, &parsed));
	if (bytes[0] == SCENARIO_BINARY_VERSION) {
		assert_int_equal(scenario_encode(&parsed, again, sizeof again), size);
		assert_memory_equal(again, bytes, size);
	}
	free(bytes);
	free(expected);
}

static void files_of_version_1_become_their_texts(void **state)
{
	(void)state;
	check_golden("version-1.bin", "version-1.rut");
	check_golden("version-1-go-1.19.bin", "version-1-go-1.19.rut");
}

static void the_file_of_version_1_has_every_operation_field_and_action(void **state)
{
	struct scenario scenario, initial;
	bool has_action[SCENARIO_ACTION_COUNT] = {false};
	size_t size;
	char *bytes = read_file("version-1.bin", &size);

	(void)state;
	scenario_decode((const uint8_t *)bytes, size, &scenario);
	scenario_init(&initial);
	for (size_t i = 0; i < scenario_operation_row_count; i++) {
		bool is_there = false;
		for (size_t j = 0; j < scenario.operation_count; j++)
			is_there |= scenario.operations[j].id == scenario_operation_rows[i].id;
		/* What comes later is pinned by its number: the file never changes. */
		if (!is_there && scenario_operation_rows[i].id <= SCENARIO_RECORDER_STOP)
			fail_msg("%s is missing", scenario_operation_rows[i].name);
	}
	for (size_t i = 0; i < scenario_field_count; i++) {
		const struct scenario_field *field = &scenario_fields[i];
		if (scenario_field_get(field, &scenario.configuration) ==
		    scenario_field_get(field, &initial.configuration))
			fail_msg("%s is at its default", field->name);
	}
	for (size_t i = 0; i < scenario.override_count; i++)
		has_action[scenario.overrides[i].action] = true;
	for (size_t i = 0; i <= SCENARIO_STAY; i++)
		assert_true(has_action[i]);
	assert_int_equal(scenario.program_count, SCENARIO_PROGRAM_COUNT_MAX);
	free(bytes);
}

/* ---- Numbers ------------------------------------------------------------- */

struct listing {
	char text[FILE_SIZE_MAX];
	size_t size;
};

__attribute__((format(printf, 2, 3))) static void add(struct listing *listing, const char *format,
						      ...)
{
	va_list arguments;
	va_start(arguments, format);
	listing->size += (size_t)vsnprintf(listing->text + listing->size,
					   sizeof listing->text - listing->size, format, arguments);
	va_end(arguments);
}

static void add_point(void *context, uint16_t number, const char *name)
{
	add(context, "point %u %s\n", number, name);
}

/* Every number that the binary form has, with what it stands for. */
static void list_codes(struct listing *listing)
{
	for (size_t i = 0; i < scenario_field_count; i++) {
		const struct scenario_field *field = &scenario_fields[i];
		if (field->choices == NULL)
			add(listing, "field %u %s: %u to %u\n", field->header_offset, field->name,
			    field->min, field->max);
		for (size_t code = 0; code < field->choice_count; code++)
			add(listing, "field %u %s: %zu %s\n", field->header_offset, field->name,
			    code, field->choices[code].text);
	}
	for (unsigned i = 0; i < SCENARIO_POLICY_COUNT; i++)
		add(listing, "policy %u %s\n", i, scenario_policy_names[i]);
	for (unsigned i = 0; i < SCENARIO_ACTION_COUNT; i++)
		add(listing, "action %u %s\n", i, scenario_action_names[i]);
	for (size_t i = 0; i < scenario_operation_row_count; i++)
		add(listing, "operation %u %s\n", scenario_operation_rows[i].id,
		    scenario_operation_rows[i].name);
	perform_points_visit(add_point, listing);
}

/* Prints the lines of LEFT that RIGHT has not; how many. */
static unsigned print_missing(const char *left, const char *right, const char *complaint)
{
	unsigned count = 0;
	char line[256];
	while (*left != '\0') {
		size_t length = strcspn(left, "\n") + 1;
		(void)snprintf(line, sizeof line, "\n%.*s", (int)length, left);
		if (strncmp(right, line + 1, length) != 0 && strstr(right, line) == NULL) {
			print_error("%s%s", complaint, line + 1);
			count++;
		}
		left += length;
	}
	return count;
}

static void numbers_of_version_1_keep_their_meaning(void **state)
{
	static struct listing listing;
	size_t size;
	char *pinned = read_file("version-1.codes", &size);

	(void)state;
	list_codes(&listing);
	unsigned lost_count = print_missing(pinned, listing.text,
					    "a scenario of version 1 means another thing by this, "
					    "which wants a new version: ");
	unsigned new_count = print_missing(listing.text, pinned,
					   "new, to be added to corpus/format/version-1.codes: ");
	assert_int_equal(lost_count + new_count, 0);
	free(pinned);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_of_version_1_become_their_texts),
		cmocka_unit_test(the_file_of_version_1_has_every_operation_field_and_action),
		cmocka_unit_test(numbers_of_version_1_keep_their_meaning),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
