/* The two sections of the text form that have lines of their own: goroutines and the schedule. */
#include <stdio.h>
#include <string.h>

#include "base/fatal.h"
#include "scenario/fields.h"
#include "scenario/parser.h"

static bool is_name(const struct scenario_token *token)
{
	if (token->kind != SCENARIO_TOKEN_WORD)
		return false;
	for (size_t i = 0; i < token->length; i++) {
		const char c = token->start[i];
		const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
		const bool is_later = (c >= '0' && c <= '9') || c == '-';

		if (!is_letter && (i == 0 || !is_later))
			return false;
	}
	return true;
}

/* Index of the program that TOKEN names, or the number of programs. */
static size_t find_program(const struct scenario_parser *parser, const struct scenario_token *token)
{
	size_t i = 0;

	while (i < parser->scenario.program_count &&
	       !scenario_token_is(token, parser->text.program_names[i]))
		i++;
	return i;
}

static bool add_name(struct scenario_parser *parser, uint8_t *count)
{
	const struct scenario_token name = parser->token;

	if (!is_name(&name))
		return scenario_parser_fail_expected(parser, "goroutine", "a name");
	parser->scenario.program_count = *count;
	if (find_program(parser, &name) < *count) {
		return scenario_parser_fail(parser, &name, "a second goroutine %.*s",
					    (int)name.length, name.start);
	}
	if (*count == SCENARIO_PROGRAM_COUNT_MAX) {
		return scenario_parser_fail(parser, &name, "more than %d goroutine programs",
					    SCENARIO_PROGRAM_COUNT_MAX);
	}
	return scenario_parser_word(parser, "goroutine", "a name",
				    parser->text.program_names[(*count)++]);
}

bool scenario_parser_names(struct scenario_parser *parser)
{
	const struct scenario_lexer beginning = parser->lexer;
	uint8_t count = 0;
	bool is_first_of_line = true;

	scenario_parser_advance(parser);
	while (parser->token.kind != SCENARIO_TOKEN_END) {
		const bool is_goroutine = is_first_of_line &&
					  scenario_token_is(&parser->token, "goroutine");

		is_first_of_line = parser->token.kind == SCENARIO_TOKEN_LINE_END;
		scenario_parser_advance(parser);
		if (is_goroutine && !add_name(parser, &count))
			return false;
	}
	/* A scenario has at least one program; without any it is empty and has the printer's name.
	 */
	parser->scenario.program_count = count > 0 ? count : 1;
	parser->lexer = beginning;
	return true;
}

bool scenario_parser_goroutine(struct scenario_parser *parser)
{
	uint64_t copies = 1;

	scenario_parser_advance(parser);
	parser->program_name = parser->token;
	parser->program = find_program(parser, &parser->token);
	ensure(parser->program < parser->scenario.program_count);
	parser->is_in_goroutine = true;
	parser->is_in_schedule = false;
	scenario_parser_advance(parser);
	if (scenario_token_is(&parser->token, "*")) {
		scenario_parser_advance(parser);
		if (!scenario_parser_number(parser, "goroutine *", 0, SCENARIO_COPIES_MAX, &copies))
			return false;
	}
	parser->scenario.programs[parser->program].copies = (uint8_t)copies;
	return scenario_parser_line_end(parser, "goroutine");
}

bool scenario_parser_end_goroutine(struct scenario_parser *parser)
{
	if (!parser->is_in_goroutine)
		return true;
	if (parser->repeat_depth > 0) {
		return scenario_parser_fail(parser, &parser->repeats[parser->repeat_depth - 1],
					    "repeat wants a } at its end");
	}
	const uint32_t length = scenario_expanded_length(&parser->scenario, parser->program);

	if (length > SCENARIO_EXPANDED_LENGTH_MAX) {
		return scenario_parser_fail(
			parser, &parser->program_name,
			"goroutine %s wants at most %d steps, its repeats make %u",
			parser->text.program_names[parser->program], SCENARIO_EXPANDED_LENGTH_MAX,
			(unsigned)length);
	}
	parser->is_in_goroutine = false;
	return true;
}

