#include "rut/output.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "rut/command.h"

int output_write(const char *path, const void *bytes, size_t size, FILE *messages)
{
	FILE *file = path != NULL ? fopen(path, "wb") : stdout;

	if (file == NULL) {
		fprintf(messages, "%s: %s\n", path, strerror(errno));
		return RUT_USAGE;
	}
	const bool is_written = fwrite(bytes, 1, size, file) == size;
	if ((path != NULL ? fclose(file) : fflush(file)) == 0 && is_written)
		return RUT_FINE;
	fprintf(messages, "%s: %s\n", path != NULL ? path : "standard output", strerror(errno));
	return RUT_HARNESS;
}
