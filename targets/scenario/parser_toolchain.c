/* The statements about real toolchains. */
#include <string.h>

#include "scenario/parser.h"

const char *const scenario_standing_names[SCENARIO_STANDING_COUNT] = {
	[SCENARIO_BROKEN] = "broken",
	[SCENARIO_INCOMPLETE] = "incomplete",
	[SCENARIO_FIXED] = "fixed",
};

const char *const scenario_build_names[SCENARIO_BUILD_COUNT] = {
	[SCENARIO_BUILD_PLAIN] = "plain",
	[SCENARIO_BUILD_RACE] = "race",
	[SCENARIO_BUILD_LOCK_RANKING] = "lock-ranking",
};

/* Index of the one of NAMES that the token is, taken; COUNT: none of them. */
static uint8_t take_name(struct scenario_parser *parser, const char *const *names, uint8_t count)
{
	uint8_t i = 0;

	while (i < count && !scenario_token_is(&parser->token, names[i]))
		i++;
	if (i < count)
		scenario_parser_advance(parser);
	return i;
}

/* 1.N, as in 1.22. */
static bool parse_version(struct scenario_parser *parser, const char *what, uint8_t *ret_minor)
{
	struct scenario_token *token = &parser->token;
	uint64_t minor;

	if (token->kind != SCENARIO_TOKEN_WORD || token->length < 3 ||
	    memcmp(token->start, "1.", 2) != 0)
		return scenario_parser_fail_expected(parser, what, "a version of Go, such as 1.22");
	token->start += 2;
	token->length -= 2;
	token->column += 2;
	if (!scenario_parser_number(parser, "1.", 5, SCENARIO_MINOR_NEWEST - 1, &minor))
		return false;
	*ret_minor = (uint8_t)minor;
	return true;
}

bool scenario_parser_toolchain(struct scenario_parser *parser)
{
	struct scenario_toolchain *toolchain = &parser->text.toolchain;

	if (toolchain->is_given)
		return scenario_parser_fail(parser, &parser->token, "a second line toolchain");
	toolchain->is_given = true;
	toolchain->minor_last = SCENARIO_MINOR_NEWEST;
	scenario_parser_advance(parser);
	if (!parse_version(parser, "toolchain", &toolchain->minor_first))
		return false;
	if (scenario_token_is(&parser->token, "to")) {
		scenario_parser_advance(parser);
		if (!parse_version(parser, "to", &toolchain->minor_last))
			return false;
	}
	toolchain->build = take_name(parser, scenario_build_names, SCENARIO_BUILD_COUNT);
	if (toolchain->build == SCENARIO_BUILD_COUNT)
		return scenario_parser_fail_expected(parser, "toolchain",
						     "plain, race or lock-ranking");
	while (parser->token.kind == SCENARIO_TOKEN_WORD) {
		if (toolchain->edit_count == SCENARIO_EDIT_COUNT_MAX)
			return scenario_parser_fail(parser, &parser->token, "more than %d edits",
						    SCENARIO_EDIT_COUNT_MAX);
		if (!scenario_parser_word(parser, "toolchain", "the name of an edit",
					  toolchain->edits[toolchain->edit_count++]))
			return false;
	}
	return scenario_parser_line_end(parser, "toolchain");
}

bool scenario_parser_toolchain_expect(struct scenario_parser *parser)
{
	const struct scenario_token first = parser->token;
	struct scenario_toolchain *toolchain = &parser->text.toolchain;

	if (!toolchain->is_given)
		return scenario_parser_fail(parser, &first,
					    "toolchain-expect wants a line toolchain before it");
	scenario_parser_advance(parser);
	const struct scenario_token name = parser->token;
	const uint8_t standing = take_name(parser, scenario_standing_names,
					   SCENARIO_STANDING_COUNT);

	if (standing == SCENARIO_STANDING_COUNT)
		return scenario_parser_fail_expected(parser, "toolchain-expect",
						     "broken, incomplete or fixed");
	if (toolchain->expected[standing][0] != 0)
		return scenario_parser_fail(parser, &name, "a second line toolchain-expect %s",
					    scenario_standing_names[standing]);
	return scenario_parser_word(parser, "toolchain-expect", "a verdict",
				    toolchain->expected[standing]) &&
	       scenario_parser_line_end(parser, "toolchain-expect");
}