static bool parse_argument(struct scenario_parser *parser, const struct scenario_operation_row *row,
			   const struct scenario_argument *argument, uint16_t *ret_value)
{
	uint64_t value = 0;

	if (argument->kind == SCENARIO_ARGUMENT_PROGRAM) {
		value = find_program(parser, &parser->token);
		if (value == parser->scenario.program_count) {
			return scenario_parser_fail_expected(
				parser, row->name, "the name of a goroutine of this file");
		}
		scenario_parser_advance(parser);
	} else if (argument->kind != SCENARIO_ARGUMENT_NONE &&
		   !scenario_parser_number(parser, row->name, argument->min, argument->max,
					   &value)) {
		return false;
	}
	*ret_value = (uint16_t)value;
	return true;
}

/* Keeps the stack of open repeats. TOKEN is the operation's word, already taken. */
static bool parse_structure(struct scenario_parser *parser, uint16_t id,
			    const struct scenario_token *token)
{
	if (id == SCENARIO_END_REPEAT) {
		if (parser->repeat_depth == 0)
			return scenario_parser_fail(parser, token, "a } without its repeat");
		parser->repeat_depth--;
		return true;
	}
	if (parser->repeat_depth == SCENARIO_REPEAT_DEPTH_MAX) {
		return scenario_parser_fail(parser, token, "repeat wants at most %d in each other",
					    SCENARIO_REPEAT_DEPTH_MAX);
	}
	if (!scenario_token_is(&parser->token, "{"))
		return scenario_parser_fail_expected(parser, "repeat", "a {");
	scenario_parser_advance(parser);
	parser->repeats[parser->repeat_depth++] = *token;
	return true;
}

bool scenario_parser_operation(struct scenario_parser *parser,
			       const struct scenario_operation_row *row)
{
	const struct scenario_token token = parser->token;
	uint16_t a = 0;
	uint16_t b = 0;

	if (!parser->is_in_goroutine) {
		return scenario_parser_fail(parser, &token, "%s wants to stand under a goroutine",
					    row->name);
	}
	scenario_parser_advance(parser);
	if (!parse_argument(parser, row, &row->a, &a) || !parse_argument(parser, row, &row->b, &b))
		return false;
	if (row->class == SCENARIO_CLASS_STRUCTURE && !parse_structure(parser, row->id, &token))
		return false;
	if (!scenario_append(&parser->scenario, parser->program, row->id, a, b)) {
		return scenario_parser_fail(parser, &token, "more than %d operations",
					    SCENARIO_OPERATION_COUNT_MAX);
	}
	return true;
}

/* Takes the name of a yield point. */
static bool parse_point(struct scenario_parser *parser, const char *what, uint16_t *ret_point)
{
	static const char prefix[] = "point/";
	const struct scenario_token token = parser->token;
	char name[SCENARIO_WORD_SIZE];
	uint64_t value = 0;
	size_t i = sizeof prefix - 1;

	if (!scenario_parser_word(parser, what, "a yield point", name))
		return false;
	if (parser->points != NULL && parser->points->id(name, ret_point))
		return true;
	if (strncmp(name, prefix, i) != 0 || name[i] == 0) {
		return scenario_parser_fail(parser, &token,
					    "%s wants a yield point, there is no %s", what, name);
	}
	for (; name[i] >= '0' && name[i] <= '9' && value <= UINT16_MAX; i++)
		value = value * 10 + (uint64_t)(name[i] - '0');
	if (name[i] != 0 || value > UINT16_MAX) {
		return scenario_parser_fail(parser, &token, "point/ wants 0 to %d, got %s",
					    UINT16_MAX, name);
	}
	*ret_point = (uint16_t)value;
	return true;
}

static bool parse_policy(struct scenario_parser *parser)
{
	for (uint8_t i = 0; i < SCENARIO_POLICY_COUNT; i++) {
		if (scenario_token_is(&parser->token, scenario_policy_names[i])) {
			parser->scenario.schedule.policy = i;
			scenario_parser_advance(parser);
			return true;
		}
	}
	return scenario_parser_fail_expected(
		parser, "schedule",
		"uniform, sticky, pct, delay-bounded, round-robin or target-biased");
}

