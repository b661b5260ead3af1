/* The table of a benchmark, and what follows from it. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"
#include "rut/bench_defects.h"
#include "rut/bench_defects_statistics.h"

/* All trials of one defect, engine and mutator. */
struct cell {
	size_t count; /* that have ended */
	size_t found;
	struct bench_length executions;
	struct bench_length seconds;
	struct bench_length reached;
	struct bench_length triggered;
};

enum measure { EXECUTIONS, SECONDS, REACHED, TRIGGERED };

static struct bench_length length_of(const struct bench_trial *trial, enum measure measure)
{
	const uint64_t event = measure == REACHED ? trial->reached : trial->triggered;
	const bool is_counted = measure == EXECUTIONS || measure == SECONDS;
	if (measure == SECONDS)
		return (struct bench_length){trial->seconds, !trial->is_found};
	if (is_counted || event == 0)
		return (struct bench_length){(double)trial->executions,
					     is_counted ? !trial->is_found : true};
	return (struct bench_length){(double)event, false};
}

static bool is_of(const struct bench_trial *trial, size_t defect, int engine, int mutator)
{
	return trial->state == BENCH_HAS_ENDED && trial->defect == defect &&
	       (int)trial->engine == engine && (int)trial->mutator == mutator;
}

static struct bench_length median_of(const struct bench_run *run, size_t defect, int engine,
				     int mutator, enum measure measure)
{
	struct bench_length *lengths = calloc(run->options.seed_count, sizeof *lengths);
	ensure(lengths != NULL);
	size_t count = 0;
	for (size_t i = 0; i < run->trial_count; i++)
		if (is_of(&run->trials[i], defect, engine, mutator))
			lengths[count++] = length_of(&run->trials[i], measure);
	const struct bench_length median = bench_median(lengths, count);
	free(lengths);
	return median;
}

/* COUNT is 0, and nothing else known, where no trial has ended. */
static struct cell cell_of(const struct bench_run *run, size_t defect, int engine, int mutator)
{
	struct cell cell = {0};
	for (size_t i = 0; i < run->trial_count; i++) {
		const struct bench_trial *trial = &run->trials[i];
		if (!is_of(trial, defect, engine, mutator))
			continue;
		cell.count++;
		cell.found += trial->is_found;
	}
	if (cell.count == 0)
		return cell;
	cell.executions = median_of(run, defect, engine, mutator, EXECUTIONS);
	cell.seconds = median_of(run, defect, engine, mutator, SECONDS);
	cell.reached = median_of(run, defect, engine, mutator, REACHED);
	cell.triggered = median_of(run, defect, engine, mutator, TRIGGERED);
	return cell;
}

bool bench_has_miss(const struct bench_run *run)
{
	for (size_t i = 0; i < run->trial_count; i++) {
		const struct bench_trial *trial = &run->trials[i];
		if (trial->state == BENCH_HAS_ENDED && trial->mutator == BENCH_STRUCTURE &&
		    !trial->is_found)
			return true;
	}
	return false;
}

/* ---- The table ----------------------------------------------------------- */

#define ROW "%-28s %-9s %-9s %7s %10s %8s %9s %9s"

static const char *count_text(struct bench_length length, char *text, size_t text_size)
{
	char number[16];
	snprintf(text, text_size, "%s%s", length.is_bound ? ">" : "",
		 fuzz_short_number(length.value, number, sizeof number));
	return text;
}

static const char *ratio_text(struct bench_ratio ratio, char *text, size_t text_size)
{
	const char *sign = ratio.is_at_least && ratio.is_at_most ? "~"
			   : ratio.is_at_least                   ? ">="
			   : ratio.is_at_most                    ? "<="
								 : "";
	char number[16];
	if (ratio.value < 10)
		snprintf(number, sizeof number, "%.2g", ratio.value);
	else
		fuzz_short_number(ratio.value, number, sizeof number);
	snprintf(text, text_size, "%s%s", sign, number);
	return text;
}

static void print_row(const struct bench_run *run, size_t defect, int engine, int mutator,
		      const struct cell *cell, const char *ratio, FILE *file)
{
	char found[32], executions[16], seconds[32], reached[16], triggered[16];
	snprintf(found, sizeof found, "%zu/%zu", cell->found, cell->count);
	snprintf(seconds, sizeof seconds, "%s%.1f", cell->seconds.is_bound ? ">" : "",
		 cell->seconds.value);
	fprintf(file, ROW, run->options.defects[defect], fuzz_engine_id((enum fuzz_engine)engine),
		bench_mutator_names[mutator], found,
		count_text(cell->executions, executions, sizeof executions), seconds,
		count_text(cell->reached, reached, sizeof reached),
		count_text(cell->triggered, triggered, sizeof triggered));
	if (*ratio)
		fprintf(file, " %10s", ratio);
	fprintf(file, "\n");
}

struct ratios {
	struct bench_ratio all[BENCH_DEFECT_COUNT_MAX * FUZZ_ENGINE_COUNT];
	size_t count;
	size_t unknown; /* both mutators are tried, and nothing follows */
};

