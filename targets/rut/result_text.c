#include "rut/result_text.h"

#include <inttypes.h>
#include <string.h>

#include "perform/points.h"

void result_print_verdict(const struct verdict *verdict, FILE *stream)
{
	fprintf(stream, "verdict   %s", verdict_name(verdict->kind));
	if (verdict->rule[0] != '\0')
		fprintf(stream, "   rule %s", verdict->rule);
	if (verdict->session > 0)
		fprintf(stream, "   trace %u   generation %" PRIu64 "   offset %" PRIu64,
			verdict->session, verdict->generation, verdict->offset);
	fputc('\n', stream);
}

void result_print_text(const struct verdict *verdict, FILE *stream)
{
	for (const char *line = verdict->text; *line != '\0';) {
		size_t length = strcspn(line, "\n");
		fprintf(stream, "  %.*s\n", (int)length, line);
		line += length + (line[length] == '\n');
	}
}

static void print_marks(const struct scenario_text *text, const bool *point_is_reached,
			FILE *stream)
{
	for (size_t i = 0; i < text->mark_count; i++) {
		uint16_t number;
		bool is_known = perform_points.id(text->marks[i], &number);
		fprintf(stream, "mark      %s   %s\n", text->marks[i],
			!is_known                  ? "unknown"
			: point_is_reached[number] ? "hit"
						   : "not hit");
	}
}

void result_print_counts(const struct run_result *result, const struct scenario_text *text,
			 const bool *point_is_reached, FILE *stream)
{
	const struct sim_report *simulation = &result->simulation;
	print_marks(text, point_is_reached, stream);
	fprintf(stream, "traces    %u   events %" PRIu64 "\n", result->sessions->count,
		result->trace_event_count);
	fprintf(stream,
		"steps     %" PRIu64 "   decisions %" PRIu64 "   signals %" PRIu64
		"   hash %016" PRIx64 "   traces' hash %016" PRIx64 "\n",
		simulation->step_count, simulation->decision_count, simulation->signal_count,
		simulation->hash, result->trace_hash);
}
