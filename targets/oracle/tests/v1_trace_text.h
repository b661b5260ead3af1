/* v1 traces for tests, written as text. Statements end with `;', words are separated by spaces; a
 * number `-' is 2^64-1, `@N' N units after the last mark.
 *
 *     EventName a b ..    a record, its arguments as in trace_v1/event.def
 *     dt N                the time step of the next event, else 1
 *     p ID [TIME]         opens a batch of this P; without TIME 1 unit after the last event
 *     mark                remembers the time of the last event
 *     labels              the strings 1 to 4, as the runtime names its mark workers
 *     string ID TEXT, text ID SIZE
 *                         a string; one of SIZE bytes
 *     log TASK KEY STACK SIZE
 *                         a UserLog with a message of SIZE bytes
 *     stack ID FRAMES [FUNCTION]
 *                         frames of function 5 (or FUNCTION) and file 6
 *     tail                the clock frequency, stacks 1 and 2, strings 5 and 6
 *     byte N, number N, fill COUNT BYTE
 *                         as such
 *     header N            starts over with this version
 *     cut SIZE            so many bytes less
 */
#ifndef ORACLE_TESTS_V1_TRACE_TEXT_H
#define ORACLE_TESTS_V1_TRACE_TEXT_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"
#include "oracle/trace_builder.h"
#include "oracle/v1_event_info.h"
#include "oracle/v1_trace.h"

enum {
	V1_TEXT_WORDS_MAX = 8,
	V1_TEXT_STATEMENT_MAX = 128,
	V1_TEXT_TIME_FIRST = 1000,
	V1_TEXT_UNITS_PER_SECOND = 100000000,
};

struct v1_text {
	struct trace_builder *builder;
	char *words[V1_TEXT_WORDS_MAX];
	uint64_t numbers[V1_TEXT_WORDS_MAX]; /* of the words behind the first */
	int count;
	int minor;
	uint64_t time, dt, mark;
};

/* A record of VALUES as the runtime writes it. */
static void v1_text_record(struct v1_text *text, uint8_t type, const uint64_t *values,
			   uint32_t count)
{
	struct trace_builder *builder = text->builder;
	uint8_t code = count > V1_CODE_LENGTH ? V1_CODE_LENGTH : (uint8_t)(count - 1);

	trace_byte(builder, (uint8_t)(code << 6 | type));
	size_t length_at = builder->size;
	for (int i = 0; code == V1_CODE_LENGTH && i < 10; i++)
		trace_byte(builder, 0);
	size_t values_at = builder->size;
	for (uint32_t i = 0; i < count; i++)
		trace_number(builder, values[i]);
	if (code != V1_CODE_LENGTH)
		return;
	size_t size = builder->size - values_at;
	if (type == V1_EVENT_stack && text->minor >= 21) {
		for (int i = 0; i < 10; i++, size >>= 7)
			builder->bytes[length_at + (size_t)i] = (uint8_t)((size & 0x7f) |
									  (i < 9 ? 0x80 : 0));
		return;
	}
	/* The length takes as many bytes as it needs: the values move up behind it. */
	builder->size = length_at;
	trace_number(builder, size);
	memmove(builder->bytes + builder->size, builder->bytes + values_at, size);
	builder->size += size;
}

static void v1_text_event(struct v1_text *text, uint8_t type)
{
	uint64_t values[V1_TEXT_WORDS_MAX];
	uint32_t count = 0;

	if (v1_event_info[type].is_timed) {
		values[count++] = text->dt;
		text->time += text->dt;
		text->dt = 1;
	}
	ensure(text->count == 1 + v1_event_info[type].argument_count);
	for (int i = 0; i < v1_event_info[type].argument_count; i++)
		values[count++] = text->numbers[i];
	v1_text_record(text, type, values, count);
}

static void v1_text_batch(struct v1_text *text, uint64_t p, uint64_t time)
{
	text->time = time;
	v1_text_record(text, V1_EVENT_batch, (const uint64_t[]){p, time}, 2);
}

static void v1_text_string(struct v1_text *text, uint64_t id, const char *bytes, size_t size)
{
	trace_byte(text->builder, V1_EVENT_string);
	trace_number(text->builder, id);
	trace_number(text->builder, size);
	for (size_t i = 0; i < size; i++)
		trace_byte(text->builder, bytes == NULL ? 'x' : (uint8_t)bytes[i]);
}

static void v1_text_stack(struct v1_text *text, uint64_t id, uint64_t frames, uint64_t function)
{
	uint64_t values[2 + 4 * 256] = {id, frames};

	ensure(frames <= 256);
	for (uint64_t i = 0; i < frames; i++) {
		uint64_t *frame = &values[2 + 4 * i];
		frame[0] = 4096 + i;
		frame[1] = function;
		frame[2] = 6;
		frame[3] = 1 + i;
	}
	v1_text_record(text, V1_EVENT_stack, values, (uint32_t)(2 + 4 * frames));
}

