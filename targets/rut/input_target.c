#include "rut/input_target.h"

#include <dirent.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "oracle/v1_wire.h"
#include "rut/fuzz.h"
#include "rut/own_build.h"
#include "rut/scenario_file.h"

/* ---- Which targets there are --------------------------------------------- */

struct targets {
	char names[FUZZ_TARGET_COUNT_MAX][INPUT_TARGET_SIZE];
	size_t count;
};

void input_target_program(const char *target, char *ret_path, size_t path_size)
{
	char builds[OWN_BUILD_PATH_SIZE];
	const char *preset;
	if (!own_build_split(builds, &preset))
		snprintf(builds, sizeof builds, "%s", "."), preset = "";
	fuzz_path(ret_path, path_size, "%s/%s/bin/%s", builds, preset, target);
}

static int is_target(const struct dirent *entry)
{
	return fuzz_is_target(entry->d_name) && strlen(entry->d_name) < INPUT_TARGET_SIZE;
}

static const struct targets *targets_here(void)
{
	static struct targets targets;
	char folder[FUZZ_PATH_SIZE];
	struct dirent **entries;
	if (targets.count > 0)
		return &targets;
	input_target_program("", folder, sizeof folder);
	int count = scandir(folder, &entries, is_target, alphasort);
	for (int i = 0; i < count; i++) {
		if (targets.count < FUZZ_TARGET_COUNT_MAX)
			snprintf(targets.names[targets.count++], INPUT_TARGET_SIZE, "%s",
				 entries[i]->d_name);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
	return &targets;
}

static bool is_canary(const char *target)
{
	return strncmp(target, "canary_", 7) == 0;
}

static void print_targets(void)
{
	const struct targets *targets = targets_here();
	char folder[FUZZ_PATH_SIZE];
	input_target_program("", folder, sizeof folder);
	if (targets->count == 0)
		fprintf(stderr, "  there are none in %s: `ci/build PRESET' builds them\n", folder);
	for (size_t i = 0; i < targets->count; i++) {
		if (!is_canary(targets->names[i]))
			fprintf(stderr, "  %s\n", targets->names[i]);
	}
}

static bool is_known(const char *name)
{
	const struct targets *targets = targets_here();
	for (size_t i = 0; i < targets->count; i++) {
		if (strcmp(targets->names[i], name) == 0)
			return true;
	}
	return false;
}

bool input_target_takes_scenarios(const char *target)
{
	return strstr(target, "_reader_") == NULL;
}

/* ---- By name ------------------------------------------------------------- */

/* The longest name of a target in the SIZE bytes of PART; some contain others. */
static bool find_in_part(const char *part, size_t size, char *ret_target)
{
	const struct targets *targets = targets_here();
	size_t length_max = 0;
	for (size_t i = 0; i < targets->count; i++) {
		const size_t length = strlen(targets->names[i]);
		if (length <= length_max || memmem(part, size, targets->names[i], length) == NULL)
			continue;
		length_max = length;
		snprintf(ret_target, INPUT_TARGET_SIZE, "%s", targets->names[i]);
	}
	return length_max > 0;
}

static bool find_in_path(const char *path, char *ret_target)
{
	for (size_t end = strlen(path); end > 0;) {
		size_t start = end;
		while (start > 0 && path[start - 1] != '/')
			start--;
		if (find_in_part(path + start, end - start, ret_target))
			return true;
		end = start > 0 ? start - 1 : 0;
	}
	return false;
}

/* Somebody may have gone into the folder that says it. */
static bool find_in_full_path(const char *path, char *ret_target)
{
	char *full = realpath(path, NULL);
	const bool is_found = full != NULL && find_in_path(full, ret_target);
	free(full);
	return is_found;
}

/* libFuzzer, AFL++ (`:' is no character of files everywhere), ClusterFuzz. */
static bool is_left_by_engine(const char *path)
{
	static const char pattern[] =
		"@(crash-|timeout-|oom-|leak-|slow-unit-|id[:_]|clusterfuzz-testcase)*";
	return fnmatch(pattern, scenario_file_name(path), FNM_EXTMATCH) == 0;
}

/* ---- By content ---------------------------------------------------------- */

enum content { CONTENT_ANY, CONTENT_SCENARIO_TEXT, CONTENT_V1_TRACE, CONTENT_V2_TRACE };
/* Whoever reads the file will say why it cannot be read. */
static enum content content_of(const char *path)
{
	uint8_t head[32];
	FILE *file = fopen(path, "rb");
	if (file == NULL)
		return CONTENT_SCENARIO_TEXT;
	const size_t size = fread(head, 1, sizeof head, file);
	const bool is_read = ferror(file) == 0;
	fclose(file);
	if (!is_read || (size > 8 && (head[0] == '#' || memcmp(head, "tracer ", 7) == 0)))
		return CONTENT_SCENARIO_TEXT;
	if (v1_header_is(&(struct wire_source){head, size}))
		return CONTENT_V1_TRACE;
	return size > 7 && memcmp(head, "go 1.", 5) == 0 ? CONTENT_V2_TRACE : CONTENT_ANY;
}

static bool find_by_content(const char *path, char *ret_target)
{
	switch (content_of(path)) {
	case CONTENT_SCENARIO_TEXT:
		return true;
	case CONTENT_V1_TRACE:
		snprintf(ret_target, INPUT_TARGET_SIZE, "fuzz_trace_reader_v1");
		return true;
	case CONTENT_V2_TRACE:
		snprintf(ret_target, INPUT_TARGET_SIZE, "fuzz_trace_reader_v2");
		return true;
	case CONTENT_ANY:
		break;
	}
	return false;
}

/* ---- All of it ----------------------------------------------------------- */

bool input_target_of(const char *path, const char *asked, char ret_target[static INPUT_TARGET_SIZE])
{
	ret_target[0] = '\0';
	if (asked != NULL) {
		snprintf(ret_target, INPUT_TARGET_SIZE, "%s", asked);
		if (is_known(asked))
			return true;
		fprintf(stderr, "--target=%s: no target of this build is called so; there are\n",
			asked);
		print_targets();
		return false;
	}
	if (scenario_file_is_text(path) || find_in_path(path, ret_target) ||
	    find_in_full_path(path, ret_target) || !is_left_by_engine(path) ||
	    find_by_content(path, ret_target))
		return true;
	fprintf(stderr,
		"%s: an engine left it, and neither its name nor its folder tells of which target; "
		"`rut replay', `rut pin' and `rut convert' take --target=NAME, one of\n",
		path);
	print_targets();
	return false;
}
