/* The run as page.js draws it: columns of steps, and lists of what lasts, each entry an array. */
#include <inttypes.h>
#include <string.h>

#include "lock/lock_rank.h"
#include "show/decide.h"
#include "show/page.h"
#include "show/recording.h"

enum { BUCKET_COUNT_MAX = 600 };

/* In a script element no text may look like an end of it. */
static void write_string(const char *text, FILE *stream)
{
	fputc('"', stream);
	for (; *text != '\0'; text++) {
		unsigned char byte = (unsigned char)*text;
		if (byte < ' ' || byte > '~' || strchr("\"\\<>&", byte) != NULL)
			fprintf(stream, "\\u%04x", byte);
		else
			fputc(byte, stream);
	}
	fputc('"', stream);
}

/* Between the entries of a list. */
static void separate(bool *is_first, FILE *stream)
{
	if (!*is_first)
		fputc(',', stream);
	*is_first = false;
}

/* ---- Columns ------------------------------------------------------------- */

/* Names of points are told once, in the order in which they are met. */
static uint16_t short_points[POINT_LIMIT];

static void write_points(const struct page *page, FILE *stream)
{
	uint16_t count = 0;
	bool is_first = true;
	memset(short_points, 0, sizeof short_points);
	fputs("\"points\":[", stream);
	for (uint32_t i = page->first; i <= page->last; i++) {
		uint16_t point = recording_step(i)->point;
		if (short_points[point] != 0)
			continue;
		const char *name = lock_rank_point_name(point);
		short_points[point] = ++count;
		separate(&is_first, stream);
		write_string(name != NULL ? name : "?", stream);
	}
	fputs("],\n", stream);
}

static unsigned column_point(const struct recorded_step *step)
{
	return short_points[step->point] - 1u;
}

static unsigned column_m(const struct recorded_step *step)
{
	return step->m;
}

static unsigned column_stack(const struct recorded_step *step)
{
	return step->stack;
}

static unsigned column_g(const struct recorded_step *step)
{
	return step->goroutine_plus_one;
}

static unsigned column_p(const struct recorded_step *step)
{
	return step->p_plus_one;
}

static unsigned column_operation(const struct recorded_step *step)
{
	return step->operation;
}

static void write_columns(const struct page *page, FILE *stream)
{
	static const struct {
		const char *name;
		unsigned (*value)(const struct recorded_step *step);
	} columns[] = {{"m", column_m}, {"point", column_point}, {"stack", column_stack},
		       {"g", column_g}, {"p", column_p},         {"operation", column_operation}};
	for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
		bool is_first = true;
		fprintf(stream, "\"%s\":[", columns[i].name);
		for (uint32_t step = page->first; step <= page->last; step++) {
			separate(&is_first, stream);
			fprintf(stream, "%u", columns[i].value(recording_step(step)));
		}
		fputs("],\n", stream);
	}
}

/* ---- Who there is -------------------------------------------------------- */

static void write_cast(FILE *stream)
{
	bool is_first = true;
	fputs("\"threads\":[", stream);
	for (uint32_t i = 0; i < recording.thread_count; i++) {
		separate(&is_first, stream);
		fprintf(stream, "[%" PRIu64 ",%u]", recording.threads[i].id,
			recording.threads[i].last_step);
	}
	is_first = true;
	fputs("],\n\"goroutines\":[", stream);
	for (uint32_t i = 0; i < recording.goroutine_count; i++) {
		separate(&is_first, stream);
		fprintf(stream, "[%" PRIu64 ",", recording.goroutines[i].id);
		write_string(recording.goroutines[i].name, stream);
		fprintf(stream, ",%d]", recording.goroutines[i].is_system);
	}
	is_first = true;
	fputs("],\n\"operations\":[", stream);
	for (uint32_t i = 0; i < recording.operation_count; i++) {
		separate(&is_first, stream);
		write_string(recording.operations[i], stream);
	}
	fputs("],\n", stream);
}

/* ---- What lasts ---------------------------------------------------------- */

/* A change before the steps that are shown still matters when no other of its goroutine follows. */
static void write_statuses(const struct page *page, FILE *stream)
{
	static uint32_t newest_old[UINT16_MAX]; /* index + 1, by goroutine */
	bool is_first = true;
	memset(newest_old, 0, recording.goroutine_count * sizeof newest_old[0]);
	for (uint32_t i = 0; i < recording.status_count; i++)
		if (recording.statuses[i].step < page->first)
			newest_old[recording.statuses[i].goroutine] = i + 1;
	fputs("\"statuses\":[", stream);
	for (uint32_t i = 0; i < recording.status_count; i++) {
		const struct recorded_status *status = &recording.statuses[i];
		if (status->step > page->last ||
		    (status->step < page->first && newest_old[status->goroutine] != i + 1))
			continue;
		separate(&is_first, stream);
		fprintf(stream, "[%u,%u,\"%c\",", status->step, status->goroutine, status->letter);
		write_string(status->name, stream);
		fputs("]", stream);
	}
	fputs("],\n", stream);
}

static bool is_seen(const struct page *page, uint32_t from, uint32_t to)
{
	return from <= page->last && (to == 0 || to >= page->first);
}

