#include "scenario/parser.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/fatal.h"
#include "scenario/fields.h"

/* Of what the source says, an error shows at most this much. */
enum { SHOWN_LENGTH_MAX = 40 };

void scenario_parser_advance(struct scenario_parser *parser)
{
	parser->token = scenario_lexer_next(&parser->lexer);
}

bool scenario_parser_fail(struct scenario_parser *parser, const struct scenario_token *token,
			  const char *format, ...)
{
	va_list arguments;
	const int place_length = snprintf(parser->error, SCENARIO_ERROR_SIZE / 2, "%s",
					  parser->file_name);

	ensure(place_length >= 0);
	size_t length = strlen(parser->error);

	length += (size_t)snprintf(parser->error + length, SCENARIO_ERROR_SIZE - length,
				   ":%zu:%zu: ", token->line, token->column);
	va_start(arguments, format);
	(void)vsnprintf(parser->error + length, SCENARIO_ERROR_SIZE - length, format, arguments);
	va_end(arguments);
	return false;
}

static const char *describe(const struct scenario_token *token, char *buffer, size_t size)
{
	const int length = (int)(token->length < SHOWN_LENGTH_MAX ? token->length
								  : SHOWN_LENGTH_MAX);

	switch (token->kind) {
	case SCENARIO_TOKEN_LINE_END:
		return "the end of the line";
	case SCENARIO_TOKEN_END:
		return "the end of the file";
	case SCENARIO_TOKEN_STRING:
		(void)snprintf(buffer, size, "\"%.*s\"", length, token->start);
		return buffer;
	case SCENARIO_TOKEN_BROKEN:
		if (*token->start == '"')
			return "a string without its end";
		(void)snprintf(buffer, size, "the byte 0x%02x", (unsigned char)*token->start);
		return buffer;
	default:
		(void)snprintf(buffer, size, "%.*s", length, token->start);
		return length > 0 ? buffer : "nothing";
	}
}

bool scenario_parser_fail_expected(struct scenario_parser *parser, const char *what,
				   const char *expected)
{
	char got[SHOWN_LENGTH_MAX + 8];

	return scenario_parser_fail(parser, &parser->token, "%s wants %s, got %s", what, expected,
				    describe(&parser->token, got, sizeof got));
}

static bool parse_u64(const struct scenario_token *token, uint64_t *ret_value)
{
	uint64_t value = 0;

	if (token->kind != SCENARIO_TOKEN_WORD || token->length == 0)
		return false;
	for (size_t i = 0; i < token->length; i++) {
		const char c = token->start[i];

		if (c < '0' || c > '9' || value > (UINT64_MAX - (uint64_t)(c - '0')) / 10)
			return false;
		value = value * 10 + (uint64_t)(c - '0');
	}
	*ret_value = value;
	return true;
}

bool scenario_parser_number(struct scenario_parser *parser, const char *what, uint64_t min,
			    uint64_t max, uint64_t *ret_value)
{
	char expected[64];
	uint64_t value = 0;

	if (!parse_u64(&parser->token, &value) || value < min || value > max) {
		(void)snprintf(expected, sizeof expected, "%llu to %llu", (unsigned long long)min,
			       (unsigned long long)max);
		return scenario_parser_fail_expected(parser, what, expected);
	}
	*ret_value = value;
	scenario_parser_advance(parser);
	return true;
}

bool scenario_parser_word(struct scenario_parser *parser, const char *what, const char *expected,
			  char *ret_word)
{
	const struct scenario_token *token = &parser->token;

	if (token->kind != SCENARIO_TOKEN_WORD)
		return scenario_parser_fail_expected(parser, what, expected);
	if (token->length >= SCENARIO_WORD_SIZE) {
		return scenario_parser_fail(parser, token, "%s wants %s of at most %d characters",
					    what, expected, SCENARIO_WORD_SIZE - 1);
	}
	memcpy(ret_word, token->start, token->length);
	ret_word[token->length] = 0;
	scenario_parser_advance(parser);
	return true;
}

bool scenario_parser_line_end(struct scenario_parser *parser, const char *what)
{
	if (parser->token.kind == SCENARIO_TOKEN_LINE_END ||
	    parser->token.kind == SCENARIO_TOKEN_END)
		return true;
	char expected[SCENARIO_WORD_SIZE + 32];

	(void)snprintf(expected, sizeof expected, "nothing more after %s", what);
	return scenario_parser_fail_expected(parser, "this line", expected);
}

