/* A text that grows. Zero-initialised is the empty one. */
#ifndef REAL_GO_STORY_TEXT_H
#define REAL_GO_STORY_TEXT_H

#include <stddef.h>
#include <stdint.h>

struct story_text {
	char *bytes; /* with a 0 at its end; NULL: nothing was written yet */
	uint32_t length;
	uint32_t capacity;
};

__attribute__((format(printf, 2, 3))) void story_text_print(struct story_text *text,
							    const char *format, ...);

/* In quotes; a quote, a backslash and what is not printable ASCII as \xNN. */
void story_text_quote(struct story_text *text, const uint8_t *bytes, size_t size_bytes);

/* Forgets what is behind LENGTH. */
void story_text_cut(struct story_text *text, uint32_t length);

void story_text_destroy(struct story_text *text);

#endif
