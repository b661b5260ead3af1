/* A finding is a folder: input, scenario.rut, verdict.txt, replay. The same verdict, rule and place
 * is the same finding, however many inputs show it. */
#include "rut/fuzz.h"

#include <glob.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { REPLAY_COUNT = 2 };

static struct fuzz_finding *known(struct fuzz_run *run, const struct fuzz_verdict *verdict)
{
	for (size_t i = 0; i < run->finding_count; i++) {
		if (fuzz_verdict_is_same(&run->findings[i].verdict, verdict))
			return &run->findings[i];
	}
	return NULL;
}

/* The first free number in the folder of findings, so that runs do not overwrite each other. */
static bool make_folder(const struct fuzz_run *run, struct fuzz_finding *finding)
{
	const struct fuzz_verdict *verdict = &finding->verdict;
	for (uint32_t number = 1; number < 100000; number++) {
		char pattern[FUZZ_PATH_SIZE];
		glob_t taken;
		fuzz_path(finding->folder, sizeof(finding->folder), "%s/%" PRIu32 "-%s%s%s",
			  run->options.findings, number, verdict->verdict,
			  verdict->rule[0] ? "-" : "", verdict->rule);
		/* Numbers are unique, whatever stands behind them. */
		fuzz_path(pattern, sizeof(pattern), "%s/%" PRIu32 "-*", run->options.findings,
			  number);
		int result = glob(pattern, GLOB_NOSORT, NULL, &taken);
		globfree(&taken);
		if (result == GLOB_NOMATCH) {
			finding->number = number;
			return fuzz_make_folders(finding->folder);
		}
	}
	return false;
}

/* How many of REPLAY_COUNT runs of the kept input fail again. */
static int replay_failures(char *program, char *input)
{
	char limit[32];
	int failure_count = 0;
	snprintf(limit, sizeof(limit), "-timeout=%d", FUZZ_INPUT_TIME_MAX_S);
	char *argv[] = {program, limit, input, NULL};
	for (int i = 0; i < REPLAY_COUNT; i++) {
		int status = fuzz_child_run(argv, NULL);
		failure_count += status != 0 && status != -1;
	}
	return failure_count;
}

/* Asks the tool for the text form; false when it could not say. */
static bool write_text_form(const struct fuzz_run *run, const struct fuzz_finding *finding,
			    char *input)
{
	char tool[FUZZ_PATH_SIZE], path[FUZZ_PATH_SIZE], command[] = "convert";
	fuzz_path(tool, sizeof(tool), "%s/dev/bin/rut", run->options.build);
	fuzz_path(path, sizeof(path), "%s/scenario.rut", finding->folder);
	char *argv[] = {tool, command, input, NULL};
	FILE *file = fuzz_is_executable(tool) ? fopen(path, "w") : NULL;
	if (!file)
		return false;
	int status = fuzz_child_run(argv, file);
	bool is_written = fclose(file) == 0 && status == 0;
	if (!is_written)
		unlink(path);
	return is_written;
}

static void write_replay(const struct fuzz_run *run, const struct fuzz_finding *finding,
			 const char *program, const char *input)
{
	char path[FUZZ_PATH_SIZE];
	fuzz_path(path, sizeof(path), "%s/replay", finding->folder);
	FILE *file = fopen(path, "w");
	if (!file)
		return;
	fprintf(file, "#!/bin/sh\n# From the top of the repository.\n");
	fprintf(file, "export TSAN_OPTIONS='%s'\nexport ASAN_OPTIONS='%s'\n",
		getenv("TSAN_OPTIONS"), getenv("ASAN_OPTIONS"));
	fprintf(file, "export UBSAN_OPTIONS='%s'\n", getenv("UBSAN_OPTIONS"));
	if (run->options.defect)
		fprintf(file, "export TRACER_FUZZ_DEFECT='%s'\n", run->options.defect);
	fprintf(file, "exec '%s' '%s'\n", program, input);
	fclose(file);
	chmod(path, 0755);
}

static void write_verdict(const struct fuzz_slice *slice, const struct fuzz_finding *finding,
			  const char *effort)
{
	char path[FUZZ_PATH_SIZE];
	fuzz_path(path, sizeof(path), "%s/verdict.txt", finding->folder);
	FILE *file = fopen(path, "w");
	if (!file)
		return;
	fprintf(file, "verdict  %s\nrule     %s\nwhere    %s\n", finding->verdict.verdict,
		finding->verdict.rule[0] ? finding->verdict.rule : "-", finding->verdict.where);
	fprintf(file, "target   %s, %s, -seed=%" PRIu32 "\n%s\n\n", slice->target->name,
		fuzz_target_judge(slice->target, slice->build), slice->seed, effort);
	fwrite(slice->text, 1, slice->text_size, file);
	fclose(file);
}

