#include "show/narrate.h"

#include <inttypes.h>
#include <string.h>

#include "show/decide.h"

enum {
	/* From here on an M that goes on undisturbed is told of by itself. */
	LONG_TURN_STEP_COUNT = 64,
	/* Fewer that are left out show by the numbers around them. */
	FOLDED_STEP_COUNT_MIN = 8,
	TEXT_COLUMN = 30,
	LINE_WIDTH = 100,
};

struct narrator {
	const struct narrate_options *options;
	const struct narrate_note *notes;
	uint32_t note_count, next_note;
	uint32_t next_decision;
	uint32_t folded_first; /* 0: nothing is folded */
	FILE *stream;
};

/* ---- Lines --------------------------------------------------------------- */

/* "  445  m101 P1  g4   ", and what else the line says begins at TEXT_COLUMN. */
static void write_place(uint32_t step, FILE *stream)
{
	const struct recorded_step *recorded = recording_step(step);
	char m[8], p[8] = "-", g[24] = "-";
	snprintf(m, sizeof m, "m%u", recorded->m);
	if (recorded->p_plus_one != 0)
		snprintf(p, sizeof p, "P%u", recorded->p_plus_one - 1u);
	if (recorded->goroutine_plus_one != 0)
		snprintf(g, sizeof g, "g%" PRIu64,
			 recording.goroutines[recorded->goroutine_plus_one - 1].id);
	fprintf(stream, "%9u  %-5s%-4s%-9s", step, m, p, g);
}

void narrate_wrapped(const char *text, unsigned column, FILE *stream)
{
	size_t used = 0;
	while (*text != '\0') {
		size_t length = strcspn(text, " \n");
		if (used > 0 && column + used + 1 + length > LINE_WIDTH) {
			fprintf(stream, "\n%*s", (int)column, "");
			used = 0;
		}
		fprintf(stream, "%s%.*s", used > 0 ? " " : "", (int)length, text);
		used += length + (used > 0);
		text += length;
		text += strspn(text, " \n");
	}
	fputc('\n', stream);
}

/* M and how many steps it has of those from FIRST to LAST, in the order in which they come. */
static void write_folded(struct narrator *narrator, uint32_t last)
{
	uint32_t first = narrator->folded_first, counts[SIM_THREAD_COUNT_MAX] = {0};
	uint32_t m_count = 0, turn_count = 0;
	if (first == 0 || last < first)
		return;
	narrator->folded_first = 0;
	if (last - first + 1 < FOLDED_STEP_COUNT_MIN)
		return;
	for (uint32_t step = first; step <= last; step++) {
		m_count += counts[recording_step(step)->m]++ == 0;
		turn_count += step == first ||
			      recording_step(step)->m != recording_step(step - 1)->m;
	}
	fprintf(narrator->stream, "%*s... %u steps of ", TEXT_COLUMN, "", last - first + 1);
	if (m_count > 4) {
		fprintf(narrator->stream, "%u threads", m_count);
	} else {
		const char *between = "";
		for (uint32_t m = 0; m < SIM_THREAD_COUNT_MAX; m++) {
			if (counts[m] == 0)
				continue;
			fprintf(narrator->stream, "%sm%u", between, m);
			between = " and ";
		}
	}
	if (turn_count > 1)
		fprintf(narrator->stream, " in %u turns", turn_count);
	fputs(" ...\n", narrator->stream);
}

static const char *stack_text(const struct recorded_step *recorded)
{
	return recorded->stack == HOST_STACK_SIGNAL   ? "   in a signal handler"
	       : recorded->stack == HOST_STACK_SYSTEM ? ""
						      : "   on its user stack";
}

/* ---- Steps --------------------------------------------------------------- */

static uint32_t turn_length(uint32_t step, uint32_t last)
{
	uint32_t end = step;
	while (end <= last && recording_step(end)->m == recording_step(step)->m)
		end++;
	return end - step;
}

static bool is_turn_begin(uint32_t step)
{
	return step == 1 || recording_step(step - 1)->m != recording_step(step)->m;
}

/* What else would be the first line of a turn tells by itself that M goes on. */
static bool is_long_turn(const struct narrator *narrator, uint32_t step)
{
	return is_turn_begin(step) &&
	       turn_length(step, narrator->options->last) >= LONG_TURN_STEP_COUNT;
}

static bool has_note(const struct narrator *narrator, uint32_t step)
{
	return narrator->next_note < narrator->note_count &&
	       narrator->notes[narrator->next_note].step == step;
}