/* The rows of a defect and an engine; adds their ratio. */
static void print_pair(const struct bench_run *run, size_t defect, int engine,
		       struct ratios *ratios, FILE *file)
{
	const struct cell structure = cell_of(run, defect, engine, BENCH_STRUCTURE);
	const struct cell bytes = cell_of(run, defect, engine, BENCH_BYTES);
	struct bench_ratio ratio;
	char text[32] = "";
	if (structure.count > 0 && bytes.count > 0) {
		if (bench_divide(bytes.executions, structure.executions, &ratio)) {
			ratio_text(ratio, text, sizeof text);
			ratios->all[ratios->count++] = ratio;
		} else {
			snprintf(text, sizeof text, "?");
			ratios->unknown++;
		}
	}
	if (structure.count > 0)
		print_row(run, defect, engine, BENCH_STRUCTURE, &structure, "", file);
	if (bytes.count > 0)
		print_row(run, defect, engine, BENCH_BYTES, &bytes, text, file);
}

static void print_mean(const char *name, const struct ratios *ratios, FILE *file)
{
	char text[32];
	if (ratios->count > 0)
		fprintf(file, "  %-9s  %s  over %zu\n", name,
			ratio_text(bench_geometric_mean(ratios->all, ratios->count), text,
				   sizeof text),
			ratios->count);
	if (ratios->unknown > 0)
		fprintf(file,
			"  %-9s  %zu not among them (?): neither mutator found it in half of its "
			"trials\n",
			name, ratios->unknown);
}

static void print_means(const struct ratios *of_engine, FILE *file)
{
	struct ratios both = {.count = 0};
	size_t engine_count = 0;
	for (int engine = 0; engine < FUZZ_ENGINE_COUNT; engine++) {
		const struct ratios *ratios = &of_engine[engine];
		engine_count += ratios->count > 0;
		memcpy(both.all + both.count, ratios->all, ratios->count * sizeof *ratios->all);
		both.count += ratios->count;
		both.unknown += ratios->unknown;
	}
	if (both.count + both.unknown == 0)
		return;
	fprintf(file, "\nexecutions by bytes for one by structure, geometric mean over defects:\n");
	for (int engine = 0; engine < FUZZ_ENGINE_COUNT; engine++)
		print_mean(fuzz_engine_id((enum fuzz_engine)engine), &of_engine[engine], file);
	if (engine_count > 1)
		print_mean("both", &both, file);
}

/* ---- What to know of it -------------------------------------------------- */

static void print_rules(const struct bench_run *run, FILE *file)
{
	fprintf(file,
		"\nMedians over seeds: half of the trials had it within so much (`>': more than "
		"that, since too many trials\n"
		"ended before without it). reached: executions until the defect's line was "
		"executed; triggered: until it\n"
		"changed a run.\n"
		"A trial ends when it finds, or after %" PRIu32
		" s; one by bytes also after %d times the median executions by\n"
		"structure, where that is known. So where bytes did not find, the ratio of "
		"executions is a lower bound (>=);\n"
		"where structure did not, an upper one (<=); a mean of both kinds is neither "
		"(~).\n",
		run->options.time_s, BENCH_BYTES_BUDGET_FACTOR);
}

/* What makes the exit status, in words. */
static void print_misses(const struct bench_run *run, FILE *file)
{
	for (size_t defect = 0; defect < run->options.defect_count; defect++) {
		for (int engine = 0; engine < FUZZ_ENGINE_COUNT; engine++) {
			const struct cell cell = cell_of(run, defect, engine, BENCH_STRUCTURE);
			if (cell.found < cell.count)
				fprintf(file,
					"NOT ALWAYS FOUND  %s with %s by structure: %zu of %zu\n",
					run->options.defects[defect],
					fuzz_engine_id((enum fuzz_engine)engine), cell.found,
					cell.count);
		}
	}
}

/* The finding may be of something else. */
static void print_doubts(const struct bench_run *run, FILE *file)
{
	for (size_t i = 0; i < run->trial_count; i++) {
		const struct bench_trial *trial = &run->trials[i];
		if (trial->state == BENCH_HAS_ENDED && trial->is_found && trial->reached == 0)
			fprintf(file, "FOUND, NOT REACHED  %s with %s by %s, seed %" PRIu32 "\n",
				run->options.defects[trial->defect], fuzz_engine_id(trial->engine),
				bench_mutator_names[trial->mutator], trial->seed);
	}
}

static void print_rest(const struct bench_run *run, FILE *file)
{
	size_t waiting = 0, failed = 0;
	for (size_t i = 0; i < run->trial_count; i++) {
		waiting += run->trials[i].state == BENCH_WAITS;
		failed += run->trials[i].state == BENCH_HAS_FAILED;
	}
	if (waiting > 0)
		fprintf(file, "%zu trials have not been run; the same command goes on\n", waiting);
	if (failed > 0)
		fprintf(file, "%zu trials FAILED and are not counted\n", failed);
}

void bench_report_print(const struct bench_run *run, FILE *file)
{
	static struct ratios ratios[FUZZ_ENGINE_COUNT];
	memset(ratios, 0, sizeof ratios);
	fprintf(file, "commit %s, %ld cores, %" PRIu32 " trials at once\n\n", run->commit,
		run->core_count, run->options.jobs);
	fprintf(file, ROW " %10s\n", "defect", "engine", "mutator", "found", "executions",
		"seconds", "reached", "triggered", "ratio");
	for (size_t defect = 0; defect < run->options.defect_count; defect++)
		for (int engine = 0; engine < FUZZ_ENGINE_COUNT; engine++)
			print_pair(run, defect, engine, &ratios[engine], file);
	print_means(ratios, file);
	print_rules(run, file);
	print_rest(run, file);
	print_doubts(run, file);
	print_misses(run, file);
}
