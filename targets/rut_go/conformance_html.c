/* One page that stands alone: no script, nothing fetched. */
#include <inttypes.h>
#include <string.h>

#include "rut_go/conformance.h"

static const char *const head[] = {
	"<!doctype html>",
	"<html lang=\"en\"><head><meta charset=\"utf-8\"><title>tracer-fuzz: conformance</title>",
	"<style>",
	"body{font:15px/1.45 system-ui,sans-serif;margin:2em auto;max-width:70em;padding:0 1em;"
	"color:#222;background:#fff}",
	"table{border-collapse:collapse;margin:1em 0}",
	"th,td{border:1px solid #ccc;padding:.35em .7em;text-align:left;vertical-align:top}",
	"th{background:#f3f3f3;font-weight:600}",
	"th small{display:block;font-weight:400;max-width:14em}",
	"td.broken{background:#f6c8c3}td.incomplete{background:#fbe3b5}",
	"td.fixed{background:#cfe9cf}",
	"td.inconclusive,td.failed{background:#dcd3ee}td.none{color:#999}",
	"summary{cursor:pointer;font-weight:600}",
	"ul{margin:.4em 0;padding-left:1.1em}li{font-size:13px}",
	"code{font:12px/1.35 ui-monospace,monospace;overflow-wrap:anywhere}",
	"@media(prefers-color-scheme:dark){body{background:#191919;color:#ddd}"
	"th{background:#2a2a2a}"
	"th,td{border-color:#444}td.broken{background:#6b2a24}td.incomplete{background:#66501a}"
	"td.fixed{background:#245024}td.inconclusive,td.failed{background:#453a63}}",
	"</style></head><body>",
	"<h1>Toolchains by issue</h1>",
};

static void print_escaped(const char *text, FILE *stream)
{
	for (; *text != '\0'; text++) {
		switch (*text) {
		case '<':
			fputs("&lt;", stream);
			break;
		case '>':
			fputs("&gt;", stream);
			break;
		case '&':
			fputs("&amp;", stream);
			break;
		case '"':
			fputs("&quot;", stream);
			break;
		default:
			fputc((unsigned char)*text < ' ' ? ' ' : *text, stream);
		}
	}
}

static void print_cell(const struct conformance_cell *cell, FILE *stream)
{
	const char *name = conformance_state_name(cell->state);
	char counts[CONFORMANCE_TEXT_SIZE];
	if (cell->script_count == 0) {
		fprintf(stream, "<td class=\"none\">%s</td>", name);
		return;
	}
	fprintf(stream, "<td class=\"%s\"><details><summary>%s</summary><ul>",
		cell->state == CONFORMANCE_NOT_APPLICABLE ? "none" : name, name);
	for (size_t i = 0; i < cell->script_count; i++) {
		conformance_counts_text(&cell->scripts[i], counts, sizeof counts);
		fprintf(stream, "<li>");
		print_escaped(cell->scripts[i].name, stream);
		fprintf(stream, ": %s", counts);
		if (cell->scripts[i].evidence[0] != '\0') {
			fprintf(stream, "<br><code>");
			print_escaped(cell->scripts[i].evidence, stream);
			fprintf(stream, "</code>");
		}
		fprintf(stream, "</li>");
	}
	fprintf(stream, "</ul></details></td>");
}

static void print_matrix(const struct conformance *conformance, FILE *stream)
{
	fprintf(stream,
		"<p>What each toolchain, as it was released, does with the scenarios of each "
		"pinned issue; %u runs a scenario. Open a cell to see what was run.</p>\n"
		"<table><tr><th></th>",
		conformance->run_count);
	for (size_t i = 0; i < conformance->issue_count; i++) {
		fprintf(stream, "<th>%s<small>", conformance->issues[i].number);
		print_escaped(conformance->issues[i].title, stream);
		fprintf(stream, "</small></th>");
	}
	fprintf(stream, "</tr>\n");
	for (size_t i = 0; i < conformance->row_count; i++) {
		fprintf(stream, "<tr><th>");
		print_escaped(conformance->rows[i].name, stream);
		fprintf(stream, "</th>");
		for (size_t j = 0; j < conformance->issue_count; j++)
			print_cell(&conformance->rows[i].cells[j], stream);
		fprintf(stream, "</tr>\n");
	}
	fprintf(stream, "</table>\n");
}

static void print_readers(const struct conformance *conformance, FILE *stream)
{
	fprintf(stream,
		"<h2>Each side's traces, judged by the other's reader</h2>\n"
		"<table><tr><th></th><th>Go's reader</th><th>its traces</th><th>judges agree</th>"
		"<th>our traces</th><th>its reader accepts</th><th></th></tr>\n");
	for (size_t i = 0; i < conformance->row_count; i++) {
		const struct conformance_row *row = &conformance->rows[i];
		const struct conformance_readers *readers = &row->readers;
		if (row->is_core)
			continue;
		fprintf(stream, "<tr><th>");
		print_escaped(row->name, stream);
		fprintf(stream,
			"</th><td>%s</td><td>%" PRIu64 " (%" PRIu64 " events)</td><td>%" PRIu64
			"</td>",
			readers->reader[0] != '\0' ? readers->reader : "none", readers->trace_count,
			readers->event_count, readers->trace_count - readers->disagreement_count);
		fprintf(stream, "<td>%" PRIu64 "</td><td>%" PRIu64 "</td><td><code>",
			readers->core_trace_count, readers->core_accepted_count);
		print_escaped(readers->first, stream);
		fprintf(stream, "</code></td></tr>\n");
	}
	fprintf(stream, "</table>\n");
}

void conformance_print_html(const struct conformance *conformance, FILE *stream)
{
	for (size_t i = 0; i < sizeof head / sizeof head[0]; i++)
		fprintf(stream, "%s\n", head[i]);
	print_matrix(conformance, stream);
	print_readers(conformance, stream);
	fprintf(stream, "</body></html>\n");
}
