#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"
#include "rut_go/conformance.h"

const char *conformance_state_name(enum conformance_state state)
{
	static const char *const names[CONFORMANCE_STATE_COUNT] = {
		[CONFORMANCE_NOT_APPLICABLE] = "not applicable", [CONFORMANCE_BROKEN] = "broken",
		[CONFORMANCE_INCOMPLETE] = "incomplete",         [CONFORMANCE_FIXED] = "fixed",
		[CONFORMANCE_INCONCLUSIVE] = "inconclusive",     [CONFORMANCE_FAILED] = "failed",
	};
	return names[state];
}

struct conformance_script *conformance_add_script(struct conformance_cell *cell, const char *name,
						  const struct scenario_toolchain *toolchain)
{
	cell->scripts = realloc(cell->scripts, (cell->script_count + 1) * sizeof *cell->scripts);
	ensure(cell->scripts != NULL);
	struct conformance_script *script = &cell->scripts[cell->script_count++];
	memset(script, 0, sizeof *script);
	snprintf(script->name, sizeof script->name, "%s", name);
	snprintf(script->expected, sizeof script->expected, "%s",
		 toolchain->expected[SCENARIO_BROKEN][0] == '\0'
			 ? verdict_name(VERDICT_OK)
			 : toolchain->expected[SCENARIO_BROKEN]);
	return script;
}

void conformance_counts_text(const struct conformance_script *script, char *target, size_t size)
{
	size_t length = 0;
	target[0] = '\0';
	/* The last kind first: ok, which is what is expected most, comes last. */
	for (int i = VERDICT_COUNT - 1; i >= 0; i--)
		if (script->count_of[i] > 0 && length < size)
			length += (size_t)snprintf(target + length, size - length, "%s%u %s",
						   length > 0 ? ", " : "", script->count_of[i],
						   verdict_name((enum verdict_kind)i));
}

static void print_matrix(const struct conformance *conformance, FILE *stream)
{
	fprintf(stream, "%-28s", "");
	for (size_t i = 0; i < conformance->issue_count; i++)
		fprintf(stream, " %-14s", conformance->issues[i].number);
	fprintf(stream, "\n");
	for (size_t i = 0; i < conformance->row_count; i++) {
		const struct conformance_row *row = &conformance->rows[i];
		fprintf(stream, "%-28s", row->name);
		for (size_t j = 0; j < conformance->issue_count; j++) {
			enum conformance_state state = row->cells[j].state;
			fprintf(stream, " %-14s",
				state == CONFORMANCE_NOT_APPLICABLE
					? "-"
					: conformance_state_name(state));
		}
		fprintf(stream, "\n");
	}
}

static void print_cell(const struct conformance_row *row, const struct conformance_issue *issue,
		       const struct conformance_cell *cell, FILE *stream)
{
	char counts[CONFORMANCE_TEXT_SIZE];
	if (cell->script_count == 0)
		return;
	fprintf(stream, "\n%s, issue %s: %s", row->name, issue->number,
		conformance_state_name(cell->state));
	if (!row->is_core)
		fprintf(stream, "   %.1f s", (double)cell->time_ms / 1000);
	fprintf(stream, "\n");
	for (size_t i = 0; i < cell->script_count; i++) {
		const struct conformance_script *script = &cell->scripts[i];
		conformance_counts_text(script, counts, sizeof counts);
		fprintf(stream, "  %-52s %s\n", script->name, counts);
		if (script->evidence[0] != '\0')
			fprintf(stream, "      %s\n", script->evidence);
	}
}

static void print_readers(const struct conformance *conformance, FILE *stream)
{
	fprintf(stream, "\n%-28s %-16s %28s %28s\n", "each side's traces", "Go's reader",
		"its traces: judges agree", "our traces: it accepts");
	for (size_t i = 0; i < conformance->row_count; i++) {
		const struct conformance_row *row = &conformance->rows[i];
		const struct conformance_readers *readers = &row->readers;
		char own[64] = "-";
		if (row->is_core)
			continue;
		if (readers->core_trace_count > 0)
			snprintf(own, sizeof own, "%" PRIu64 " of %" PRIu64,
				 readers->core_accepted_count, readers->core_trace_count);
		fprintf(stream, "%-28s %-16s %18" PRIu64 " of %-6" PRIu64 " %28s\n", row->name,
			readers->reader[0] != '\0' ? readers->reader : "none",
			readers->trace_count - readers->disagreement_count, readers->trace_count,
			own);
		if (readers->first[0] != '\0')
			fprintf(stream, "      %s\n", readers->first);
	}
}

void conformance_print_text(const struct conformance *conformance, FILE *stream)
{
	print_matrix(conformance, stream);
	print_readers(conformance, stream);
	for (size_t i = 0; i < conformance->row_count; i++)
		for (size_t j = 0; j < conformance->issue_count; j++)
			print_cell(&conformance->rows[i], &conformance->issues[j],
				   &conformance->rows[i].cells[j], stream);
}
