#include "show/page.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"
#include "perform/points.h"
#include "show/embedded.h"
#include "show/recording.h"

#define MARKER "@@"

static void write_escaped(const char *text, FILE *stream)
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
		case '\n':
		case '\t':
			fputc(*text, stream);
			break;
		default:
			/* A byte that is not ASCII may not be UTF-8. */
			fputc((unsigned char)*text < ' ' || (unsigned char)*text > '~' ? '?'
										       : *text,
			      stream);
		}
	}
}

static void write_title(const struct page *page, FILE *stream)
{
	fprintf(stream, "%s: ", verdict_name(page->result->verdict.kind));
	write_escaped(page->name, stream);
}

static void write_heading(const struct page *page, FILE *stream)
{
	const struct verdict *verdict = &page->result->verdict;
	fprintf(stream, "<span class=\"%s\">%s", verdict->kind == VERDICT_OK ? "fine" : "bad",
		verdict_name(verdict->kind));
	if (verdict->rule[0] != '\0') {
		fputs(" ", stream);
		write_escaped(verdict->rule, stream);
	}
	fputs("</span> ", stream);
	write_escaped(page->name, stream);
}

static void write_facts(const struct page *page, FILE *stream)
{
	const struct verdict *verdict = &page->result->verdict;
	const struct sim_report *simulation = &page->result->simulation;
	fprintf(stream, "%s. ", verdict_sentence(verdict->kind));
	if (page->defect[0] != '\0') {
		fputs("Defect ", stream);
		write_escaped(page->defect, stream);
		fputs(". ", stream);
	}
	if (verdict->session != 0)
		fprintf(stream, "Trace %u, generation %" PRIu64 ", offset %" PRIu64 ". ",
			verdict->session, verdict->generation, verdict->offset);
	fprintf(stream,
		"%" PRIu64 " steps, shown %u to %u; %" PRIu64 " signals; hash %016" PRIx64 ".",
		simulation->step_count, page->first, page->last, simulation->signal_count,
		simulation->hash);
}

static void write_verdict(const struct page *page, FILE *stream)
{
	write_escaped(page->result->verdict.text, stream);
}

static void write_story(const struct page *page, FILE *stream)
{
	const struct decisions *decisions = page->decisions;
	if (decisions->count == 0) {
		fputs("<p>Nothing that the schedule, a mark or the verdict names.</p>", stream);
		return;
	}
	fputs("<ol id=\"story\">\n", stream);
	for (uint32_t i = 0; i < decisions->count; i++) {
		const struct decision *decision = &decisions->all[i];
		fprintf(stream,
			"<li id=\"decision-%u\" data-step=\"%u\"><b>%u</b><span>"
			"<small>step %u, M%u, ",
			i + 1, decision->step, i + 1, decision->step,
			recording_step(decision->step)->m);
		const char *point = perform_points.name(recording_step(decision->step)->point);
		write_escaped(point != NULL ? point : "", stream);
		if (decision->step < page->first || decision->step > page->last)
			fputs(", not among the steps shown", stream);
		fputs("</small><br>", stream);
		write_escaped(decision->text, stream);
		fputs("</span></li>\n", stream);
	}
	fputs("</ol>\n", stream);
	if (decisions->left_out > 0)
		fprintf(stream, "<p>%u more are left out.</p>\n", decisions->left_out);
}

static void write_scenario(const struct page *page, FILE *stream)
{
	char *text = malloc(SCENARIO_TEXT_SIZE_MAX);
	if (text == NULL)
		fatal("show: no memory for the scenario's text");
	scenario_print(page->scenario, page->text, &perform_points, text);
	write_escaped(text, stream);
	free(text);
}

static void write_style(const struct page *page, FILE *stream)
{
	(void)page;
	fputs(show_page_css, stream);
}

static void write_script(const struct page *page, FILE *stream)
{
	(void)page;
	fputs(show_page_js, stream);
	fputs(show_page_events_js, stream);
}

static const struct part {
	const char *name; /* between two markers of page.html */
	void (*write)(const struct page *page, FILE *stream);
} parts[] = {
	{"TITLE", write_title},     {"HEADING", write_heading}, {"FACTS", write_facts},
	{"VERDICT", write_verdict}, {"STORY", write_story},     {"SCENARIO", write_scenario},
	{"STYLE", write_style},     {"SCRIPT", write_script},   {"DATA", page_write_data},
};

static const struct part *part_named(const char *name, size_t length)
{
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
		if (strlen(parts[i].name) == length && memcmp(parts[i].name, name, length) == 0)
			return &parts[i];
	fatal("page.html names a part that nobody writes");
}

void page_write(const struct page *page, FILE *stream)
{
	const char *at = show_page_html;
	for (;;) {
		const char *marker = strstr(at, MARKER);
		if (marker == NULL)
			break;
		fwrite(at, 1, (size_t)(marker - at), stream);
		const char *name = marker + strlen(MARKER);
		const char *end = strstr(name, MARKER);
		ensure(end != NULL);
		part_named(name, (size_t)(end - name))->write(page, stream);
		at = end + strlen(MARKER);
	}
	fputs(at, stream);
}