static const struct decision *decision_of(const struct narrator *narrator, uint32_t step)
{
	const struct decisions *decisions = narrator->options->decisions;
	if (decisions == NULL || narrator->next_decision >= decisions->count ||
	    decisions->all[narrator->next_decision].step != step)
		return NULL;
	return &decisions->all[narrator->next_decision];
}

static void write_notes(struct narrator *narrator, uint32_t step, bool *is_begun)
{
	while (has_note(narrator, step)) {
		if (*is_begun)
			fprintf(narrator->stream, "%*s", TEXT_COLUMN, "");
		else
			write_place(step, narrator->stream);
		*is_begun = true;
		fprintf(narrator->stream, "%s\n", narrator->notes[narrator->next_note++].text);
	}
}

static void write_decision(struct narrator *narrator, uint32_t step, bool *is_begun)
{
	const struct decision *decision = decision_of(narrator, step);
	if (decision == NULL)
		return;
	if (!*is_begun) {
		write_place(step, narrator->stream);
		fprintf(narrator->stream, "at %s%s\n", decide_point(step),
			stack_text(recording_step(step)));
	}
	*is_begun = true;
	narrator->next_decision++;
	int used = fprintf(narrator->stream, " ==> [%u]", narrator->next_decision);
	fprintf(narrator->stream, "%*s", TEXT_COLUMN - used, "");
	narrate_wrapped(decision->text, TEXT_COLUMN, narrator->stream);
}

static void write_step(struct narrator *narrator, uint32_t step)
{
	bool is_begun = false;
	const struct narrate_options *options = narrator->options;
	if (!options->is_whole && !has_note(narrator, step) &&
	    decision_of(narrator, step) == NULL && !is_long_turn(narrator, step)) {
		if (narrator->folded_first == 0)
			narrator->folded_first = step;
		return;
	}
	write_folded(narrator, step - 1);
	if (options->is_whole || (is_long_turn(narrator, step) && !has_note(narrator, step))) {
		write_place(step, narrator->stream);
		fprintf(narrator->stream, "%s%s%s\n", options->is_whole ? "" : "goes on at ",
			decide_point(step), stack_text(recording_step(step)));
		is_begun = true;
	}
	write_notes(narrator, step, &is_begun);
	write_decision(narrator, step, &is_begun);
}

void narrate(const struct narrate_options *options, FILE *stream)
{
	struct narrator narrator = {.options = options, .stream = stream};
	const struct decisions *decisions = options->decisions;
	narrator.notes = narrate_notes(&narrator.note_count);
	while (narrator.next_note < narrator.note_count &&
	       narrator.notes[narrator.next_note].step < options->first)
		narrator.next_note++;
	while (decisions != NULL && narrator.next_decision < decisions->count &&
	       decisions->all[narrator.next_decision].step < options->first)
		narrator.next_decision++;
	for (uint32_t step = options->first; step <= options->last; step++)
		write_step(&narrator, step);
	write_folded(&narrator, options->last);
}

/* ---- Who does what ------------------------------------------------------- */

static const struct recorded_status *status_at(uint32_t goroutine, uint32_t step)
{
	const struct recorded_status *found = NULL;
	for (uint32_t i = 0; i < recording.status_count; i++)
		if (recording.statuses[i].goroutine == goroutine &&
		    recording.statuses[i].step <= step)
			found = &recording.statuses[i];
	return found;
}

/* The last step of GOROUTINE up to STEP, 0: it had none. */
static uint32_t last_step_of(uint32_t goroutine, uint32_t step)
{
	while (step > 0 && recording_step(step)->goroutine_plus_one != goroutine + 1)
		step--;
	return step;
}

void narrate_goroutines(uint32_t step, FILE *stream)
{
	for (uint32_t i = 0; i < recording.goroutine_count; i++) {
		const struct recorded_goroutine *goroutine = &recording.goroutines[i];
		const struct recorded_status *status = status_at(i, step);
		if (status == NULL || status->letter == 'd')
			continue;
		fprintf(stream, "  g%-3" PRIu64 " %s: %s%s", goroutine->id, goroutine->name,
			status->letter == 'w' ? "waits, " : "", status->name);
		uint32_t last = last_step_of(i, step);
		if (last != 0 && recording_step(last)->operation != 0)
			fprintf(stream, ", in %s",
				recording.operations[recording_step(last)->operation]);
		if (last != 0 && status->letter == 'r')
			fprintf(stream, ", on m%u", recording_step(last)->m);
		fputc('\n', stream);
	}
}
