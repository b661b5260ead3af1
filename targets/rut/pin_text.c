#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "lock/lock_rank.h"
#include "perform/points.h"
#include "run/run.h"
#include "rut/meaning.h"
#include "rut/pin.h"
#include "show/narrate.h"

/* "trace-rejected R2", with who sees a race in the place of a rule. */
static const char *verdict_text(const struct verdict *verdict)
{
	static char text[VERDICT_RULE_SIZE_BYTES + 64];
	const char *rule = verdict->kind == VERDICT_RACE ? run_race_judge() : verdict->rule;
	snprintf(text, sizeof text, "%s%s%s", verdict_name(verdict->kind), *rule != '\0' ? " " : "",
		 rule);
	return text;
}

/* The name of a setting without that of its defect. */
static const char *short_setting(const char *setting)
{
	const char *colon = strchr(setting, ':');
	return colon != NULL ? colon + 1 : setting;
}

void pin_derive_name(struct pin *pin)
{
	const struct verdict *verdict = &pin->runs[0].verdict;
	snprintf(pin->name, sizeof pin->name, "%s%s%s-after-%s", verdict_name(verdict->kind),
		 verdict->rule[0] != '\0' ? "-" : "", verdict->rule,
		 lock_rank_point_name(pin->mark));
	for (char *at = pin->name; *at != '\0'; at++)
		*at = isalnum((unsigned char)*at) ? (char)tolower((unsigned char)*at) : '-';
}

/* ---- The scenario -------------------------------------------------------- */

static void add_expectation(struct scenario_text *text, const char *setting,
			    const struct verdict *verdict)
{
	struct scenario_expectation *expectation = &text->expectations[text->expectation_count++];
	snprintf(expectation->setting, sizeof expectation->setting, "%s", setting);
	snprintf(expectation->verdict, sizeof expectation->verdict, "%s",
		 verdict_name(verdict->kind));
	snprintf(expectation->rule, sizeof expectation->rule, "%s",
		 verdict->kind == VERDICT_RACE ? run_race_judge() : verdict->rule);
}

void pin_write_scenario(const struct pin *pin, FILE *stream)
{
	static struct scenario_text text;
	static char printed[SCENARIO_TEXT_SIZE_MAX];
	const struct verdict *verdict = &pin->runs[0].verdict;
	text = pin->file.text;
	if (text.comment[0] == '\0')
		snprintf(text.comment, sizeof text.comment, "%s with %s: %s", verdict_text(verdict),
			 pin->runs[0].setting, verdict->where);
	text.expectation_count = 0;
	for (unsigned i = 0; i < pin->run_count; i++)
		add_expectation(&text, pin->runs[i].setting, &pin->runs[i].verdict);
	text.mark_count = 1;
	snprintf(text.marks[0], sizeof text.marks[0], "%s", lock_rank_point_name(pin->mark));
	fwrite(printed, 1, scenario_print(&pin->file.scenario, &text, &perform_points, printed),
	       stream);
}

/* ---- README.md ----------------------------------------------------------- */

/* The first part of a sentence is what a heading has room for. */
static int heading_length(const char *sentence)
{
	return (int)strcspn(sentence, ":;");
}

static void write_heading(const struct pin *pin, FILE *stream)
{
	if (pin->defect != NULL)
		fprintf(stream, "# Issue %lu: %.*s\n\n", pin->issue,
			heading_length(pin->defect->sentence), pin->defect->sentence);
	else
		fprintf(stream, "# Issue %lu: %s\n\n", pin->issue,
			verdict_sentence(pin->runs[0].verdict.kind));
}

static void write_paragraph(const char *lead, const char *text, FILE *stream)
{
	char *paragraph;
	size_t size;
	FILE *whole = open_memstream(&paragraph, &size);
	if (whole == NULL)
		return;
	fprintf(whole, "%s%s", lead, text);
	fclose(whole);
	narrate_wrapped(paragraph, 0, stream);
	fputc('\n', stream);
	free(paragraph);
}

