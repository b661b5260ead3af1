/* Which form our runtime has beside a release, and which lines a row of difference.def explains. */
#include "real_go/difference.h"

#include "base/defect.h"
#include "check.h"

static void each_release_has_a_form_that_there_is(void **state)
{
	(void)state;
	for (unsigned minor = 22; minor <= STORY_MINOR_NEWEST; minor++) {
		const struct story_form *form = story_form_for(minor);
		assert_non_null(form);
		assert_true(defect_switch(form->setting));
		assert_int_equal(form->dialect, minor == 22 ? 22 : minor < 26 ? 23 : 26);
	}
	defect_reset();
	assert_null(story_form_for(21));
	assert_string_equal(story_form_for(22)->setting, "issue_65318:defect");
	assert_string_equal(story_form_for(25)->setting, "issue_65318:fix_1_23");
	assert_string_equal(story_form_for(26)->setting, "issue_65318:fix_1_26");
}

static void numbers_are_given_once(void **state)
{
	(void)state;
	for (size_t i = 0; i < story_difference_count; i++) {
		assert_in_range(story_differences[i].number, 1, 63);
		for (size_t k = 0; k < i; k++)
			assert_int_not_equal(story_differences[i].number,
					     story_differences[k].number);
	}
}

/* On the row that will not go away. */
static void a_row_explains_its_lines_alone(void **state)
{
	(void)state;
	const struct story_difference *row = story_difference_find(
		23, STORY_SIDE_OURS, "g1 GoLabel \"GC (idle)\"\ng1 GoStart\n");
	assert_non_null(row);
	assert_string_equal(row->beginning, "GoLabel");
	assert_ptr_equal(story_difference_find(23, STORY_SIDE_OURS, "g17 GoLabel"), row);
	assert_null(story_difference_find(21, STORY_SIDE_OURS, "g1 GoLabel"));
	assert_null(story_difference_find(23, STORY_SIDE_GO, "g1 GoLabel"));
	assert_null(story_difference_find(23, STORY_SIDE_OURS, "g1 GoStart"));
	assert_null(story_difference_find(23, STORY_SIDE_OURS, "g1\nGoLabel"));
	assert_null(story_difference_find(23, STORY_SIDE_OURS, "g1 GoLab"));
	assert_null(story_difference_find(23, STORY_SIDE_OURS, ""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_release_has_a_form_that_there_is),
		cmocka_unit_test(numbers_are_given_once),
		cmocka_unit_test(a_row_explains_its_lines_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
