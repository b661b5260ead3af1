/* The traces of corpus/traces, for tests; the working folder is the root of the project. */
#ifndef ORACLE_TESTS_TRACE_FILES_H
#define ORACLE_TESTS_TRACE_FILES_H

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"

enum { TRACE_FILES_MAX = 256, TRACE_NAME_SIZE = 256 };

struct trace_files {
	char names[TRACE_FILES_MAX][TRACE_NAME_SIZE]; /* without folder and ".trace", sorted */
	int count;
};

static int trace_files_compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

static inline void trace_files_list(struct trace_files *files)
{
	DIR *folder = opendir("corpus/traces");
	const struct dirent *entry;

	ensure(folder != NULL);
	files->count = 0;
	while ((entry = readdir(folder)) != NULL) {
		size_t length = strlen(entry->d_name);
		if (length < 6 || strcmp(entry->d_name + length - 6, ".trace") != 0)
			continue;
		ensure(files->count < TRACE_FILES_MAX);
		snprintf(files->names[files->count++], TRACE_NAME_SIZE, "%.*s", (int)length - 6,
			 entry->d_name);
	}
	closedir(folder);
	qsort(files->names, (size_t)files->count, TRACE_NAME_SIZE, trace_files_compare);
}

/* The bytes of corpus/traces/NAME followed by SUFFIX, and a NUL behind them; the caller frees them.
 */
static inline uint8_t *trace_files_read(const char *name, const char *suffix, size_t *ret_size)
{
	char path[TRACE_NAME_SIZE + 64];
	uint8_t *bytes;
	long size;

	snprintf(path, sizeof(path), "corpus/traces/%s%s", name, suffix);
	FILE *file = fopen(path, "rb");
	ensure(file != NULL);
	ensure(fseek(file, 0, SEEK_END) == 0);
	size = ftell(file);
	ensure(size >= 0);
	rewind(file);
	bytes = malloc((size_t)size + 1);
	ensure(bytes != NULL);
	ensure(fread(bytes, 1, (size_t)size, file) == (size_t)size);
	bytes[size] = 0;
	fclose(file);
	*ret_size = (size_t)size;
	return bytes;
}

#endif
