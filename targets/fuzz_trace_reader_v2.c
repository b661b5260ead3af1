/* Property: the judge of v2 traces, of every version from 22 to 26, survives any bytes, says the
 * same of the same bytes, tells places within them, and rejects strictly whatever it rejects
 * leniently. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/fatal.h"
#include "oracle/oracle.h"
#include "oracle/v1_wire.h"

/* What the callback saw, in an order-dependent sum. */
struct seen {
	uint64_t events;
	uint64_t sum;
	size_t size; /* of the input */
};

static void see(void *context, const struct oracle_event *event)
{
	struct seen *seen = context;
	const uint8_t *text;
	size_t text_size;

	ensure(event->offset < seen->size);
	seen->events += event_info[event->type].kind == EVENT_KIND_TIMED ||
			event->type == EVENT_cpu_sample;
	seen->sum = (seen->sum ^ event->time ^ event->p_after ^ event->g_after) *
		    0x9e3779b97f4a7c15;
	for (uint8_t i = 0; i < event->argument_count; i++) {
		uint64_t id = event->arguments[i];
		if ((event_info[event->type].string_arguments >> i & 1) != 0)
			ensure(oracle_string(event, id, &text, &text_size));
		if ((event_info[event->type].stack_arguments >> i & 1) == 0)
			continue;
		for (uint32_t frame = 0; frame < oracle_stack_depth(event, id); frame++)
			seen->sum += oracle_stack_frame(event, id, frame)->pc;
	}
}

static bool is_same(const struct oracle_report *left, const struct oracle_report *right)
{
	return left->is_accepted == right->is_accepted && left->fault.rule == right->fault.rule &&
	       left->fault.offset == right->fault.offset &&
	       left->fault.generation == right->fault.generation &&
	       strcmp(left->fault.message, right->fault.message) == 0 &&
	       memcmp(&left->statistics, &right->statistics, sizeof left->statistics) == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct oracle *oracle;
	struct seen first = {.size = size};
	struct seen second = {.size = size};
	struct oracle_report report, again, strict;

	/* Those have a target of their own. */
	if (v1_header_is(&(struct wire_source){data, size}))
		return 0;
	if (oracle == NULL)
		oracle = oracle_create();
	oracle_check(oracle, data, size,
		     &(struct oracle_options){.on_event = see, .on_event_context = &first},
		     &report);
	oracle_check(oracle, data, size, &(struct oracle_options){.is_strict = true}, &strict);
	oracle_check(oracle, data, size,
		     &(struct oracle_options){.on_event = see, .on_event_context = &second},
		     &again);
	ensure(is_same(&report, &again));
	ensure(memcmp(&first, &second, sizeof(first)) == 0);
	ensure(report.is_accepted || !strict.is_accepted);
	ensure(report.is_accepted || report.fault.offset <= size);
	ensure(!report.is_accepted || report.statistics.events == first.events);
	return 0;
}