/* VALUE was at PLACE. */
static bool check_tracer(struct scenario_parser *parser, const struct scenario_field *field,
			 const struct scenario_token *place, uint64_t value)
{
	if (!field->is_of_v2 || value == field->initial ||
	    !scenario_dialect_is_v1(parser->scenario.configuration.dialect))
		return true;
	return scenario_parser_fail(parser, place, "%s wants %s with the v1 tracer, got %.*s",
				    field->name,
				    field->choices[scenario_field_code(field, field->initial)].text,
				    (int)place->length, place->start);
}

/* Says which choices FIELD has. */
static void list_choices(const struct scenario_field *field, char *target, size_t size)
{
	size_t length = (size_t)snprintf(target, size, "one of");

	for (size_t i = 0; i < field->choice_count; i++) {
		ensure(length < size);
		length += (size_t)snprintf(target + length, size - length, " %s",
					   field->choices[i].text);
	}
	ensure(length < size);
}

static bool is_choice(const struct scenario_token *token, const char *text)
{
	return (token->kind == SCENARIO_TOKEN_WORD || token->kind == SCENARIO_TOKEN_STRING) &&
	       token->length == strlen(text) && memcmp(token->start, text, token->length) == 0;
}

static bool parse_choice(struct scenario_parser *parser, const struct scenario_field *field,
			 uint64_t *ret_value)
{
	char expected[SCENARIO_ERROR_SIZE];

	for (size_t i = 0; i < field->choice_count; i++) {
		if (is_choice(&parser->token, field->choices[i].text)) {
			*ret_value = field->choices[i].value;
			scenario_parser_advance(parser);
			return true;
		}
	}
	list_choices(field, expected, sizeof expected);
	return scenario_parser_fail_expected(parser, field->name, expected);
}

static bool parse_field(struct scenario_parser *parser, size_t index)
{
	const struct scenario_field *field = &scenario_fields[index];
	const uint32_t bit = UINT32_C(1) << index;
	uint64_t value = 0;

	if ((parser->fields_seen & bit) != 0)
		return scenario_parser_fail(parser, &parser->token, "a second line %s",
					    field->name);
	parser->fields_seen |= bit;
	scenario_parser_advance(parser);
	/* Row 0 is the dialect, written after the tracer's name. */
	const struct scenario_token tracer = parser->token;
	if (index == 0) {
		if (!scenario_token_is(&tracer, "v1") && !scenario_token_is(&tracer, "v2"))
			return scenario_parser_fail_expected(parser, field->name, "v1 or v2");
		scenario_parser_advance(parser);
	}
	const struct scenario_token place = parser->token;
	const bool is_good = field->choices != NULL
				     ? parse_choice(parser, field, &value)
				     : scenario_parser_number(parser, field->name, field->min,
							      field->max, &value);

	if (!is_good || !check_tracer(parser, field, &place, value))
		return false;
	if (index == 0 &&
	    scenario_token_is(&tracer, "v1") != scenario_dialect_is_v1((unsigned)value))
		return scenario_parser_fail(parser, &tracer, "this dialect is of the other tracer");
	scenario_field_set(field, &parser->scenario.configuration, value);
	return scenario_parser_line_end(parser, field->name);
}

static bool parse_expect(struct scenario_parser *parser)
{
	struct scenario_text *text = &parser->text;

	if (text->expectation_count == SCENARIO_EXPECTATION_COUNT_MAX) {
		return scenario_parser_fail(parser, &parser->token, "more than %d lines expect",
					    SCENARIO_EXPECTATION_COUNT_MAX);
	}
	struct scenario_expectation *expectation = &text->expectations[text->expectation_count++];

	scenario_parser_advance(parser);
	if (!scenario_parser_word(parser, "expect", "a setting", expectation->setting) ||
	    !scenario_parser_word(parser, "expect", "a verdict", expectation->verdict))
		return false;
	if (parser->token.kind == SCENARIO_TOKEN_WORD &&
	    !scenario_parser_word(parser, "expect", "a rule", expectation->rule))
		return false;
	return scenario_parser_line_end(parser, "expect");
}

static bool parse_mark(struct scenario_parser *parser)
{
	struct scenario_text *text = &parser->text;

	if (text->mark_count == SCENARIO_MARK_COUNT_MAX) {
		return scenario_parser_fail(parser, &parser->token, "more than %d lines mark",
					    SCENARIO_MARK_COUNT_MAX);
	}
	scenario_parser_advance(parser);
	return scenario_parser_word(parser, "mark", "a name", text->marks[text->mark_count++]) &&
	       scenario_parser_line_end(parser, "mark");
}

