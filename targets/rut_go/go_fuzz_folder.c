/* The folder of a finding. It grows under a name that nobody takes for a finding and is renamed
 * when all is there. */
#include "rut_go/go_fuzz.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "perform/points.h"
#include "real_go/script.h"
#include "rut/trace_files.h"

#define PARTIAL ".go-fuzz-"

static bool complain(const char *path)
{
	fprintf(stderr, "%s: %s\n", path, strerror(errno));
	return false;
}

static bool write_file(const struct go_fuzz_finding *finding, const char *name, const char *text,
		       size_t size_bytes)
{
	char path[FUZZ_PATH_SIZE];
	fuzz_path(path, sizeof path, "%s/%s", finding->folder, name);
	FILE *file = fopen(path, "w");
	bool is_written = file != NULL && fwrite(text, 1, size_bytes, file) == size_bytes;
	if (file != NULL && fclose(file) != 0)
		is_written = false;
	return is_written || complain(path);
}

/* ---- Names --------------------------------------------------------------- */

uint32_t go_fuzz_folder_last_number(const char *findings)
{
	char pattern[FUZZ_PATH_SIZE];
	glob_t folders;
	uint32_t last = 0;
	fuzz_path(pattern, sizeof pattern, "%s/[0-9]*-*", findings);
	if (glob(pattern, GLOB_NOSORT, NULL, &folders) == 0) {
		for (size_t i = 0; i < folders.gl_pathc; i++) {
			unsigned long number = strtoul(strrchr(folders.gl_pathv[i], '/') + 1, NULL,
						       10);
			if (number > last && number < UINT32_MAX / 2)
				last = (uint32_t)number;
		}
	}
	globfree(&folders);
	return last;
}

/* A worker holds the lock of its folder; whoever gets it finds the worker dead. -1: somebody has
 * it. */
static int lock_folder(const char *path)
{
	int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder >= 0 && flock(folder, LOCK_EX | LOCK_NB) != 0) {
		close(folder);
		return -1;
	}
	return folder;
}

void go_fuzz_folder_remove_partial(const char *findings)
{
	char pattern[FUZZ_PATH_SIZE];
	glob_t folders;
	fuzz_path(pattern, sizeof pattern, "%s/" PARTIAL "*", findings);
	if (glob(pattern, GLOB_NOSORT, NULL, &folders) == 0) {
		for (size_t i = 0; i < folders.gl_pathc; i++) {
			int owner = lock_folder(folders.gl_pathv[i]);
			if (owner < 0)
				continue;
			fuzz_remove_folder(folders.gl_pathv[i]);
			close(owner);
		}
	}
	globfree(&folders);
}

/* Another program may use the folder of findings too, so a number that is taken is no error. */
static bool rename_folder(const struct go_fuzz_worker *worker, struct go_fuzz_finding *finding)
{
	const struct go_fuzz_run *run = worker->run;
	for (int attempt = 0; attempt < 1000; attempt++) {
		char folder[FUZZ_PATH_SIZE];
		finding->number = atomic_fetch_add(&run->shared->finding_number, 1) + 1;
		fuzz_path(folder, sizeof folder, "%s/%" PRIu32 "-%s-%s", run->options.findings,
			  finding->number, run->toolchain.version, finding->kind);
		if (rename(finding->folder, folder) == 0) {
			memcpy(finding->folder, folder, sizeof folder);
			close(finding->lock);
			return true;
		}
		if (errno != ENOTEMPTY && errno != EEXIST)
			break;
	}
	return complain(finding->folder);
}

/* ---- Its files ----------------------------------------------------------- */

static bool write_scenario(const struct go_fuzz_worker *worker,
			   const struct go_fuzz_finding *finding, const char *name,
			   const struct scenario *scenario, uint32_t failures, uint32_t runs)
{
	static struct scenario_text text;
	static char printed[SCENARIO_TEXT_SIZE_MAX];
	const struct go_fuzz_run *run = worker->run;
	struct scenario_toolchain *toolchain = &text.toolchain;
	char rate[64];
	memset(&text, 0, sizeof text);
	go_fuzz_rate_text(failures, runs, rate, sizeof rate);
	snprintf(text.comment, sizeof text.comment, "On %s, %s build: %s%s%s, %s.\n",
		 run->toolchain.version, scenario_build_names[run->options.build.build],
		 finding->kind, finding->verdict.where[0] != '\0' ? ": " : "",
		 finding->verdict.where, rate);
	toolchain->is_given = true;
	toolchain->minor_first = (uint8_t)run->toolchain.minor;
	toolchain->minor_last = (uint8_t)run->toolchain.minor;
	toolchain->build = (uint8_t)run->options.build.build;
	for (size_t i = 0; i < run->options.build.edit_count; i++)
		snprintf(toolchain->edits[toolchain->edit_count++], SCENARIO_WORD_SIZE, "%s",
			 run->options.build.edits[i]);
	size_t length = scenario_print(scenario, &text, &perform_points, printed);
	return write_file(finding, name, printed, length);
}

static bool write_script(const struct go_fuzz_finding *finding)
{
	static char script[SCRIPT_SIZE_MAX];
	size_t length = script_print(&finding->scenario, script);
	return write_file(finding, "script.txt", script, length);
}