static void print_run(const struct fuzz_run *run, const struct fuzz_finding *finding,
		      const char *what, const char *preset, const char *options)
{
	printf("  %-8s %s/%s/bin/rut run %s%s/scenario.rut%s%s\n", what, run->options.build, preset,
	       options, finding->folder, run->options.defect ? " --defect " : "",
	       run->options.defect ? run->options.defect : "");
}

/* How to see more: the tool of the same judge runs a tracer's scenario; a canary and a part of
 * tracers are none. What real threads showed is to be searched for where it can be replayed. */
static void print_look(const struct fuzz_run *run, const struct fuzz_finding *finding)
{
	const char *preset = finding->build == FUZZ_PLAIN ? "dev"
							  : fuzz_build_preset(finding->build);
	if (strncmp(finding->target->name, "race_trace_", 11) == 0) {
		print_run(run, finding, "look:", preset, "--executor=threads --repeat=20 ");
		print_run(run, finding, "search:", preset, "--search ");
	} else if (strncmp(finding->target->name, "fuzz_trace_", 11) == 0) {
		print_run(run, finding, "look:", preset, "");
	} else {
		printf("  look:    %s/scenario.rut\n", finding->folder);
	}
	printf("\n");
}

static void keep_new(struct fuzz_run *run, struct fuzz_slice *slice, const char *artifact)
{
	struct fuzz_finding *finding = &run->findings[run->finding_count];
	char input[FUZZ_PATH_SIZE], program[FUZZ_PATH_SIZE], effort[256];
	*finding = (struct fuzz_finding){.verdict = slice->verdict,
					 .target = slice->target,
					 .build = slice->build,
					 .count = 1};
	fuzz_table_clear(run);
	if (!make_folder(run, finding)) {
		run->has_failed = true;
		run->is_stopping = true;
		return;
	}
	run->finding_count++;
	fuzz_path(input, sizeof(input), "%s/input", finding->folder);
	fuzz_target_path(run, slice->target, slice->build, program, sizeof(program));
	if (!fuzz_copy_file(artifact, input))
		run->has_failed = true;
	int64_t found_ms = fuzz_now_ms() - run->started_ms;
	snprintf(effort, sizeof(effort),
		 "found after %" PRIu64 " executions of %s, %" PRId64 ".%" PRId64 " s",
		 fuzz_target_executions(run, slice->target), slice->target->name, found_ms / 1000,
		 found_ms % 1000 / 100);
	write_verdict(slice, finding, effort);
	fuzz_child_environment(run, slice->target);
	write_replay(run, finding, program, input);
	bool has_text = write_text_form(run, finding, input);

	printf("\nFINDING %" PRIu32 "  %s", finding->number, finding->verdict.verdict);
	if (finding->verdict.rule[0])
		printf("  rule %s", finding->verdict.rule);
	printf("  %s\n  %s\n", finding->verdict.where, effort);
	printf("  replay:  %s/replay   fails again %d of %d times\n", finding->folder,
	       replay_failures(program, input), REPLAY_COUNT);
	if (has_text)
		print_look(run, finding);
	else
		printf("  no scenario.rut: %s/dev/bin/rut has no text form of this input\n\n",
		       run->options.build);
	fflush(stdout);
}

void fuzz_finding_keep(struct fuzz_run *run, struct fuzz_slice *slice, const char *artifact)
{
	/* The first one ended the run; what other children found meanwhile was not asked for. */
	if (run->options.defect && run->finding_count > 0)
		return;
	if (slice->verdict.witness == FUZZ_NOBODY)
		slice->verdict = (struct fuzz_verdict){.witness = FUZZ_ENGINE, .verdict = "crash"};
	slice->target->finding_count++;
	struct fuzz_finding *same = known(run, &slice->verdict);
	if (same)
		same->count++;
	else if (run->finding_count < FUZZ_FINDING_COUNT_MAX)
		keep_new(run, slice, artifact);
	if (run->options.defect || run->finding_count == FUZZ_FINDING_COUNT_MAX)
		run->is_stopping = true;
}