static void v1_text_tail(struct v1_text *text)
{
	const uint64_t frequency = V1_TEXT_UNITS_PER_SECOND;
	bool is_bare = text->minor < 21;

	if (is_bare)
		v1_text_record(text, V1_EVENT_frequency, &frequency, 1);
	v1_text_batch(text, 0, text->time + 1);
	if (!is_bare)
		v1_text_record(text, V1_EVENT_frequency, &frequency, 1);
	v1_text_stack(text, 1, 1, 5);
	v1_text_string(text, 5, "main.work", 9);
	v1_text_string(text, 6, "main.go", 7);
	v1_text_stack(text, 2, 2, 5);
}

static void v1_text_labels(struct v1_text *text)
{
	static const char *const labels[] = {"Not worker", "GC (dedicated)", "GC (fractional)",
					     "GC (idle)"};

	for (uint64_t i = 0; i < 4; i++)
		v1_text_string(text, i + 1, labels[i], strlen(labels[i]));
}

static void v1_text_log(struct v1_text *text)
{
	const uint64_t values[] = {1, text->numbers[0], text->numbers[1], text->numbers[2]};

	text->time++;
	v1_text_record(text, V1_EVENT_user_log, values, 4);
	trace_number(text->builder, text->numbers[3]);
	for (uint64_t i = 0; i < text->numbers[3]; i++)
		trace_byte(text->builder, 'm');
}

/* Statements about bytes. */
static bool v1_text_bytes(struct v1_text *text)
{
	const char *word = text->words[0];
	const uint64_t *n = text->numbers;

	if (strcmp(word, "byte") == 0)
		trace_byte(text->builder, (uint8_t)n[0]);
	else if (strcmp(word, "number") == 0)
		trace_number(text->builder, n[0]);
	else if (strcmp(word, "fill") == 0)
		for (uint64_t i = 0; i < n[0]; i++)
			trace_byte(text->builder, (uint8_t)n[1]);
	else if (strcmp(word, "string") == 0)
		v1_text_string(text, n[0], text->words[2], strlen(text->words[2]));
	else if (strcmp(word, "text") == 0)
		v1_text_string(text, n[0], NULL, n[1]);
	else if (strcmp(word, "cut") == 0)
		text->builder->size -= n[0];
	else
		return false;
	return true;
}

static bool v1_text_part(struct v1_text *text)
{
	const char *word = text->words[0];
	const uint64_t *n = text->numbers;

	if (strcmp(word, "p") == 0) {
		v1_text_batch(text, n[0], text->count > 2 ? n[1] : text->time + 1);
	} else if (strcmp(word, "dt") == 0) {
		text->dt = n[0];
	} else if (strcmp(word, "mark") == 0) {
		text->mark = text->time;
	} else if (strcmp(word, "labels") == 0) {
		v1_text_labels(text);
	} else if (strcmp(word, "tail") == 0) {
		v1_text_tail(text);
	} else if (strcmp(word, "log") == 0) {
		v1_text_log(text);
	} else if (strcmp(word, "stack") == 0) {
		v1_text_stack(text, n[0], n[1], text->count > 3 ? n[2] : 5);
	} else if (strcmp(word, "header") == 0) {
		text->minor = (int)n[0];
		trace_header(text->builder, text->minor);
	} else {
		return false;
	}
	return true;
}

static uint64_t v1_text_number(const struct v1_text *text, const char *word)
{
	if (strcmp(word, "-") == 0)
		return UINT64_MAX;
	return word[0] == '@' ? text->mark + strtoull(word + 1, NULL, 10)
			      : strtoull(word, NULL, 10);
}

static void v1_text_statement(struct v1_text *text, char *statement)
{
	char *rest = NULL;

	text->count = 0;
	for (char *word = strtok_r(statement, " \n", &rest); word != NULL;
	     word = strtok_r(NULL, " \n", &rest)) {
		ensure(text->count < V1_TEXT_WORDS_MAX);
		if (text->count > 0)
			text->numbers[text->count - 1] = v1_text_number(text, word);
		text->words[text->count++] = word;
	}
	if (text->count == 0 || v1_text_part(text) || v1_text_bytes(text))
		return;
	for (uint8_t type = 0; type < V1_EVENT_TYPE_COUNT; type++) {
		const char *name = v1_event_info[type].name;
		if (name == NULL || strcmp(name, text->words[0]) != 0)
			continue;
		v1_text_event(text, type);
		return;
	}
	fatal("v1 trace text: no such statement");
}

/* Writes the trace that SCRIPT tells, with header 1.21 unless it tells another, into BUILDER. */
static inline void v1_text_write(struct trace_builder *builder, const char *script)
{
	struct v1_text text = {
		.builder = builder, .time = V1_TEXT_TIME_FIRST, .dt = 1, .minor = 21};
	char statement[V1_TEXT_STATEMENT_MAX];

	trace_header(builder, text.minor);
	while (*script != '\0') {
		size_t length = strcspn(script, ";");
		ensure(length < sizeof(statement));
		memcpy(statement, script, length);
		statement[length] = '\0';
		v1_text_statement(&text, statement);
		script += length + (script[length] == ';');
	}
}

#endif
