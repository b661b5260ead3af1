/* Splits a file into lines and blanks what is not code. */
#include "tidy.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *checked(void *memory)
{
	if (!memory) {
		fprintf(stderr, "tidy: out of memory\n");
		exit(3);
	}
	return memory;
}

const char *tidy_rule_name(enum tidy_rule rule)
{
	static const char *const names[] = {
#define TIDY_RULE_NAME(id, name) name,
		TIDY_RULES(TIDY_RULE_NAME)
#undef TIDY_RULE_NAME
	};
	return names[rule];
}

bool tidy_rule_is_warning(enum tidy_rule rule)
{
	return rule == TIDY_FILE_LENGTH;
}

bool tidy_path_is_under(const char *path, const char *folder)
{
	size_t length = strlen(folder);
	return strncmp(path, folder, length) == 0 && path[length] == '/';
}

bool tidy_path_ends_in(const char *path, const char *suffix)
{
	size_t path_length = strlen(path), suffix_length = strlen(suffix);
	return path_length >= suffix_length &&
	       strcmp(path + path_length - suffix_length, suffix) == 0;
}

void tidy_say(const struct tidy_sink *sink, const struct tidy_source *source, size_t line,
	      enum tidy_rule rule, const char *format, ...)
{
	char detail[512];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(detail, sizeof(detail), format, arguments);
	va_end(arguments);
	sink->report(sink->context, source, line, rule, detail);
}

enum lexer_state { IN_CODE, IN_LINE_COMMENT, IN_BLOCK_COMMENT, IN_STRING, IN_CHARACTER };

/* What the lexer is in after the character at TEXT; *ret_skip: how many more belong to it. */
static enum lexer_state lex(enum lexer_state state, const char *text, size_t *ret_skip)
{
	*ret_skip = 0;
	switch (state) {
	case IN_CODE:
		if (text[0] == '/' && (text[1] == '*' || text[1] == '/')) {
			*ret_skip = 1;
			return text[1] == '*' ? IN_BLOCK_COMMENT : IN_LINE_COMMENT;
		}
		return text[0] == '"' ? IN_STRING : text[0] == '\'' ? IN_CHARACTER : IN_CODE;
	case IN_LINE_COMMENT:
		return text[0] == '\n' ? IN_CODE : state;
	case IN_BLOCK_COMMENT:
		*ret_skip = text[0] == '*' && text[1] == '/';
		return *ret_skip ? IN_CODE : state;
	case IN_STRING:
	case IN_CHARACTER:
		*ret_skip = text[0] == '\\' && text[1] != '\0';
		if (text[0] == '\n' || text[0] == (state == IN_STRING ? '"' : '\''))
			return IN_CODE;
		return state;
	}
	return state;
}

/* Replaces everything but code by blanks; newlines stay, and so do the quotes. */
static void blank(char *code, const char *text, size_t size)
{
	enum lexer_state state = IN_CODE;
	for (size_t i = 0; i < size; i++) {
		size_t skip;
		enum lexer_state next = lex(state, text + i, &skip);
		bool is_code = state == IN_CODE && next != IN_LINE_COMMENT &&
			       next != IN_BLOCK_COMMENT;
		bool is_end_of_text = next == IN_CODE &&
				      (state == IN_STRING || state == IN_CHARACTER);
		for (size_t end = i + skip; i <= end; i++)
			code[i] = is_code || is_end_of_text || text[i] == '\n' ? text[i] : ' ';
		i--;
		state = next;
	}
}

struct tidy_source tidy_source_make(const char *path, char *text, size_t size)
{
	struct tidy_source source = {.path = path};
	source.is_c = tidy_path_ends_in(path, ".c") || tidy_path_ends_in(path, ".h");
	char *code = checked(calloc(size + 1, 1));
	if (source.is_c)
		blank(code, text, size);
	else
		memcpy(code, text, size);

	size_t line_count_max = 1;
	for (size_t i = 0; i < size; i++)
		line_count_max += text[i] == '\n';
	source.lines = checked(calloc(line_count_max, sizeof(*source.lines)));
	for (size_t start = 0; start < size;) {
		char *newline = memchr(text + start, '\n', size - start);
		size_t length = newline ? (size_t)(newline - text) - start : size - start;
		text[start + length] = '\0';
		code[start + length] = '\0';
		source.lines[source.line_count++] = (struct tidy_line){
			.text = text + start, .code = code + start, .length = length};
		start += length + 1;
	}
	if (source.line_count == 0)
		free(code);
	return source;
}

/* The first line's code is the start of the block that all lines share. */
void tidy_source_free(struct tidy_source *source)
{
	if (source->line_count > 0)
		free(source->lines[0].code);
	free(source->lines);
}
