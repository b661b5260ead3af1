#include "rut_go/line_diff.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"

struct lines {
	const char **all;
	size_t count;
};

static struct lines split(const char *text)
{
	struct lines lines = {0};
	for (const char *at = text; *at != '\0'; at++)
		lines.count += *at == '\n' || at[1] == '\0';
	lines.all = calloc(lines.count + 1, sizeof *lines.all);
	ensure(lines.all != NULL);
	for (size_t i = 0; i < lines.count; i++) {
		lines.all[i] = text;
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
	return lines;
}

static bool are_equal(const char *left, const char *right)
{
	size_t length = strcspn(left, "\n");
	return length == strcspn(right, "\n") && memcmp(left, right, length) == 0;
}

/* The part of both texts between what is equal at their beginnings and ends. */
struct middle {
	const struct lines *left, *right;
	size_t first;
	size_t left_count, right_count;
	uint32_t *lengths; /* of the longest common part from a place in both to the end */
};

static const char *left_line(const struct middle *middle, size_t index)
{
	return middle->left->all[middle->first + index];
}

static const char *right_line(const struct middle *middle, size_t index)
{
	return middle->right->all[middle->first + index];
}

static uint32_t *length_at(const struct middle *middle, size_t left, size_t right)
{
	return &middle->lengths[left * (middle->right_count + 1) + right];
}

static struct middle find_middle(const struct lines *left, const struct lines *right)
{
	struct middle middle = {.left = left, .right = right};
	size_t least = left->count < right->count ? left->count : right->count;
	while (middle.first < least && are_equal(left->all[middle.first], right->all[middle.first]))
		middle.first++;
	size_t tail = 0;
	while (middle.first + tail < least &&
	       are_equal(left->all[left->count - 1 - tail], right->all[right->count - 1 - tail]))
		tail++;
	middle.left_count = left->count - middle.first - tail;
	middle.right_count = right->count - middle.first - tail;
	return middle;
}

static void measure(struct middle *middle)
{
	middle->lengths = calloc((middle->left_count + 1) * (middle->right_count + 1),
				 sizeof *middle->lengths);
	ensure(middle->lengths != NULL);
	for (size_t l = middle->left_count; l-- > 0;) {
		for (size_t r = middle->right_count; r-- > 0;) {
			uint32_t without_left = *length_at(middle, l + 1, r);
			uint32_t without_right = *length_at(middle, l, r + 1);
			*length_at(middle, l, r) = are_equal(left_line(middle, l),
							     right_line(middle, r))
							   ? *length_at(middle, l + 1, r + 1) + 1
						   : without_left >= without_right ? without_left
										   : without_right;
		}
	}
}

static void tell_middle(const struct middle *middle, line_diff_function *on_line, void *context)
{
	size_t l = 0, r = 0;
	while (l < middle->left_count || r < middle->right_count) {
		bool has_both = l < middle->left_count && r < middle->right_count;
		if (has_both && are_equal(left_line(middle, l), right_line(middle, r))) {
			on_line(context, ' ', left_line(middle, l++));
			r++;
		} else if (r == middle->right_count ||
			   (has_both &&
			    *length_at(middle, l + 1, r) >= *length_at(middle, l, r + 1))) {
			on_line(context, '<', left_line(middle, l++));
		} else {
			on_line(context, '>', right_line(middle, r++));
		}
	}
}

void line_diff(const char *left, const char *right, line_diff_function *on_line, void *context)
{
	struct lines left_lines = split(left), right_lines = split(right);
	struct middle middle = find_middle(&left_lines, &right_lines);
	measure(&middle);
	for (size_t i = 0; i < middle.first; i++)
		on_line(context, ' ', left_lines.all[i]);
	tell_middle(&middle, on_line, context);
	for (size_t i = middle.first + middle.left_count; i < left_lines.count; i++)
		on_line(context, ' ', left_lines.all[i]);
	free(middle.lengths);
	free(left_lines.all);
	free(right_lines.all);
}
