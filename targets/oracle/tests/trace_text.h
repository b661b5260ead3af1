/* Traces for tests, written as text. Statements end with `;', words are separated by spaces; a
 * number `-' is 2^64-1.
 *
 * EventName A B ..  a timed event, its arguments as in event.def, one unit after the last
 * dt N              the time step of the next event
 * m ID [TIME]       opens a batch of this thread; without TIME 1000 units after the last one
 * x NUMBER          opens a batch of this experiment
 * begin             the batch that tells of clocks in a generation of this version
 * tail              stacks 1 and 2 (one frame; two, the second without line) and strings 1 to 5:
 *                   reason file.go name other and an empty one
 * end               tail, from version 26 on the byte 52, and the next generation begins
 * generation N      the generation of batches from here on
 * close             closes the open batch, as do the statements that open one and the end
 * byte N, number N  as such, into the open batch or behind it
 * fill N            so many zero bytes
 * header N          starts over with this version
 * poke OFFSET N     damage: this byte; and cut SIZE
 *
 * Records of structural batches: string ID TEXT, stack ID PC FUNCTION FILE LINE, sample TIME M P G
 * STACK, snapshot DT MONO_NS WALL_SECONDS WALL_NS. */
#ifndef ORACLE_TESTS_TRACE_TEXT_H
#define ORACLE_TESTS_TRACE_TEXT_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"
#include "oracle/generation.h"
#include "oracle/trace_builder.h"

enum { TRACE_TEXT_WORDS_MAX = 8, TRACE_TEXT_STATEMENT_MAX = 128, TRACE_TEXT_BATCH_STEP = 1000 };

struct trace_text {
	struct trace_builder *builder;
	char *words[TRACE_TEXT_WORDS_MAX];
	uint64_t numbers[TRACE_TEXT_WORDS_MAX]; /* of the words behind the first */
	int count;
	uint64_t time, dt;
	int minor; /* of the header */
	bool is_open;
};

static void trace_text_close(struct trace_text *text)
{
	if (text->is_open)
		trace_batch_end(text->builder);
	text->is_open = false;
}

static void trace_text_open(struct trace_text *text, uint64_t m, uint64_t time)
{
	trace_text_close(text);
	trace_batch_begin(text->builder, m, time);
	text->is_open = true;
}

static void trace_text_tail(struct trace_text *text)
{
	static const uint64_t two_frames[] = {2, 2, 4096, 1, 2, 7, 4097, 1, 2, 0};
	static const char *const strings[] = {"reason", "file.go", "name", "other", ""};
	struct trace_builder *builder = text->builder;

	trace_text_open(text, UINT64_MAX, text->time);
	trace_byte(builder, EVENT_stacks);
	trace_stack(builder, 1, 4095, 1, 2, 5);
	trace_byte(builder, EVENT_stack);
	for (size_t i = 0; i < sizeof(two_frames) / sizeof(two_frames[0]); i++)
		trace_number(builder, two_frames[i]);
	trace_text_open(text, UINT64_MAX, text->time);
	trace_byte(builder, EVENT_strings);
	for (size_t i = 0; i < sizeof(strings) / sizeof(strings[0]); i++)
		trace_string(builder, i + 1, strings[i]);
	trace_text_close(text);
}

static void trace_text_begin(struct trace_text *text)
{
	enum { UNITS_PER_SECOND = 15625000 };

	trace_text_close(text);
	if (text->minor < SYNC_MINOR)
		trace_frequency(text->builder, UNITS_PER_SECOND);
	else
		trace_sync(text->builder, UNITS_PER_SECOND, ++text->time);
}

static void trace_text_end(struct trace_text *text)
{
	trace_text_tail(text);
	if (text->minor >= GENERATION_END_MINOR)
		trace_byte(text->builder, EVENT_end_of_generation);
	text->builder->generation++;
}