/* One of seed, parameter, target with its value. */
static bool parse_schedule_part(struct scenario_parser *parser)
{
	struct scenario_schedule *schedule = &parser->scenario.schedule;
	uint64_t value;

	if (scenario_token_is(&parser->token, "seed")) {
		scenario_parser_advance(parser);
		if (!scenario_parser_number(parser, "seed", 0, UINT32_MAX, &value))
			return false;
		schedule->seed = (uint32_t)value;
		return true;
	}
	if (scenario_token_is(&parser->token, "parameter")) {
		scenario_parser_advance(parser);
		if (!scenario_parser_number(parser, "parameter", 0, UINT8_MAX, &value))
			return false;
		schedule->parameter = (uint8_t)value;
		return true;
	}
	if (!scenario_token_is(&parser->token, "target"))
		return scenario_parser_fail_expected(parser, "schedule",
						     "seed, parameter or target");
	if (schedule->policy != SCENARIO_TARGET_BIASED)
		return scenario_parser_fail(parser, &parser->token, "target wants target-biased");
	scenario_parser_advance(parser);
	return parse_point(parser, "target", &schedule->target_point);
}

bool scenario_parser_schedule(struct scenario_parser *parser)
{
	if (parser->has_schedule)
		return scenario_parser_fail(parser, &parser->token, "a second line schedule");
	parser->has_schedule = true;
	parser->is_in_schedule = true;
	scenario_parser_advance(parser);
	if (!parse_policy(parser))
		return false;
	while (parser->token.kind != SCENARIO_TOKEN_LINE_END &&
	       parser->token.kind != SCENARIO_TOKEN_END) {
		if (!parse_schedule_part(parser))
			return false;
	}
	return true;
}

static bool parse_action(struct scenario_parser *parser, struct scenario_override *override)
{
	uint64_t target;

	for (override->action = 0; override->action < SCENARIO_ACTION_COUNT; override->action++) {
		if (scenario_token_is(&parser->token, scenario_action_names[override->action]))
			break;
	}
	if (override->action == SCENARIO_ACTION_COUNT) {
		return scenario_parser_fail_expected(parser, "at",
						     "run, signal, grow, flush or stay");
	}
	scenario_parser_advance(parser);
	if (!scenario_action_has_target(override->action))
		return true;
	if (parser->token.kind != SCENARIO_TOKEN_WORD || *parser->token.start != 'm') {
		return scenario_parser_fail_expected(
			parser, scenario_action_names[override->action], "an M, such as m1");
	}
	parser->token.start++;
	parser->token.length--;
	parser->token.column++;
	if (!scenario_parser_number(parser, "m", 0, SCENARIO_M_COUNT_MAX - 1, &target))
		return false;
	override->target = (uint8_t)target;
	return true;
}

bool scenario_parser_override(struct scenario_parser *parser)
{
	struct scenario *scenario = &parser->scenario;
	struct scenario_override override = {0};
	uint64_t occurrence;

	if (!parser->is_in_schedule)
		return scenario_parser_fail(parser, &parser->token,
					    "at wants to stand under schedule");
	if (scenario->override_count == SCENARIO_OVERRIDE_COUNT_MAX) {
		return scenario_parser_fail(parser, &parser->token, "more than %d lines at",
					    SCENARIO_OVERRIDE_COUNT_MAX);
	}
	scenario_parser_advance(parser);
	if (!parse_point(parser, "at", &override.point))
		return false;
	if (parser->token.kind != SCENARIO_TOKEN_WORD || *parser->token.start != '#')
		return scenario_parser_fail_expected(parser, "at", "an occurrence, such as #2");
	parser->token.start++;
	parser->token.length--;
	parser->token.column++;
	if (!scenario_parser_number(parser, "#", 1, UINT16_MAX, &occurrence))
		return false;
	override.occurrence = (uint16_t)occurrence;
	if (!parse_action(parser, &override) || !scenario_parser_line_end(parser, "at"))
		return false;
	scenario->overrides[scenario->override_count++] = override;
	return true;
}
