/* Property: the judge of v1 traces survives any bytes, says the same of the same bytes, tells
 * places within them, and rejects strictly whatever it rejects leniently. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/fatal.h"
#include "oracle/oracle.h"

/* What the callback saw, in an order-dependent sum. */
struct seen {
	uint64_t events;
	uint64_t sum;
	size_t size; /* of the input */
};

/* Every byte of what an event leads to. */
static uint64_t sum_of(const struct oracle_v1_event *event)
{
	const struct v1_event_info *info = &v1_event_info[event->type];
	const struct v1_frame *frames;
	const uint8_t *text;
	size_t text_size;
	uint64_t sum = (uint64_t)event->time_ns + event->time;

	for (uint8_t i = 0; i < event->argument_count; i++) {
		if ((info->string_arguments >> i & 1) == 0 ||
		    !oracle_v1_string(event, event->arguments[i], &text, &text_size))
			continue;
		for (size_t j = 0; j < text_size; j++)
			sum = sum * 31 + text[j];
	}
	for (size_t i = 0; i < event->message_size; i++)
		sum = sum * 31 + event->message[i];
	uint32_t depth = oracle_v1_stack(event, event->stack, &frames);
	for (uint32_t i = 0; i < depth; i++)
		sum = sum * 31 + frames[i].pc + frames[i].line;
	return sum;
}

static void see(void *context, const struct oracle_v1_event *event)
{
	struct seen *seen = context;

	ensure(event->offset < seen->size);
	ensure(v1_event_info[event->type].is_timed);
	ensure(event->argument_count == v1_event_info[event->type].argument_count);
	seen->events++;
	seen->sum = (seen->sum ^ sum_of(event) ^ event->p ^ event->g << 7) * 0x9e3779b97f4a7c15;
}

static bool is_same(const struct oracle_report *left, const struct oracle_report *right)
{
	return left->is_accepted == right->is_accepted && left->fault.rule == right->fault.rule &&
	       left->fault.offset == right->fault.offset &&
	       strcmp(left->fault.message, right->fault.message) == 0 &&
	       memcmp(&left->statistics, &right->statistics, sizeof left->statistics) == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct oracle *oracle;
	struct seen first = {.size = size};
	struct seen second = {.size = size};
	struct oracle_report report, again, strict;

	if (oracle == NULL)
		oracle = oracle_create();
	oracle_check(oracle, data, size,
		     &(struct oracle_options){.on_v1_event = see, .on_v1_event_context = &first},
		     &report);
	oracle_check(oracle, data, size, &(struct oracle_options){.is_strict = true}, &strict);
	oracle_check(oracle, data, size,
		     &(struct oracle_options){.on_v1_event = see, .on_v1_event_context = &second},
		     &again);
	ensure(is_same(&report, &again));
	ensure(memcmp(&first, &second, sizeof(first)) == 0);
	ensure(report.is_accepted || !strict.is_accepted);
	ensure(report.is_accepted || report.fault.offset <= size);
	ensure(report.statistics.events == first.events || report.version_minor >= 22);
	return 0;
}
