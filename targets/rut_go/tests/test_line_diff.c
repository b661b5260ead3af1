/* The difference of two texts, on all pairs of small ones: both can be made of it, and it is as
 * small as can be. */
#include "rut_go/line_diff.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct heard {
	char left[64], right[64], all[256];
	unsigned changed_count;
};

static void append(char *text, size_t size, const char *line)
{
	size_t length = strlen(text);
	snprintf(text + length, size - length, "%.*s\n", (int)strcspn(line, "\n"), line);
}

static void hear(void *context, char side, const char *line)
{
	struct heard *heard = context;
	char told[64];
	if (side != '>')
		append(heard->left, sizeof heard->left, line);
	if (side != '<')
		append(heard->right, sizeof heard->right, line);
	heard->changed_count += side != ' ';
	snprintf(told, sizeof told, "%c%.*s", side, (int)strcspn(line, "\n"), line);
	append(heard->all, sizeof heard->all, told);
}

static void a_difference_is_told_line_by_line(void **state)
{
	(void)state;
	static const char *const cases[][3] = {
		{"", "", ""},
		{"a\nb\n", "a\nb\n", " a\n b\n"},
		{"a\nb\nc\n", "a\nx\nc\n", " a\n<b\n>x\n c\n"},
		{"a\n", "", "<a\n"},
		{"", "a\nb", ">a\n>b\n"},
		{"a\nb", "b\n", "<a\n b\n"},
		{"\na\n", "a\n\n", "<\n a\n>\n"},
		{"a\na\n", "a\n", " a\n<a\n"},
		{"ab\n", "a\n", "<ab\n>a\n"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct heard heard = {0};
		line_diff(cases[i][0], cases[i][1], hear, &heard);
		assert_string_equal(heard.all, cases[i][2]);
	}
}

enum { LINE_COUNT_MAX = 5, TEXT_COUNT = 3 * 3 * 3 * 3 * 3 };

/* Text NUMBER of COUNT lines of three kinds. */
static void make_text(unsigned number, unsigned count, char *ret_text)
{
	*ret_text = '\0';
	for (unsigned i = 0; i < count; i++, number /= 3) {
		const char line[] = {(char)('a' + number % 3), '\0'};
		append(ret_text, 64, line);
	}
}

/* By its definition. */
static unsigned common_length(const char *left, const char *right)
{
	if (*left == '\0' || *right == '\0')
		return 0;
	if (*left == *right)
		return 1 + common_length(left + 2, right + 2);
	unsigned without_left = common_length(left + 2, right);
	unsigned without_right = common_length(left, right + 2);
	return without_left > without_right ? without_left : without_right;
}

static void it_is_right_and_small_for_all_small_texts(void **state)
{
	(void)state;
	char left[64], right[64];
	for (unsigned l = 0; l < TEXT_COUNT; l++) {
		for (unsigned r = 0; r < TEXT_COUNT; r++) {
			unsigned left_count = l % (LINE_COUNT_MAX + 1);
			unsigned right_count = r % (LINE_COUNT_MAX + 1);
			struct heard heard = {0};
			make_text(l, left_count, left);
			make_text(r, right_count, right);
			line_diff(left, right, hear, &heard);
			assert_string_equal(heard.left, left);
			assert_string_equal(heard.right, right);
			assert_int_equal(heard.changed_count,
					 left_count + right_count - 2 * common_length(left, right));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_difference_is_told_line_by_line),
		cmocka_unit_test(it_is_right_and_small_for_all_small_texts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
