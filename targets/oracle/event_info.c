#include "oracle/event_info.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/fatal.h"

struct event_info event_info[EVENT_TYPE_COUNT];

static const struct event_row {
	uint8_t number;
	uint8_t since_minor;
	uint8_t string_arguments;
	uint8_t stack_arguments;
	const char *name;
	const char *arguments;
} rows[] = {
#define EVENT(identifier, name, number, since, arguments, strings, stacks)                         \
	{number, since, strings, stacks, #name, arguments},
#include "trace_v2/event.def"
#undef EVENT
};

static uint8_t count_words(const char *text)
{
	uint8_t count = *text != '\0';

	for (; *text != '\0'; text++)
		count = (uint8_t)(count + (*text == ' '));
	return count;
}

static uint8_t kind_of(uint8_t number)
{
	if (number <= EVENT_frequency)
		return EVENT_KIND_STRUCTURAL;
	if (number >= EVENT_experimental_batch && number < EVENT_EXPERIMENTAL_FIRST)
		return EVENT_KIND_STRUCTURAL;
	return EVENT_KIND_TIMED;
}

/* Numbers without a row say "unknown". */
__attribute__((constructor)) static void fill_event_info(void)
{
	for (size_t i = 0; i < EVENT_TYPE_COUNT; i++)
		event_info[i] = (struct event_info){.name = "unknown", .arguments = ""};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct event_row *row = &rows[i];
		event_info[row->number] = (struct event_info){
			.name = row->name,
			.arguments = row->arguments,
			.kind = kind_of(row->number),
			.since_minor = row->since_minor,
			.argument_count = count_words(row->arguments),
			.string_arguments = row->string_arguments,
			.stack_arguments = row->stack_arguments,
		};
		ensure(event_info[row->number].argument_count <= EVENT_ARGUMENTS_MAX);
	}
}

void event_format(char *buffer, size_t size, uint8_t type, const uint64_t *arguments)
{
	const struct event_info *info = &event_info[type];
	const char *name = info->arguments;
	size_t used = 0;

	ensure(size > 0);
	for (uint8_t i = 0; i <= info->argument_count && used < size; i++) {
		int written;
		if (i == 0) {
			written = snprintf(buffer, size, "%s", info->name);
		} else {
			int length = (int)strcspn(name, " ");
			written = snprintf(buffer + used, size - used, " %.*s=%" PRIu64, length,
					   name, arguments[i - 1]);
			name += length + (name[length] == ' ');
		}
		ensure(written >= 0);
		used += (size_t)written;
	}
}
