#include "oracle/v1_event_info.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/fatal.h"

struct v1_event_info v1_event_info[V1_EVENT_TYPE_COUNT] = {
#define EVENT(identifier, text, number, since, names, strings, stacks)                             \
	[number] = {                                                                               \
		.name = #text,                                                                     \
		.arguments = names,                                                                \
		.since_minor = since,                                                              \
		.string_arguments = strings,                                                       \
		.stack_arguments = stacks,                                                         \
	},
#include "trace_v1/event.def"
#undef EVENT
};

static uint8_t count_words(const char *text)
{
	uint8_t count = *text != '\0';

	for (; *text != '\0'; text++)
		count = (uint8_t)(count + (*text == ' '));
	return count;
}

static bool is_timed(size_t number)
{
	return number > V1_EVENT_stack && number != V1_EVENT_timer_goroutine &&
	       number != V1_EVENT_string;
}

__attribute__((constructor)) static void fill_v1_event_info(void)
{
	for (size_t i = 0; i < V1_EVENT_TYPE_COUNT; i++) {
		struct v1_event_info *info = &v1_event_info[i];
		if (info->name == NULL)
			continue;
		info->argument_count = count_words(info->arguments);
		info->is_timed = is_timed(i);
		ensure(info->argument_count <= V1_EVENT_ARGUMENTS_MAX);
	}
}

void v1_event_format(char *buffer, size_t size, uint8_t type, const uint64_t *arguments)
{
	const struct v1_event_info *info = &v1_event_info[type];
	const char *name = info->arguments;
	size_t used = (size_t)snprintf(buffer, size, "%s", info->name);

	for (uint8_t i = 0; i < info->argument_count && used < size; i++) {
		int length = (int)strcspn(name, " ");
		used += (size_t)snprintf(buffer + used, size - used, " %.*s=%" PRIu64, length, name,
					 arguments[i]);
		name += length + (name[length] == ' ');
	}
}
