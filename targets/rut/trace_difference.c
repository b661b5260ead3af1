#include "rut/trace_difference.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "oracle/oracle.h"
#include "oracle/v1_event_info.h"

/* The last record that begins at or before a byte. */
struct search {
	size_t offset;
	size_t best; /* where that record begins; 0: none */
	char *text;
	size_t text_size;
};

bool trace_difference_find(struct trace_bytes a, struct trace_bytes b, size_t *ret_offset)
{
	size_t common = a.size < b.size ? a.size : b.size, offset = 0;
	while (offset < common && a.bytes[offset] == b.bytes[offset])
		offset++;
	*ret_offset = offset;
	return offset < common || a.size != b.size;
}

static bool is_better(struct search *search, uint64_t offset)
{
	if (offset > search->offset || offset < search->best)
		return false;
	search->best = offset;
	return true;
}

static void see(void *context, const struct oracle_event *event)
{
	struct search *search = context;
	if (!is_better(search, event->offset))
		return;
	char format[256];
	event_format(format, sizeof format, event->type, event->arguments);
	int used = snprintf(search->text, search->text_size,
			    "%s at %" PRIu64 ", generation %" PRIu64, format, event->offset,
			    event->generation);
	if (event->m != ORACLE_NONE && used > 0 && (size_t)used < search->text_size)
		snprintf(search->text + used, search->text_size - (size_t)used, ", M%" PRIu64,
			 event->m);
}

static void see_v1(void *context, const struct oracle_v1_event *event)
{
	struct search *search = context;
	if (!is_better(search, event->offset))
		return;
	char format[256];
	v1_event_format(format, sizeof format, event->type, event->arguments);
	snprintf(search->text, search->text_size, "%s at %" PRIu64, format, event->offset);
}

void trace_difference_describe(struct trace_bytes trace, size_t offset, char *text,
			       size_t text_size)
{
	struct search search = {.offset = offset, .text = text, .text_size = text_size};
	const struct oracle_options options = {.clocks_may_disagree = true,
					       .generations_may_wrap = true,
					       .on_event = see,
					       .on_event_context = &search,
					       .on_v1_event = see_v1,
					       .on_v1_event_context = &search};
	struct oracle_report report;
	if (offset >= trace.size) {
		snprintf(text, text_size, "its end, at %zu", trace.size);
		return;
	}
	snprintf(text, text_size, "a record that no reader gets to");
	struct oracle *oracle = oracle_create();
	oracle_check(oracle, trace.bytes, trace.size, &options, &report);
	oracle_destroy(oracle);
}
