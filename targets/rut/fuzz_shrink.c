/* Makes findings small: scenarios of a tracer as `rut shrink' does, other inputs byte by byte as
 * libFuzzer does. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rut/fuzz.h"

enum { SHRINK_MS_MAX = 60000, MINIMIZE_S = 10 };

__attribute__((format(printf, 2, 3))) static void tell(struct fuzz_record *record,
						       const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(record->unshrunk, sizeof(record->unshrunk), format, arguments);
	va_end(arguments);
}

/* The last line that is not empty, without its end; it has the reason where a tool failed. */
static const char *last_line(char *text)
{
	size_t length = strlen(text);
	while (length > 0 && (text[length - 1] == '\n' || text[length - 1] == '\r'))
		text[--length] = '\0';
	const char *start = strrchr(text, '\n');
	return start ? start + 1 : text;
}

static void tell_end(struct fuzz_record *record, struct fuzz_end end, char *text)
{
	if (end.cause == FUZZ_IN_HURRY)
		tell(record, "the run was ended");
	else if (end.cause == FUZZ_AT_LIMIT)
		tell(record, "`rut shrink' had nothing after %d s", SHRINK_MS_MAX / 1000);
	else if (end.status == -1)
		tell(record, "`rut shrink' could not be started");
	else if (WIFSIGNALED(end.status))
		tell(record, "`rut shrink' died of %s", strsignal(WTERMSIG(end.status)));
	else
		tell(record, "`rut shrink' ended with %d: %s", WEXITSTATUS(end.status),
		     last_line(text));
}

/* Whether what the tool says of itself fits what it has left in SMALL. */
static bool take_scenario(struct fuzz_record *record, struct fuzz_end end, const char *text,
			  const char *small, const char *scenario)
{
	struct fuzz_size size_small, size_found;
	if (end.status == -1 || !WIFEXITED(end.status) || WEXITSTATUS(end.status) != 0 ||
	    !fuzz_parse_shrunk(text, &size_small, &size_found))
		return false;
	/* Cut short, it leaves what it has; that may be what it was given. */
	const bool is_smaller = size_small.operations < size_found.operations ||
				size_small.overrides < size_found.overrides;
	if ((end.cause != FUZZ_BY_ITSELF && !is_smaller) || rename(small, scenario) != 0)
		return false;
	record->small = size_small;
	record->found = size_found;
	record->is_shrunk = true;
	return true;
}

void fuzz_shrink_scenario(const struct fuzz_run *run, struct fuzz_finding *finding)
{
	char tool[FUZZ_PATH_SIZE], scenario[FUZZ_PATH_SIZE], small[FUZZ_PATH_SIZE];
	char command[] = "shrink", output_option[] = "-o", defect_option[] = "-d";
	struct fuzz_record *record = &finding->record;
	char defect[sizeof(record->defect)], *text = NULL;
	size_t size;
	fuzz_path(tool, sizeof(tool), "%s/%s/bin/rut", run->options.build,
		  fuzz_build_tool_preset(finding->build));
	fuzz_path(scenario, sizeof(scenario), "%s/scenario.rut", finding->folder);
	fuzz_path(small, sizeof(small), "%s/.small.rut", finding->folder);
	memcpy(defect, record->defect, sizeof(defect));
	char *argv[] = {tool, command, output_option, small, scenario, NULL, NULL, NULL};
	if (defect[0]) {
		argv[5] = defect_option;
		argv[6] = defect;
	}
	if (!fuzz_is_file(scenario)) {
		tell(record, "it has no scenario.rut");
		return;
	}
	if (!fuzz_is_executable(tool)) {
		tell(record, "%s is missing", tool);
		return;
	}
	FILE *output = open_memstream(&text, &size);
	if (!output) {
		tell(record, "%s", strerror(errno));
		return;
	}
	fuzz_environment_set_tool();
	struct fuzz_end end = fuzz_child_run(argv, output, SHRINK_MS_MAX, true);
	fclose(output);
	if (!take_scenario(record, end, text, small, scenario))
		tell_end(record, end, text);
	free(text);
	unlink(small);
}

/* libFuzzer takes its time for each step down, and is interrupted at the end of ours. What it has
 * may have slipped to another finding, and is not taken then. */
void fuzz_shrink_bytes(const struct fuzz_run *run, struct fuzz_finding *finding)
{
	char program[FUZZ_PATH_SIZE], input[FUZZ_PATH_SIZE], small[FUZZ_PATH_SIZE];
	char exact[FUZZ_PATH_SIZE + 32], time[32], part[FUZZ_PATH_SIZE];
	char minimize[] = "-minimize_crash=1", limit[32];
	struct fuzz_record *record = &finding->record;
	fuzz_path(input, sizeof(input), "%s/input", finding->folder);
	fuzz_path(part, sizeof(part), "%s/.input.small", finding->folder);
	fuzz_path(small, sizeof(small), "%s/input.small", finding->folder);
	fuzz_path(exact, sizeof(exact), "-exact_artifact_path=%s", part);
	fuzz_path(time, sizeof(time), "-max_total_time=%d", MINIMIZE_S);
	fuzz_path(limit, sizeof(limit), "-timeout=%d", FUZZ_INPUT_TIME_MAX_S);
	fuzz_target_path(run, record->target, finding->build, FUZZ_LIBFUZZER, program,
			 sizeof(program));
	char *argv[] = {program, minimize, exact, time, limit, input, NULL};
	if (fuzz_is_parallel(record->target)) {
		tell(record, "real threads do not fail at each try");
		return;
	}
	fuzz_environment_set(
		&(struct fuzz_environment){.target = record->target, .defect = record->defect});
	struct fuzz_end end = fuzz_child_run(argv, NULL, 1000 * MINIMIZE_S, true);
	if (fuzz_file_size(part) >= fuzz_file_size(input))
		tell(record, end.cause == FUZZ_IN_HURRY ? "the run was ended"
							: "libFuzzer found nothing smaller");
	else if (fuzz_finding_replay(run, finding, part) != FUZZ_FAILS)
		tell(record, "what libFuzzer made smaller does not fail in the same way");
	else if (rename(part, small) != 0)
		tell(record, "%s: %s", small, strerror(errno));
	unlink(part);
}
