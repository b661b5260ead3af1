#include "real_go/story_text.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/fatal.h"
#include "oracle/grow.h"

void story_text_print(struct story_text *text, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	int length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	ensure(length >= 0);
	uint32_t needed = text->length + (uint32_t)length + 1;
	if (needed > text->capacity)
		text->bytes = grow(text->bytes, &text->capacity, needed, 1);
	va_start(arguments, format);
	vsnprintf(text->bytes + text->length, (size_t)length + 1, format, arguments);
	va_end(arguments);
	text->length += (uint32_t)length;
}

void story_text_quote(struct story_text *text, const uint8_t *bytes, size_t size_bytes)
{
	story_text_print(text, "\"");
	for (size_t i = 0; i < size_bytes; i++) {
		bool is_plain = bytes[i] >= ' ' && bytes[i] <= '~' && bytes[i] != '"' &&
				bytes[i] != '\\';
		story_text_print(text, is_plain ? "%c" : "\\x%02x", bytes[i]);
	}
	story_text_print(text, "\"");
}

void story_text_cut(struct story_text *text, uint32_t length)
{
	ensure(length <= text->length);
	text->length = length;
	if (text->bytes != NULL)
		text->bytes[length] = '\0';
}

void story_text_destroy(struct story_text *text)
{
	free(text->bytes);
	*text = (struct story_text){0};
}