static bool trace_text_record(struct trace_text *text)
{
	struct trace_builder *builder = text->builder;
	const char *word = text->words[0];
	const uint64_t *n = text->numbers;

	if (strcmp(word, "byte") == 0)
		trace_byte(builder, (uint8_t)n[0]);
	else if (strcmp(word, "number") == 0)
		trace_number(builder, n[0]);
	else if (strcmp(word, "fill") == 0)
		for (uint64_t i = 0; i < n[0]; i++)
			trace_byte(builder, 0);
	else if (strcmp(word, "string") == 0)
		trace_string(builder, n[0], text->words[2]);
	else if (strcmp(word, "stack") == 0)
		trace_stack(builder, n[0], n[1], n[2], n[3], n[4]);
	else if (strcmp(word, "sample") == 0)
		trace_sample(builder, n[0], n[1], n[2], n[3], n[4]);
	else if (strcmp(word, "snapshot") == 0)
		trace_snapshot(builder, n[0], n[1], n[2], n[3]);
	else if (strcmp(word, "poke") == 0)
		builder->bytes[n[0]] = (uint8_t)n[1];
	else if (strcmp(word, "cut") == 0)
		builder->size = n[0];
	else
		return false;
	return true;
}

static bool trace_text_batch(struct trace_text *text)
{
	const char *word = text->words[0];

	if (strcmp(word, "m") == 0) {
		text->time = text->count > 2 ? text->numbers[1]
					     : text->time + TRACE_TEXT_BATCH_STEP;
		trace_text_open(text, text->numbers[0], text->time);
	} else if (strcmp(word, "x") == 0) {
		trace_text_close(text);
		trace_experiment_begin(text->builder, (uint8_t)text->numbers[0], 1, text->time);
		text->is_open = true;
	} else if (strcmp(word, "begin") == 0) {
		trace_text_begin(text);
	} else if (strcmp(word, "tail") == 0) {
		trace_text_tail(text);
	} else if (strcmp(word, "end") == 0) {
		trace_text_end(text);
	} else if (strcmp(word, "generation") == 0) {
		trace_text_close(text);
		text->builder->generation = text->numbers[0];
	} else if (strcmp(word, "close") == 0) {
		trace_text_close(text);
	} else if (strcmp(word, "header") == 0) {
		text->minor = (int)text->numbers[0];
		trace_header(text->builder, text->minor);
	} else {
		return false;
	}
	return true;
}

static void trace_text_event(struct trace_text *text)
{
	for (int type = 0; type < EVENT_TYPE_COUNT; type++) {
		if (strcmp(event_info[type].name, text->words[0]) != 0)
			continue;
		ensure(event_info[type].kind == EVENT_KIND_TIMED);
		ensure(text->count == 1 + event_info[type].argument_count);
		trace_event(text->builder, (uint8_t)type, text->dt, text->numbers);
		text->dt = 1;
		return;
	}
	fatal("trace text: no such statement");
}

static void trace_text_statement(struct trace_text *text, char *statement)
{
	char *rest = NULL;

	text->count = 0;
	for (char *word = strtok_r(statement, " \n", &rest); word != NULL;
	     word = strtok_r(NULL, " \n", &rest)) {
		ensure(text->count < TRACE_TEXT_WORDS_MAX);
		if (text->count > 0)
			text->numbers[text->count - 1] = strcmp(word, "-") == 0
								 ? UINT64_MAX
								 : strtoull(word, NULL, 10);
		text->words[text->count++] = word;
	}
	if (text->count == 0 || trace_text_batch(text) || trace_text_record(text))
		return;
	if (strcmp(text->words[0], "dt") == 0)
		text->dt = text->numbers[0];
	else
		trace_text_event(text);
}

/* Writes the trace that SCRIPT tells, with header 1.23 unless it tells another, into BUILDER. */
static inline void trace_text_write(struct trace_builder *builder, const char *script)
{
	struct trace_text text = {.builder = builder, .time = 1, .dt = 1, .minor = 23};
	char statement[TRACE_TEXT_STATEMENT_MAX];

	trace_header(builder, text.minor);
	while (*script != '\0') {
		size_t length = strcspn(script, ";");
		ensure(length < sizeof(statement));
		memcpy(statement, script, length);
		statement[length] = '\0';
		trace_text_statement(&text, statement);
		script += length + (script[length] == ';');
	}
	trace_text_close(&text);
}

#endif