void go_fuzz_replay_command(const struct go_fuzz_run *run, char *ret_command)
{
	enum { COMMAND_SIZE = 4 * FUZZ_PATH_SIZE };
	char tool[FUZZ_PATH_SIZE];
	ssize_t length = readlink("/proc/self/exe", tool, sizeof tool - 1);
	tool[length < 0 ? 0 : length] = '\0';
	fuzz_path(ret_command, COMMAND_SIZE, "'%s' go run --go '%s' --build %s", tool,
		  run->toolchain.go, scenario_build_names[run->options.build.build]);
	for (size_t i = 0; i < run->options.build.edit_count; i++) {
		size_t used = strlen(ret_command);
		fuzz_path(ret_command + used, COMMAND_SIZE - used, " --with '%s'",
			  run->options.build.edits[i]);
	}
}

static bool write_replay(const struct go_fuzz_worker *worker, const struct go_fuzz_finding *finding)
{
	char command[4 * FUZZ_PATH_SIZE], text[5 * FUZZ_PATH_SIZE], path[FUZZ_PATH_SIZE];
	go_fuzz_replay_command(worker->run, command);
	fuzz_path(text, sizeof text,
		  "#!/bin/sh\n# Runs the finding 20 times more. Exit status: 1 it failed again, "
		  "0 it did not.\ncd \"$(dirname \"$0\")\"\n"
		  "exec %s --wind-down %d -n 20 \"$@\" scenario.rut\n",
		  command, GO_FUZZ_WIND_DOWN_MS);
	if (!write_file(finding, "replay", text, strlen(text)))
		return false;
	fuzz_path(path, sizeof path, "%s/replay", finding->folder);
	return chmod(path, 0755) == 0 || complain(path);
}

static bool write_verdict(const struct go_fuzz_worker *worker,
			  const struct go_fuzz_finding *finding)
{
	char path[FUZZ_PATH_SIZE], rate[64];
	const struct verdict *verdict = &finding->verdict;
	const struct go_fuzz_run *run = worker->run;
	fuzz_path(path, sizeof path, "%s/verdict.txt", finding->folder);
	FILE *file = fopen(path, "w");
	if (file == NULL)
		return complain(path);
	go_fuzz_rate_text(finding->failures, finding->runs, rate, sizeof rate);
	fprintf(file, "verdict  %s\nrule     %s\nwhere    %s\n", verdict_name(verdict->kind),
		verdict->rule[0] != '\0' ? verdict->rule : "-", verdict->where);
	if (verdict->session > 0)
		fprintf(file,
			"trace    trace-%" PRIu32 ".trace, generation %" PRIu64 ", offset %" PRIu64
			"\n",
			verdict->session, verdict->generation, verdict->offset);
	fprintf(file, "rate     %s\ngo       %s, %s build\nreader   %s\ndriver   %s\n", rate,
		run->toolchain.version, scenario_build_names[run->options.build.build],
		run->reader_version[0] != '\0' ? run->reader_version : "none", finding->hello);
	if (finding->disagreement[0] != '\0')
		fprintf(file, "\n%s\n", finding->disagreement);
	fprintf(file, "\n%s\n", verdict->text);
	return fclose(file) == 0 || complain(path);
}

static void remove_traces(const struct go_fuzz_finding *finding)
{
	char pattern[FUZZ_PATH_SIZE];
	glob_t traces;
	fuzz_path(pattern, sizeof pattern, "%s/trace-*.trace", finding->folder);
	if (glob(pattern, GLOB_NOSORT, NULL, &traces) == 0) {
		for (size_t i = 0; i < traces.gl_pathc; i++)
			unlink(traces.gl_pathv[i]);
	}
	globfree(&traces);
}

bool go_fuzz_folder_take_run(const struct go_fuzz_finding *finding,
			     const struct real_go_result *result)
{
	char prefix[FUZZ_PATH_SIZE];
	remove_traces(finding);
	fuzz_path(prefix, sizeof prefix, "%s/trace", finding->folder);
	return trace_files_write(prefix, result->sessions) &&
	       write_file(finding, "messages.txt", result->messages, strlen(result->messages));
}

bool go_fuzz_folder_begin(struct go_fuzz_worker *worker, struct go_fuzz_finding *finding)
{
	fuzz_path(finding->folder, sizeof finding->folder, "%s/" PARTIAL "%d",
		  worker->run->options.findings, (int)getpid());
	if (!fuzz_remove_folder(finding->folder) || !fuzz_make_folders(finding->folder))
		return false;
	finding->lock = lock_folder(finding->folder);
	if (finding->lock < 0)
		return complain(finding->folder);
	return write_scenario(worker, finding, "original.rut", &finding->original, 0, 0);
}

bool go_fuzz_folder_finish(struct go_fuzz_worker *worker, struct go_fuzz_finding *finding)
{
	char path[FUZZ_PATH_SIZE];
	fuzz_path(path, sizeof path, "%s/report.md", finding->folder);
	return write_scenario(worker, finding, "original.rut", &finding->original,
			      finding->original_failures, finding->original_runs) &&
	       write_scenario(worker, finding, "scenario.rut", &finding->scenario,
			      finding->failures, finding->runs) &&
	       write_script(finding) && write_replay(worker, finding) &&
	       write_verdict(worker, finding) && go_fuzz_report_write(worker, finding, path) &&
	       rename_folder(worker, finding);
}
