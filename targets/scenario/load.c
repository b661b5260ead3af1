#include "scenario/load.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/binary.h"

/* Far above every scenario: a longer file is something else. */
enum { FILE_SIZE_MAX = 1 << 20 };

enum { VERSION_UNLIKELY = 32 };

static bool has_suffix(const char *path, const char *suffix)
{
	const size_t length = strlen(path);
	const size_t suffix_length = strlen(suffix);

	return length >= suffix_length && strcmp(path + length - suffix_length, suffix) == 0;
}

/* Text begins with a comment or with `tracer`, and has no control bytes; binary that looks like
 * this is not worth a thought. */
static bool looks_like_text(const char *data, size_t size)
{
	static const char keyword[] = "tracer";
	size_t start = 0;

	for (size_t i = 0; i < size; i++) {
		if ((unsigned char)data[i] < ' ' && strchr("\n\r\t", data[i]) == NULL)
			return false;
		if (data[i] == 0)
			return false;
	}
	while (start < size && strchr(" \t\r\n", data[start]) != NULL)
		start++;
	if (start == size)
		return false;
	return data[start] == '#' || (size - start >= sizeof keyword - 1 &&
				      memcmp(data + start, keyword, sizeof keyword - 1) == 0);
}

/* Versions will be few for long: what begins with another byte is most probably no scenario. */
static void tell_version(const char *path, unsigned version, char *ret_error, size_t error_size)
{
	if (version < VERSION_UNLIKELY)
		(void)snprintf(
			ret_error, error_size,
			"%s: version %u of the binary form of scenarios, up to %d is "
			"expected: a newer build reads it; `rut convert --target=NAME' takes what "
			"an engine made up",
			path, version, SCENARIO_BINARY_VERSION);
	else
		(void)snprintf(ret_error, error_size,
			       "%s: no scenario: the text form begins with a comment or `tracer', "
			       "the binary form with its version, up to %d, and this with byte "
			       "0x%02x; `rut convert --target=NAME' takes what an engine made up",
			       path, SCENARIO_BINARY_VERSION, version);
}

/* Reads the whole file into BUFFER, which has room for one byte more than a file may have. */
static bool read_file(const char *path, char *buffer, size_t *ret_size, char *ret_error,
		      size_t error_size)
{
	FILE *file = fopen(path, "rb");

	if (file == NULL) {
		(void)snprintf(ret_error, error_size, "%s: %s", path, strerror(errno));
		return false;
	}
	const size_t size = fread(buffer, 1, FILE_SIZE_MAX + 1, file);
	const int error = ferror(file) == 0 ? 0 : errno;

	(void)fclose(file);
	if (error != 0) {
		(void)snprintf(ret_error, error_size, "%s: %s", path, strerror(error));
		return false;
	}
	if (size > FILE_SIZE_MAX) {
		(void)snprintf(ret_error, error_size, "%s: a scenario wants at most %d bytes", path,
			       FILE_SIZE_MAX);
		return false;
	}
	*ret_size = size;
	return true;
}

bool scenario_load(const char *path, const struct scenario_points *points,
		   struct scenario *ret_scenario, struct scenario_text *ret_text, char *ret_error,
		   size_t error_size)
{
	char error[SCENARIO_ERROR_SIZE];
	size_t size = 0;
	bool is_loaded = true;
	char *buffer = malloc(FILE_SIZE_MAX + 1);

	if (buffer == NULL) {
		(void)snprintf(ret_error, error_size, "%s: no memory to read it", path);
		return false;
	}
	if (!read_file(path, buffer, &size, ret_error, error_size)) {
		is_loaded = false;
	} else if (size >= 7 && memcmp(buffer, "go 1.", 5) == 0) {
		(void)snprintf(ret_error, error_size,
			       "%s:1:1: a scenario is expected, and this is an execution trace: "
			       "`rut validate' judges those",
			       path);
		is_loaded = false;
	} else if (has_suffix(path, ".rut") || looks_like_text(buffer, size)) {
		is_loaded = scenario_parse(path, buffer, size, points, ret_scenario, ret_text,
					   error);
		if (!is_loaded)
			(void)snprintf(ret_error, error_size, "%s", error);
	} else if (!scenario_version_is_known((const uint8_t *)buffer, size)) {
		tell_version(path, (unsigned char)buffer[0], ret_error, error_size);
		is_loaded = false;
	} else {
		scenario_decode((const uint8_t *)buffer, size, ret_scenario);
		if (ret_text != NULL)
			memset(ret_text, 0, sizeof *ret_text);
	}
	free(buffer);
	return is_loaded;
}

bool scenario_load_bytes(const char *path, struct scenario *ret_scenario, char *ret_error,
			 size_t error_size)
{
	size_t size = 0;
	char *buffer = malloc(FILE_SIZE_MAX + 1);

	if (buffer == NULL) {
		(void)snprintf(ret_error, error_size, "%s: no memory to read it", path);
		return false;
	}
	const bool is_read = read_file(path, buffer, &size, ret_error, error_size);

	if (is_read)
		scenario_decode((const uint8_t *)buffer, size, ret_scenario);
	free(buffer);
	return is_read;
}
