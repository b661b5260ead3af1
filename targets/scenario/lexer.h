/* Words and places of the text form. Private to this room. */
#ifndef SCENARIO_LEXER_H
#define SCENARIO_LEXER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum scenario_token_kind {
	SCENARIO_TOKEN_WORD,
	SCENARIO_TOKEN_STRING, /* without its quotes */
	SCENARIO_TOKEN_SYMBOL, /* one of { } ; * */
	SCENARIO_TOKEN_LINE_END,
	SCENARIO_TOKEN_END,
	SCENARIO_TOKEN_BROKEN, /* a string without its end, or a byte that no word has */
};

struct scenario_token {
	enum scenario_token_kind kind;
	const char *start;
	size_t length;
	size_t line;   /* from 1 */
	size_t column; /* from 1, in bytes */
};

struct scenario_lexer {
	const char *source;
	size_t size;
	size_t position;
	size_t line;
	size_t line_start;
	bool is_line_empty; /* no token in this line yet */
};

void scenario_lexer_init(struct scenario_lexer *lexer, const char *source, size_t size);

/* Comments are passed over: from a # to the end of the line, unless a digit follows and the line
 * has begun (`#2`). */
struct scenario_token scenario_lexer_next(struct scenario_lexer *lexer);

bool scenario_token_is(const struct scenario_token *token, const char *word);

#endif
