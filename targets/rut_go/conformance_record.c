/* What is recorded of released versions, and whether it is what was seen. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "rut/command.h"
#include "rut_go/conformance.h"

enum { FIELD_SIZE = 32 };

/* A version is one number, so that versions compare: 1.22.12 is 22 * PATCH_LIMIT + 12. */
enum { PATCH_LIMIT = 1000 };

/* Parses 1.22 or 1.22.12; a version without a patch is the first or the last of its minor. */
static bool parse_version(const char *text, bool is_last, unsigned *ret_version)
{
	unsigned minor, patch;
	int length = 0;
	if (sscanf(text, "1.%u%n.%u%n", &minor, &length, &patch, &length) < 1 ||
	    text[length] != '\0')
		return false;
	if (strchr(text + 2, '.') == NULL)
		patch = is_last ? PATCH_LIMIT - 1 : 0;
	*ret_version = minor * PATCH_LIMIT + patch;
	return minor < UINT_MAX / PATCH_LIMIT && patch < PATCH_LIMIT;
}

static bool parse_state(const char *text, enum conformance_state *ret_state)
{
	static const enum conformance_state states[] = {CONFORMANCE_BROKEN, CONFORMANCE_INCOMPLETE,
							CONFORMANCE_FIXED};
	for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
		*ret_state = states[i];
		if (strcmp(text, conformance_state_name(states[i])) == 0)
			return true;
	}
	return false;
}

static bool parse_record(const char *line, struct conformance_record *ret_record)
{
	char first[FIELD_SIZE], last[FIELD_SIZE], state[FIELD_SIZE], rest;
	if (sscanf(line, "%31s %31s %31s %31s %c", ret_record->issue, first, last, state, &rest) !=
	    4)
		return false;
	ret_record->last = UINT_MAX;
	return parse_version(first, false, &ret_record->first) &&
	       (strcmp(last, "-") == 0 || parse_version(last, true, &ret_record->last)) &&
	       parse_state(state, &ret_record->state);
}

static int read_lines(const char *path, FILE *file, struct conformance_records *records)
{
	char line[256];
	for (unsigned number = 1; fgets(line, sizeof line, file) != NULL; number++) {
		const char *start = line + strspn(line, " \t\n");
		bool is_whole = strchr(line, '\n') != NULL || feof(file);
		if (is_whole && (*start == '#' || *start == '\0'))
			continue;
		if (is_whole && records->count < CONFORMANCE_RECORD_COUNT_MAX &&
		    parse_record(start, &records->all[records->count++]))
			continue;
		fprintf(stderr,
			"%s:%u: expected an issue, its first and last version (1.22, 1.22.12 or "
			"-), and broken, incomplete or fixed; at most %d lines\n",
			path, number, CONFORMANCE_RECORD_COUNT_MAX);
		return RUT_USAGE;
	}
	return RUT_FINE;
}

int conformance_read_records(const char *path, struct conformance_records *ret_records)
{
	ret_records->count = 0;
	FILE *file = fopen(path, "r");
	if (file == NULL) {
		fprintf(stderr, "%s: %s; expected what is recorded of released versions\n", path,
			strerror(errno));
		return RUT_USAGE;
	}
	int status = read_lines(path, file, ret_records);
	fclose(file);
	return status;
}

static const struct conformance_record *record_of(const struct conformance_records *records,
						  const char *issue, const char *name)
{
	unsigned version;
	if (strncmp(name, "go", 2) != 0 || !parse_version(name + 2, false, &version))
		return NULL;
	for (size_t i = 0; i < records->count; i++) {
		const struct conformance_record *record = &records->all[i];
		if (strcmp(record->issue, issue) == 0 && version >= record->first &&
		    version <= record->last)
			return record;
	}
	return NULL;
}

unsigned conformance_compare(const struct conformance *conformance,
			     const struct conformance_records *records, FILE *stream)
{
	unsigned as_recorded = 0, other = 0;
	for (size_t i = 0; i < conformance->row_count; i++) {
		for (size_t j = 0; j < conformance->issue_count; j++) {
			const char *name = conformance->rows[i].name;
			const char *issue = conformance->issues[j].number;
			enum conformance_state seen = conformance->rows[i].cells[j].state;
			const struct conformance_record *record = record_of(records, issue, name);
			if (record == NULL)
				continue;
			as_recorded += seen == record->state;
			other += seen != record->state;
			if (seen != record->state)
				fprintf(stream, "%s, issue %s: %s, RECORDED AS %s\n", name, issue,
					conformance_state_name(seen),
					conformance_state_name(record->state));
		}
	}
	fprintf(stream, "%u of %u as recorded\n", as_recorded, as_recorded + other);
	return other;
}
