/* Defects are switched by text: by name alone, by name and setting, and by nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/defect.h"

static int reset(void **state)
{
	(void)state;
	defect_reset();
	return 0;
}

static unsigned count_settings(enum defect defect)
{
	char name[64];
	unsigned count = 0;
	while (defect_setting_name(defect, count, name, sizeof name))
		count++;
	return count;
}

static void all_are_off_at_first(void **state)
{
	(void)state;
	for (unsigned i = 0; i < DEFECT_COUNT; i++)
		assert_int_equal(defect_setting((enum defect)i), 0);
	assert_string_equal(defect_switched_text(), "");
}

static void every_setting_of_every_defect_can_be_switched(void **state)
{
	(void)state;
	for (unsigned i = 0; i < DEFECT_COUNT; i++) {
		const struct defect_row *row = defect_row((enum defect)i);
		unsigned count = count_settings((enum defect)i);
		assert_true(count >= 2);
		for (unsigned number = 0; number < count; number++) {
			char setting[64];
			char text[160];
			assert_true(defect_setting_name((enum defect)i, number, setting,
							sizeof setting));
			snprintf(text, sizeof text, "%s:%s", row->name, setting);
			defect_reset();
			assert_true(defect_switch(text));
			assert_int_equal(defect_setting((enum defect)i), number);
			assert_string_equal(defect_switched_text(), number == 0 ? "" : text);
		}
		defect_reset();
		assert_true(defect_switch(row->name));
		assert_int_equal(defect_setting((enum defect)i), 1);
	}
}

/* As the code reads it. */
static void settings_have_the_numbers_of_their_order(void **state)
{
	(void)state;
	assert_true(defect_switch("issue_65318"));
	assert_int_equal(DEFECT(issue_65318), 1);
	assert_true(defect_switch("issue_65318:fix_1_23"));
	assert_int_equal(DEFECT(issue_65318), 2);
	assert_string_equal(defect_switched_text(), "issue_65318:fix_1_23");
	assert_true(defect_switch("issue_65318:fix_1_26"));
	assert_int_equal(DEFECT(issue_65318), 0);
}

static void unknown_texts_change_nothing(void **state)
{
	const char *const texts[] = {
		"",
		"issue_",
		"issue_6531",
		"issue_653180",
		"issue_65318:",
		"issue_65318:fix_",
		"issue_65318: ",
		"issue_65318:defect ",
		" issue_65318",
		"issue_65318 ",
		"ISSUE_65318",
		"issue_65318:fix_1_26 defect",
		"issue_65318;fix",
		":defect",
		"issue_65318::1",
	};
	(void)state;
	assert_true(defect_switch("issue_65318:fix_1_23"));
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		assert_false(defect_switch(texts[i]));
		assert_string_equal(defect_switched_text(), "issue_65318:fix_1_23");
	}
}

static void rows_are_complete(void **state)
{
	(void)state;
	for (unsigned i = 0; i < DEFECT_COUNT; i++) {
		const struct defect_row *row = defect_row((enum defect)i);
		assert_true(strncmp(row->name, "issue_", 6) == 0 ||
			    strncmp(row->name, "commit_", 7) == 0 ||
			    strncmp(row->name, "unreported_", 11) == 0 ||
			    strncmp(row->name, "control_", 8) == 0);
		assert_true(strlen(row->sentence) > 20);
		assert_null(strstr(row->settings, "  "));
		for (unsigned other = 0; other < i; other++)
			assert_string_not_equal(row->name, defect_row((enum defect)other)->name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(all_are_off_at_first, reset),
		cmocka_unit_test_setup(every_setting_of_every_defect_can_be_switched, reset),
		cmocka_unit_test_setup(settings_have_the_numbers_of_their_order, reset),
		cmocka_unit_test_setup(unknown_texts_change_nothing, reset),
		cmocka_unit_test_setup(rows_are_complete, reset),
	};
	return cmocka_run_group_tests_name("base.defect", tests, NULL, NULL);
}
