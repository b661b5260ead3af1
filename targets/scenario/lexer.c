#include "scenario/lexer.h"

#include <string.h>

void scenario_lexer_init(struct scenario_lexer *lexer, const char *source, size_t size)
{
	*lexer = (struct scenario_lexer){
		.source = source,
		.size = size,
		.line = 1,
		.is_line_empty = true,
	};
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static bool is_symbol(char c)
{
	return c == '{' || c == '}' || c == ';' || c == '*';
}

/* Printable ASCII only: anything else belongs into a comment. */
static bool is_word(char c)
{
	return c > ' ' && c <= '~' && c != '"' && !is_symbol(c);
}

static bool starts_comment(const struct scenario_lexer *lexer)
{
	const size_t next = lexer->position + 1;

	if (lexer->source[lexer->position] != '#')
		return false;
	if (lexer->is_line_empty || next == lexer->size)
		return true;
	return lexer->source[next] < '0' || lexer->source[next] > '9';
}

static void skip_blank(struct scenario_lexer *lexer)
{
	while (lexer->position < lexer->size && is_space(lexer->source[lexer->position]))
		lexer->position++;
	if (lexer->position == lexer->size || !starts_comment(lexer))
		return;
	while (lexer->position < lexer->size && lexer->source[lexer->position] != '\n')
		lexer->position++;
}

static void take_string(struct scenario_lexer *lexer, struct scenario_token *token)
{
	size_t end = lexer->position + 1;

	while (end < lexer->size && lexer->source[end] != '"' && lexer->source[end] != '\n')
		end++;
	if (end == lexer->size || lexer->source[end] != '"') {
		token->kind = SCENARIO_TOKEN_BROKEN;
		token->length = 1;
		lexer->position++;
		return;
	}
	token->kind = SCENARIO_TOKEN_STRING;
	token->start++;
	token->length = end - lexer->position - 1;
	lexer->position = end + 1;
}

static void take_word(struct scenario_lexer *lexer, struct scenario_token *token)
{
	while (lexer->position < lexer->size && is_word(lexer->source[lexer->position]))
		lexer->position++;
	token->length = (size_t)(lexer->source + lexer->position - token->start);
	token->kind = SCENARIO_TOKEN_WORD;
	if (token->length == 0) {
		token->kind = SCENARIO_TOKEN_BROKEN;
		token->length = 1;
		lexer->position++;
	}
}

struct scenario_token scenario_lexer_next(struct scenario_lexer *lexer)
{
	skip_blank(lexer);
	struct scenario_token token = {
		.kind = SCENARIO_TOKEN_END,
		.start = lexer->source + lexer->position,
		.line = lexer->line,
		.column = lexer->position - lexer->line_start + 1,
	};

	if (lexer->position == lexer->size)
		return token;
	const char c = lexer->source[lexer->position];

	lexer->is_line_empty = false;
	if (c == '\n') {
		token.kind = SCENARIO_TOKEN_LINE_END;
		lexer->line++;
		lexer->line_start = ++lexer->position;
		lexer->is_line_empty = true;
	} else if (c == '"') {
		take_string(lexer, &token);
	} else if (is_symbol(c)) {
		token.kind = SCENARIO_TOKEN_SYMBOL;
		token.length = 1;
		lexer->position++;
	} else {
		take_word(lexer, &token);
	}
	return token;
}

bool scenario_token_is(const struct scenario_token *token, const char *word)
{
	return (token->kind == SCENARIO_TOKEN_WORD || token->kind == SCENARIO_TOKEN_SYMBOL) &&
	       token->length == strlen(word) && memcmp(token->start, word, token->length) == 0;
}
