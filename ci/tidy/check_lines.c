/* Rules that need no understanding of C: line and file length, blanks, words that promise later
 * work, and the sentence that every scenario of the corpus begins with. */
#include "tidy.h"

#include <ctype.h>
#include <string.h>

/* Spelled in halves, or this file would report itself. */
static const char *const leftover_words[] = {"TO"
					     "DO",
					     "FIX"
					     "ME",
					     "XX"
					     "X"};

static size_t columns_of(const char *text)
{
	size_t columns = 0;
	for (; *text; text++) {
		if (*text == '\t')
			columns += TIDY_TAB_COLUMNS - columns % TIDY_TAB_COLUMNS;
		else if (((unsigned char)*text & 0xc0) != 0x80)
			columns++; /* one per character, whatever its bytes */
	}
	return columns;
}

static bool is_word_at(const char *text, const char *found, size_t length)
{
	bool starts = found == text || (!isalnum((unsigned char)found[-1]) && found[-1] != '_');
	return starts && !isalnum((unsigned char)found[length]) && found[length] != '_';
}

static void check_leftover(const struct tidy_source *source, size_t index,
			   const struct tidy_sink *sink)
{
	const char *text = source->lines[index].text;
	for (size_t i = 0; i < sizeof(leftover_words) / sizeof(*leftover_words); i++) {
		const char *word = leftover_words[i];
		const char *found = strstr(text, word);
		if (found && is_word_at(text, found, strlen(word)))
			tidy_say(sink, source, index + 1, TIDY_LEFTOVER,
				 "%s: do it, or write down where it is kept", word);
	}
}

void tidy_check_lines(const struct tidy_source *source, const struct tidy_sink *sink)
{
	bool has_long_lines = !source->is_c && !tidy_path_ends_in(source->path, ".S");
	for (size_t i = 0; i < source->line_count; i++) {
		const struct tidy_line *line = &source->lines[i];
		size_t columns = columns_of(line->text);
		if (!has_long_lines && columns > TIDY_LINE_COLUMNS_MAX)
			tidy_say(sink, source, i + 1, TIDY_LINE, "%zu columns, %d are the limit",
				 columns, TIDY_LINE_COLUMNS_MAX);
		if (line->length > 0 && strchr(" \t\r", line->text[line->length - 1]))
			tidy_say(sink, source, i + 1, TIDY_WHITESPACE, "blanks at the end");
		check_leftover(source, i, sink);
	}
	if (source->is_c && source->line_count > TIDY_FILE_LINES_MAX)
		tidy_say(sink, source, source->line_count, TIDY_FILE_LENGTH,
			 "%zu lines, few files have over %d", source->line_count,
			 TIDY_FILE_LINES_MAX);
}

/* A scenario that is kept says in its first line what it is about. */
void tidy_check_samples(const struct tidy_source *source, const struct tidy_sink *sink)
{
	if (!tidy_path_ends_in(source->path, ".rut"))
		return;
	if (!tidy_path_is_under(source->path, "corpus") &&
	    !tidy_path_is_under(source->path, "repro"))
		return;
	const char *first = source->line_count > 0 ? source->lines[0].text : "";
	if (strncmp(first, "# ", 2) != 0 || strlen(first) < 10)
		tidy_say(sink, source, 1, TIDY_SENTENCE,
			 "begins without a sentence about the situation: `# ...`");
}