/* Every statement but operations, which may share a line, stands alone and ends the goroutine
 * before it. */
static bool parse_statement(struct scenario_parser *parser)
{
	const struct scenario_token first = parser->token;
	const bool is_plain = first.kind == SCENARIO_TOKEN_WORD ||
			      first.kind == SCENARIO_TOKEN_SYMBOL;
	const struct scenario_operation_row *row = scenario_operation_row_named(first.start,
										first.length);

	if (is_plain && row != NULL)
		return scenario_parser_operation(parser, row);
	if (scenario_token_is(&first, ";") && parser->is_in_goroutine) {
		scenario_parser_advance(parser);
		return true;
	}
	if (scenario_token_is(&first, "at"))
		return scenario_parser_override(parser);
	if (!scenario_parser_end_goroutine(parser))
		return false;
	if (scenario_token_is(&first, "goroutine"))
		return scenario_parser_goroutine(parser);
	if (scenario_token_is(&first, "schedule"))
		return scenario_parser_schedule(parser);
	parser->is_in_schedule = false;
	if (scenario_token_is(&first, "expect"))
		return parse_expect(parser);
	if (scenario_token_is(&first, "mark"))
		return parse_mark(parser);
	if (scenario_token_is(&first, "toolchain"))
		return scenario_parser_toolchain(parser);
	if (scenario_token_is(&first, "toolchain-expect"))
		return scenario_parser_toolchain_expect(parser);
	for (size_t i = 0; i < scenario_field_count; i++) {
		if (scenario_token_is(&first, scenario_fields[i].name))
			return parse_field(parser, i);
	}
	return scenario_parser_fail_expected(parser, "a line", "an operation or a statement");
}

/* The comment lines before the first statement belong to the scenario, later ones only to the file.
 */
static bool collect_comment(struct scenario_parser *parser)
{
	const char *source = parser->lexer.source;
	const char *end = source + parser->lexer.size;
	char *target = parser->text.comment;
	size_t length = 0;

	for (size_t line = 1; source < end && (*source == '#' || *source == '\n'); line++) {
		const char *line_end = memchr(source, '\n', (size_t)(end - source));
		const char *next = line_end != NULL ? line_end + 1 : end;

		if (*source == '#') {
			source += source + 1 < end && source[1] == ' ' ? 2 : 1;
			const size_t size = (size_t)((line_end != NULL ? line_end : end) - source);

			if (length + size + 2 > SCENARIO_COMMENT_SIZE) {
				const struct scenario_token place = {.line = line, .column = 1};

				return scenario_parser_fail(parser, &place,
							    "a comment wants at most %d bytes",
							    SCENARIO_COMMENT_SIZE - 1);
			}
			memcpy(target + length, source, size);
			length += size;
			target[length++] = '\n';
		}
		source = next;
	}
	target[length] = 0;
	return true;
}

static bool parse_all(struct scenario_parser *parser)
{
	if (!collect_comment(parser) || !scenario_parser_names(parser))
		return false;
	scenario_parser_advance(parser);
	while (parser->token.kind == SCENARIO_TOKEN_LINE_END)
		scenario_parser_advance(parser);
	if (!scenario_token_is(&parser->token, scenario_fields[0].name)) {
		return scenario_parser_fail_expected(parser, "a scenario",
						     "tracer v2 \"go 1.26\" as its first line");
	}
	while (parser->token.kind != SCENARIO_TOKEN_END) {
		if (parser->token.kind == SCENARIO_TOKEN_LINE_END)
			scenario_parser_advance(parser);
		else if (!parse_statement(parser))
			return false;
	}
	return scenario_parser_end_goroutine(parser);
}

bool scenario_parse(const char *file_name, const char *source, size_t size,
		    const struct scenario_points *points, struct scenario *ret_scenario,
		    struct scenario_text *ret_text, char *ret_error)
{
	struct scenario_parser parser;

	memset(&parser, 0, sizeof parser);
	parser.file_name = file_name;
	parser.points = points;
	parser.error = ret_error;
	scenario_init(&parser.scenario);
	scenario_lexer_init(&parser.lexer, source, size);
	if (!parse_all(&parser))
		return false;
	scenario_repair(&parser.scenario);
	*ret_scenario = parser.scenario;
	if (ret_text != NULL)
		*ret_text = parser.text;
	return true;
}