static void write_locks(const struct page *page, FILE *stream)
{
	bool is_first = true;
	fputs("\"locks\":[", stream);
	for (uint32_t i = 0; i < recording.lock_count; i++) {
		const struct recorded_lock *lock = &recording.locks[i];
		char name[48];
		if (!is_seen(page, lock->wanted, lock->released))
			continue;
		separate(&is_first, stream);
		fputs("[", stream);
		write_string(decide_lock_name(lock, name, sizeof name), stream);
		fprintf(stream, ",%u,%u,%u,%u]", lock->m, lock->wanted, lock->got, lock->released);
	}
	fputs("],\n", stream);
}

static void write_buffers(const struct page *page, FILE *stream)
{
	bool is_first = true;
	fputs("\"buffers\":[", stream);
	for (uint32_t i = 0; i < recording.buffer_count; i++) {
		const struct recorded_buffer *buffer = &recording.buffers[i];
		if (!is_seen(page, buffer->taken, buffer->read))
			continue;
		separate(&is_first, stream);
		fprintf(stream, "[%u,%u,%u,%u,%u,%u,%u]", buffer->taken, buffer->taken_m,
			buffer->queued, buffer->queued_m, buffer->read, buffer->read_m,
			buffer->size_bytes);
	}
	fputs("],\n", stream);
}

static void write_changes(const char *name, const struct recorded_change *changes, uint32_t count,
			  FILE *stream)
{
	bool is_first = true;
	fprintf(stream, "\"%s\":[", name);
	for (uint32_t i = 0; i < count; i++) {
		separate(&is_first, stream);
		/* As text: a number of JavaScript's is no 64-bit one. */
		fprintf(stream, "[%u,\"%" PRIu64 "\"]", changes[i].step, changes[i].value);
	}
	fputs("],\n", stream);
}

static void write_procs(FILE *stream)
{
	bool is_first = true;
	fputs("\"procs\":[", stream);
	for (uint32_t i = 0; i < recording.proc_count; i++) {
		separate(&is_first, stream);
		fprintf(stream, "[%u,%u,%d]", recording.procs[i].step, recording.procs[i].p,
			recording.procs[i].is_dead);
	}
	fputs("],\n", stream);
}

static void write_steals(FILE *stream)
{
	bool is_first = true;
	fputs("\"steals\":[", stream);
	for (uint32_t i = 0; i < recording.steal_count; i++) {
		const struct recorded_steal *steal = &recording.steals[i];
		separate(&is_first, stream);
		fprintf(stream, "[%u,%u,%u,%u]", steal->step, steal->m, steal->victim_m, steal->p);
	}
	fputs("],\n", stream);
}

static void write_decisions(const struct page *page, FILE *stream)
{
	bool is_first = true;
	fputs("\"decisions\":[", stream);
	for (uint32_t i = 0; i < page->decisions->count; i++) {
		const struct decision *decision = &page->decisions->all[i];
		separate(&is_first, stream);
		fprintf(stream, "[%u,%u,", decision->step, recording_step(decision->step)->m);
		write_string(decision->label, stream);
		fputs("]", stream);
	}
	fputs("],\n", stream);
}

/* ---- The rest of the run ------------------------------------------------- */

/* Buckets of steps: how many of each M, and how many in signal handlers. */
static void write_overview(FILE *stream)
{
	uint32_t total = recording.step_count;
	uint32_t size = total / BUCKET_COUNT_MAX + 1;
	bool is_first = true;
	fprintf(stream, "\"bucketSize\":%u,\n\"buckets\":[", size);
	for (uint32_t begin = 1; begin <= total; begin += size) {
		uint32_t counts[SIM_THREAD_COUNT_MAX] = {0}, signal_count = 0;
		for (uint32_t step = begin; step < begin + size && step <= total; step++) {
			counts[recording_step(step)->m]++;
			signal_count += recording_step(step)->stack == HOST_STACK_SIGNAL;
		}
		separate(&is_first, stream);
		fprintf(stream, "[%u", signal_count);
		for (uint32_t m = 0; m < recording.thread_count; m++)
			if (counts[m] > 0)
				fprintf(stream, ",%u,%u", m, counts[m]);
		fputs("]", stream);
	}
	fputs("]\n", stream);
}

void page_write_data(const struct page *page, FILE *stream)
{
	fprintf(stream, "{\"first\":%u,\"last\":%u,\"total\":%u,\"isV1\":%s,\"procCount\":%u,\n",
		page->first, page->last, recording.step_count, recording.is_v1 ? "true" : "false",
		recording.proc_index_end);
	fprintf(stream, "\"isFine\":%s,\n",
		page->result->verdict.kind == VERDICT_OK ? "true" : "false");
	write_points(page, stream);
	write_columns(page, stream);
	write_cast(stream);
	write_statuses(page, stream);
	write_locks(page, stream);
	write_buffers(page, stream);
	write_changes("generations", recording.generations, recording.generation_count, stream);
	write_changes("worldStops", recording.world_stops, recording.world_stop_count, stream);
	write_procs(stream);
	write_steals(stream);
	write_decisions(page, stream);
	write_overview(stream);
	fputs("}", stream);
}
