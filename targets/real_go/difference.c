#include "real_go/difference.h"

#include <string.h>

static const struct story_form forms[] = {
#define FORM(minor_first, minor_last, dialect, setting, sentence)                                  \
	{minor_first, minor_last, dialect, setting, sentence},
#include "real_go/difference.def"
};

const struct story_difference story_differences[] = {
#define DIFFERENCE(number, side, minor_first, minor_last, beginning, part, reason)                 \
	{number, STORY_SIDE_##side, minor_first, minor_last, beginning, part, reason},
#include "real_go/difference.def"
};

const size_t story_difference_count = sizeof story_differences / sizeof story_differences[0];

const struct story_form *story_form_for(unsigned minor)
{
	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
		if (minor >= forms[i].minor_first && minor <= forms[i].minor_last)
			return &forms[i];
	}
	return NULL;
}

const struct story_difference *story_difference_find(unsigned minor, enum story_side side,
						     const char *line)
{
	size_t length = strcspn(line, "\n");
	size_t first_word = strcspn(line, " \n");
	if (first_word == length)
		return NULL;
	const char *rest = line + first_word + 1;
	size_t rest_length = length - first_word - 1;
	for (size_t i = 0; i < story_difference_count; i++) {
		const struct story_difference *row = &story_differences[i];
		size_t beginning_length = strlen(row->beginning);
		if (row->side == side && minor >= row->minor_first && minor <= row->minor_last &&
		    beginning_length <= rest_length &&
		    memcmp(rest, row->beginning, beginning_length) == 0 &&
		    memmem(rest, rest_length, row->part, strlen(row->part)) != NULL)
			return row;
	}
	return NULL;
}
