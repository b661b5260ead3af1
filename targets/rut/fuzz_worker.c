/* A finding's folder: input, scenario.rut where there is one, verdict.txt, finding.json, replay. It
 * is whole before it gets its name; what is made smaller replaces a file at once. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "perform/points.h"
#include "rut/fuzz.h"
#include "rut/input_target.h"
#include "rut/scenario_file.h"

enum { REPLAY_COUNT = 2, EXIT_BROKEN = 3 };

static void set_environment(const struct fuzz_finding *finding)
{
	fuzz_environment_set(&(struct fuzz_environment){.target = finding->record.target,
							.defect = finding->record.defect});
}

/* Whether PROGRAM fails with INPUT in the way that is on record. */
static enum fuzz_replay replay(const struct fuzz_finding *finding, char *program, char *input)
{
	char limit[32], *text = NULL;
	struct fuzz_verdict verdict;
	snprintf(limit, sizeof(limit), "-timeout=%d", FUZZ_INPUT_TIME_MAX_S);
	char *argv[] = {program, limit, input, NULL};
	const struct fuzz_end end = fuzz_input_run(argv, &text, &verdict);
	free(text);
	if (end.cause != FUZZ_BY_ITSELF || end.status == -1 ||
	    (WIFEXITED(end.status) && WEXITSTATUS(end.status) == EXIT_BROKEN))
		return FUZZ_TELLS_NOTHING;
	const bool is_same = strcmp(verdict.verdict, finding->record.verdict.verdict) == 0 &&
			     strcmp(verdict.rule, finding->record.verdict.rule) == 0;
	return is_same ? FUZZ_FAILS : FUZZ_FAILS_NOT;
}

enum fuzz_replay fuzz_finding_replay(const struct fuzz_run *run, const struct fuzz_finding *finding,
				     char *input)
{
	char program[FUZZ_PATH_SIZE];
	set_environment(finding);
	fuzz_target_path(run, finding->record.target, finding->build, FUZZ_LIBFUZZER, program,
			 sizeof(program));
	return replay(finding, program, input);
}

/* Inputs of a reader of traces are no scenario. What cannot be written is not there, and is not
 * announced. */
static void write_text(const struct fuzz_finding *finding, const char *input, const char *path)
{
	static struct scenario scenario;
	static struct scenario_text text;
	static char printed[SCENARIO_TEXT_SIZE_MAX];
	const char *target = finding->record.target;
	if (!input_target_takes_scenarios(target) ||
	    !scenario_file_read_input(input, target, &scenario, &text))
		return;
	if (!fuzz_write_file(path, printed,
			     scenario_print(&scenario, &text, &perform_points, printed)))
		unlink(path);
}

static bool write_replay(const struct fuzz_run *run, const struct fuzz_finding *finding,
			 const char *folder)
{
	char path[FUZZ_PATH_SIZE], program[FUZZ_PATH_SIZE];
	fuzz_path(path, sizeof(path), "%s/replay", folder);
	FILE *file = fopen(path, "w");
	if (!file)
		return false;
	set_environment(finding);
	fuzz_target_path(run, finding->record.target, finding->build, FUZZ_LIBFUZZER, program,
			 sizeof(program));
	fprintf(file, "#!/bin/sh\n# From the top of the repository.\n");
	fprintf(file, "export TSAN_OPTIONS='%s'\nexport ASAN_OPTIONS='%s'\n",
		getenv("TSAN_OPTIONS"), getenv("ASAN_OPTIONS"));
	fprintf(file, "export UBSAN_OPTIONS='%s'\n", getenv("UBSAN_OPTIONS"));
	if (finding->record.defect[0])
		fprintf(file, "export TRACER_FUZZ_DEFECT='%s'\n", finding->record.defect);
	fprintf(file, "folder=$(dirname \"$0\")\ninput=$folder/input\n");
	fprintf(file, "[ ! -f \"$input.small\" ] || input=$input.small\n");
	fprintf(file, "exec '%s' \"$input\"\n", program);
	return fclose(file) == 0 && chmod(path, 0755) == 0;
}