static void write_what_shows(const struct pin *pin, FILE *stream)
{
	const struct verdict *verdict = &pin->runs[0].verdict;
	const char *sentence = meaning_rule_sentence(verdict->rule);
	char text[1024];
	size_t used = (size_t)snprintf(text, sizeof text, "`%s`: %s. ", verdict_text(verdict),
				       verdict_sentence(verdict->kind));
	if (sentence != NULL)
		used += (size_t)snprintf(text + used, sizeof text - used, "The rule: %s. %s ",
					 sentence, meaning_rule_effect(verdict->rule));
	snprintf(text + used, sizeof text - used, "%s", meaning_of(verdict->kind));
	write_paragraph("**How it shows.** ", text, stream);
	fprintf(stream, "In `%s.rut`", pin->name);
	if (verdict->session != 0)
		fprintf(stream, ", trace %u, generation %llu, byte %llu", verdict->session,
			(unsigned long long)verdict->generation,
			(unsigned long long)verdict->offset);
	fputs(":\n\n", stream);
	for (const char *line = verdict->text; *line != '\0';) {
		size_t length = strcspn(line, "\n");
		fprintf(stream, "    %.*s\n", (int)length, line);
		line += length + (line[length] == '\n');
	}
	fputc('\n', stream);
}

static void write_settings(const struct pin *pin, FILE *stream)
{
	if (pin->defect == NULL) {
		char text[256];
		snprintf(
			text, sizeof text,
			"the runtime as it is does this, and `run` expects what it does: who mends "
			"it is told by a red test, and writes `ok` in the place of `%s`.",
			verdict_text(&pin->runs[0].verdict));
		write_paragraph("**Open:** ", text, stream);
		return;
	}
	write_paragraph(
		"**Settings.** ",
		"`run` replays every scenario here under every setting of the defect:", stream);
	fprintf(stream, "| setting | `%s.rut` |\n|---|---|\n", pin->name);
	for (unsigned i = 0; i < pin->run_count; i++)
		fprintf(stream, "| `%s`%s | %s |\n", short_setting(pin->runs[i].setting),
			i + 1 == pin->run_count ? ", the default" : "",
			verdict_text(&pin->runs[i].verdict));
	fputc('\n', stream);
}

static void write_decisions(const struct pin *pin, FILE *stream)
{
	const struct pin_run *run = &pin->runs[0];
	char text[256];
	if (run->decisions.count > 0)
		write_paragraph("**What decides it.** ",
				"In the order of the run's steps:", stream);
	for (uint32_t i = 0; i < run->decisions.count; i++) {
		int used = fprintf(stream, "%u. ", i + 1);
		char line[DECISION_TEXT_SIZE_BYTES + 128];
		snprintf(line, sizeof line, "step %u, M%u at `%s`: %s", run->decisions.all[i].step,
			 run->decision_ms[i], lock_rank_point_name(run->decision_points[i]),
			 run->decisions.all[i].text);
		narrate_wrapped(line, (unsigned)used, stream);
	}
	fputc('\n', stream);
	snprintf(text, sizeof text,
		 "`mark %s` is the yield point that must be passed under every setting, here %u "
		 "times, so that the scenario does not pass by missing its situation.",
		 lock_rank_point_name(pin->mark), run->pass_counts[pin->mark]);
	narrate_wrapped(text, 0, stream);
}

void pin_write_readme(const struct pin *pin, FILE *stream)
{
	write_heading(pin, stream);
	if (pin->defect != NULL) {
		char text[1024];
		snprintf(text, sizeof text, "with `%s` on, %s.", pin->defect->name,
			 pin->defect->sentence);
		write_paragraph("**What goes wrong:** ", text, stream);
	}
	write_what_shows(pin, stream);
	write_settings(pin, stream);
	write_decisions(pin, stream);
}

/* ---- The table ----------------------------------------------------------- */

static const char *tracer_text(const struct pin *pin)
{
	if (pin->defect != NULL)
		return strcmp(pin->defect->tracer, "ring") == 0 ? "profile" : pin->defect->tracer;
	return scenario_dialect_is_v1(pin->file.scenario.configuration.dialect) ? "v1" : "v2";
}

void pin_write_row(const struct pin *pin, FILE *stream)
{
	const struct verdict *verdict = &pin->runs[0].verdict;
	const char *sentence = pin->defect != NULL ? pin->defect->sentence
						   : verdict_sentence(verdict->kind);
	bool is_of_one_build = verdict->kind == VERDICT_RACE;
	fprintf(stream, "| [issue-%lu](issue-%lu/README.md) | %s | %s%.*s | %s%s%s | %s%s | no |\n",
		pin->issue, pin->issue, tracer_text(pin), pin->defect == NULL ? "open: " : "",
		heading_length(sentence), sentence, verdict_name(verdict->kind),
		verdict->rule[0] != '\0' ? ", " : "", verdict->rule,
		is_of_one_build ? "in the build " : "yes", is_of_one_build ? run_race_judge() : "");
}
