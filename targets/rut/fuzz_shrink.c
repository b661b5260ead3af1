/* Makes findings small: scenarios of a tracer as `rut shrink` does, other inputs byte by byte as
 * libFuzzer does. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rut/fuzz.h"

enum { SHRINK_MS_MAX = 60000, MINIMIZE_S = 10 };

bool fuzz_shrink_scenario(const struct fuzz_run *run, const struct fuzz_finding *finding,
			  struct fuzz_record *record)
{
	char tool[FUZZ_PATH_SIZE], scenario[FUZZ_PATH_SIZE], small[FUZZ_PATH_SIZE];
	char command[] = "shrink", output_option[] = "-o", defect_option[] = "-d";
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
	FILE *output = open_memstream(&text, &size);
	if (!output)
		return false;
	fuzz_environment_set_tool();
	int status = fuzz_child_run(argv, output, SHRINK_MS_MAX);
	fclose(output);
	bool is_small = status == 0 && fuzz_parse_shrunk(text, &record->small, &record->found) &&
			rename(small, scenario) == 0;
	free(text);
	unlink(small);
	record->is_shrunk = is_small;
	return is_small;
}

/* libFuzzer takes its time for each step down, and is interrupted at the end of ours. What it has
 * may have slipped to another finding, and is not taken then. */
bool fuzz_shrink_bytes(const struct fuzz_run *run, const struct fuzz_finding *finding)
{
	char program[FUZZ_PATH_SIZE], input[FUZZ_PATH_SIZE], small[FUZZ_PATH_SIZE];
	char exact[FUZZ_PATH_SIZE + 32], time[32], part[FUZZ_PATH_SIZE];
	char minimize[] = "-minimize_crash=1", limit[32];
	fuzz_path(input, sizeof(input), "%s/input", finding->folder);
	fuzz_path(part, sizeof(part), "%s/.input.small", finding->folder);
	fuzz_path(small, sizeof(small), "%s/input.small", finding->folder);
	fuzz_path(exact, sizeof(exact), "-exact_artifact_path=%s", part);
	fuzz_path(time, sizeof(time), "-max_total_time=%d", MINIMIZE_S);
	fuzz_path(limit, sizeof(limit), "-timeout=%d", FUZZ_INPUT_TIME_MAX_S);
	fuzz_target_path(run, finding->record.target, finding->build, FUZZ_LIBFUZZER, program,
			 sizeof(program));
	char *argv[] = {program, minimize, exact, time, limit, input, NULL};
	if (fuzz_is_parallel(finding->record.target))
		return false;
	fuzz_environment_set(&(struct fuzz_environment){.target = finding->record.target,
							.defect = finding->record.defect});
	fuzz_child_run(argv, NULL, 1000 * MINIMIZE_S);
	bool is_small = fuzz_file_size(part) < fuzz_file_size(input) &&
			fuzz_finding_fails(run, finding, part) && rename(part, small) == 0;
	unlink(part);
	return is_small;
}
