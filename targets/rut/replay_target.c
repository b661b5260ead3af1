#include "rut/replay_target.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/defect.h"
#include "rut/command.h"
#include "rut/fuzz.h"
#include "rut/input_target.h"
#include "rut/meaning.h"
#include "rut/own_build.h"
#include "rut/result_text.h"

/* False: a verdict of an engine or a sanitizer, which explain themselves. */
static bool is_ours(const struct fuzz_verdict *named, struct verdict *ret_verdict)
{
	*ret_verdict = (struct verdict){.kind = VERDICT_OK};
	for (int kind = 0; kind < VERDICT_COUNT; kind++) {
		if (strcmp(verdict_name((enum verdict_kind)kind), named->verdict) != 0)
			continue;
		verdict_set(ret_verdict, (enum verdict_kind)kind, named->rule, named->where, "");
		return true;
	}
	return false;
}

static void print_verdict(const struct fuzz_verdict *named)
{
	struct verdict verdict;
	if (named->verdict[0] == '\0' || is_ours(named, &verdict)) {
		if (named->verdict[0] == '\0')
			verdict = (struct verdict){.kind = VERDICT_OK};
		result_print_verdict(&verdict, stdout);
		if (named->where[0] != '\0')
			printf("  %s\n", named->where);
		if (verdict.kind != VERDICT_OK)
			meaning_print(&verdict, stdout);
		return;
	}
	printf("verdict   %s\n  %s\n", named->verdict, named->where);
}

void replay_print_builds(const char *path, const char *target)
{
	char builds[OWN_BUILD_PATH_SIZE];
	const char *preset, *heading = "builds ";
	if (target[0] == '\0' || !own_build_split(builds, &preset))
		return;
	for (int build = FUZZ_ASAN; build < FUZZ_BUILD_COUNT; build++) {
		const char *other = fuzz_build_tool_preset((enum fuzz_build)build);
		if (strcmp(other, preset) == 0 ||
		    !fuzz_build_judges((enum fuzz_build)build, target))
			continue;
		printf("%-9s %s/%s/bin/rut replay --target=%s %s\n", heading, builds, other, target,
		       path);
		heading = "";
	}
	printf("          A sanitizer sees what this build does not; `make fuzz' builds them.\n");
}

static void print_next(const char *path, const char *target, bool is_fine)
{
	if (fuzz_is_parallel(target))
		printf("threads   Another run may end otherwise.\n");
	if (is_fine)
		replay_print_builds(path, target);
	if (!input_target_takes_scenarios(target))
		printf("next      rut validate --strict %s\n", path);
	else if (!is_fine)
		printf("next      rut convert --target=%s %s\n", target, path);
}

/* Its own statuses 2 and 3 are not about the input. */
static bool could_run(struct fuzz_end end, const struct fuzz_verdict *verdict)
{
	const int status = WIFEXITED(end.status) ? WEXITSTATUS(end.status) : 0;
	return end.status != -1 &&
	       !(verdict->witness == FUZZ_NOBODY && (status == RUT_USAGE || status == RUT_HARNESS));
}

int replay_target(const char *path, const char *target)
{
	char program[FUZZ_PATH_SIZE], input[FUZZ_PATH_SIZE], *text = NULL;
	struct fuzz_verdict verdict;
	if (access(path, R_OK) != 0) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return RUT_USAGE;
	}
	input_target_program(target, program, sizeof program);
	fuzz_path(input, sizeof input, "%s", path);
	fuzz_environment_set(
		&(struct fuzz_environment){.target = target, .defect = defect_switched_text()});
	char *argv[] = {program, input, NULL};
	const struct fuzz_end end = fuzz_input_run(argv, &text, &verdict);
	printf("target    %s\nprogram   %s\n\n%s\n", target, program, text != NULL ? text : "");
	free(text);
	if (!could_run(end, &verdict)) {
		fprintf(stderr, "%s: could not run %s\n", program, path);
		return RUT_HARNESS;
	}
	if (end.cause == FUZZ_AT_LIMIT)
		verdict = (struct fuzz_verdict){.verdict = "livelock",
						.where = "it did not end in a minute"};
	print_verdict(&verdict);
	const bool is_fine = verdict.verdict[0] == '\0';
	print_next(path, target, is_fine);
	return is_fine ? RUT_FINE : RUT_FINDING;
}
