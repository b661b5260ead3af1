/* What the files of the text parser share. Private to this room: the interface is text.h.
 *
 * Every parse function returns false after it has written the error; nobody goes on after that. */
#ifndef SCENARIO_PARSER_H
#define SCENARIO_PARSER_H

#include "scenario/lexer.h"
#include "scenario/text.h"

struct scenario_parser {
	struct scenario_lexer lexer;
	struct scenario_token token; /* the next one, not taken yet */
	const char *file_name;
	const struct scenario_points *points; /* may be NULL */
	struct scenario scenario;
	struct scenario_text text;
	char *error;

	uint32_t fields_seen; /* bit by row of scenario_fields */
	bool is_in_goroutine;
	bool is_in_schedule;
	bool has_schedule;
	size_t program; /* index of the one being read */
	struct scenario_token program_name;
	size_t repeat_depth;
	struct scenario_token repeats[SCENARIO_REPEAT_DEPTH_MAX]; /* the open ones */
};

void scenario_parser_advance(struct scenario_parser *parser);

/* Writes the error at TOKEN; always false. */
__attribute__((format(printf, 3, 4))) bool scenario_parser_fail(struct scenario_parser *parser,
								const struct scenario_token *token,
								const char *format, ...);

/* Fails with `wants EXPECTED, got ...`: WHAT is who wants it. */
bool scenario_parser_fail_expected(struct scenario_parser *parser, const char *what,
				   const char *expected);

/* Takes the number MIN to MAX that WHAT wants. */
bool scenario_parser_number(struct scenario_parser *parser, const char *what, uint64_t min,
			    uint64_t max, uint64_t *ret_value);

/* Takes a word of less than SCENARIO_WORD_SIZE bytes and copies it. */
bool scenario_parser_word(struct scenario_parser *parser, const char *what, const char *expected,
			  char *ret_word);

/* The next token must end the line. */
bool scenario_parser_line_end(struct scenario_parser *parser, const char *what);

/* Programs are named before they are used or after: collects the names of all `goroutine` lines
 * first. */
bool scenario_parser_names(struct scenario_parser *parser);

/* Statements; the token is their first word. */
bool scenario_parser_goroutine(struct scenario_parser *parser);
bool scenario_parser_operation(struct scenario_parser *parser,
			       const struct scenario_operation_row *row);
bool scenario_parser_schedule(struct scenario_parser *parser);
bool scenario_parser_override(struct scenario_parser *parser);

/* What is said of real toolchains. */
bool scenario_parser_toolchain(struct scenario_parser *parser);
bool scenario_parser_toolchain_expect(struct scenario_parser *parser);

/* Before anything that ends a goroutine's operations: none of its repeats may be open. */
bool scenario_parser_end_goroutine(struct scenario_parser *parser);

#endif