/* What the program printed as it failed, below what is on record. */
static bool write_verdict(const struct fuzz_finding *finding, const char *folder)
{
	char path[FUZZ_PATH_SIZE], block[4096];
	const struct fuzz_record *record = &finding->record;
	fuzz_path(path, sizeof(path), "%s/verdict.txt", folder);
	FILE *file = fopen(path, "w");
	if (!file)
		return false;
	fprintf(file, "verdict  %s\nrule     %s\nwhere    %s\n", record->verdict.verdict,
		record->verdict.rule[0] ? record->verdict.rule : "-", record->verdict.where);
	fprintf(file, "target   %s, %s, %s, seed %" PRIu32 "\n", record->target, record->judge,
		record->engine, record->seed);
	if (record->defect[0])
		fprintf(file, "defect   %s\n", record->defect);
	fprintf(file, "found    after %" PRIu64 " executions of the target, %.1f s\n\n",
		record->executions, (double)record->found_ms / 1000);
	fuzz_path(path, sizeof(path), "%s/output.txt", finding->slice_folder);
	FILE *output = fopen(path, "r");
	for (size_t size; output && (size = fread(block, 1, sizeof(block), output)) > 0;)
		fwrite(block, 1, size, file);
	if (output)
		fclose(output);
	return fclose(file) == 0;
}

/* Everything but what is made small. */
static bool fill(const struct fuzz_run *run, struct fuzz_finding *finding, const char *folder)
{
	char input[FUZZ_PATH_SIZE], path[FUZZ_PATH_SIZE];
	struct fuzz_record *record = &finding->record;
	fuzz_path(input, sizeof(input), "%s/input", folder);
	if (!fuzz_copy_file(finding->artifact, input) || !write_verdict(finding, folder) ||
	    !write_replay(run, finding, folder) || !fuzz_finding_mark(folder, getppid()))
		return false;
	for (int i = 0; i < REPLAY_COUNT; i++) {
		const enum fuzz_replay result = fuzz_finding_replay(run, finding, input);
		record->replay_count += result != FUZZ_TELLS_NOTHING;
		record->failure_count += result == FUZZ_FAILS;
	}
	fuzz_path(path, sizeof(path), "%s/scenario.rut", folder);
	write_text(finding, input, path);
	fuzz_path(path, sizeof(path), "%s/finding.json", folder);
	return fuzz_record_write(record, path);
}

static bool publish(const struct fuzz_run *run, struct fuzz_finding *finding, const char *folder)
{
	if (!fuzz_sync_folder(folder) || rename(folder, finding->folder) != 0) {
		fprintf(stderr, "%s: %s\n", finding->folder, strerror(errno));
		return false;
	}
	return fuzz_sync_folder(run->options.findings) && fuzz_remove_folder(finding->slice_folder);
}

static void make_small(const struct fuzz_run *run, struct fuzz_finding *finding, bool shrinks)
{
	struct fuzz_record *record = &finding->record;
	if (!run->options.shrinks)
		return;
	if (record->failure_count == 0)
		snprintf(record->unshrunk, sizeof(record->unshrunk), "it did not fail again");
	else if (!shrinks)
		snprintf(record->unshrunk, sizeof(record->unshrunk), "the run was ended");
	else if (fuzz_is_of_tracer(record->target))
		fuzz_shrink_scenario(run, finding);
	else
		fuzz_shrink_bytes(run, finding);
}

int fuzz_worker(const struct fuzz_run *run, struct fuzz_finding *finding, bool shrinks)
{
	char folder[FUZZ_PATH_SIZE], path[FUZZ_PATH_SIZE];
	fuzz_path(folder, sizeof(folder), "%s/.fuzz-%d", run->options.findings, (int)getpid());
	if (!fuzz_remove_folder(folder) || !fuzz_make_folders(folder) ||
	    !fill(run, finding, folder) || !publish(run, finding, folder))
		return EXIT_BROKEN;
	make_small(run, finding, shrinks);
	fuzz_path(path, sizeof(path), "%s/finding.json", finding->folder);
	return fuzz_record_write(&finding->record, path) ? 0 : EXIT_BROKEN;
}
