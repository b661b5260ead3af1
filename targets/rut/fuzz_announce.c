/* What is said of a finding when its folder is there: what it is, and what to type next. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "rut/fuzz.h"

static void print_verdict(const struct fuzz_verdict *verdict)
{
	printf("%s", verdict->verdict);
	if (verdict->rule[0])
		printf("  rule %s", verdict->rule);
	printf("  %s\n", verdict->where);
}

static void print_effort(const struct fuzz_finding *finding)
{
	const struct fuzz_record *record = &finding->record;
	if (finding->is_recovered)
		printf("  found by a run that was killed, in %s (%s, %s)\n", record->target,
		       record->judge, record->engine);
	else
		printf("  found after %" PRIu64 " executions of %s (%s, %s), %.1f s\n",
		       record->executions, record->target, record->judge, record->engine,
		       (double)record->found_ms / 1000);
}

static void print_size(const struct fuzz_finding *finding)
{
	const struct fuzz_record *record = &finding->record;
	char small[FUZZ_PATH_SIZE], input[FUZZ_PATH_SIZE];
	printf("  ");
	fuzz_path(small, sizeof(small), "%s/input.small", finding->folder);
	fuzz_path(input, sizeof(input), "%s/input", finding->folder);
	if (record->is_shrunk)
		printf("shrunk from %" PRIu32 " operations and %" PRIu32 " overrides to %" PRIu32
		       " and %" PRIu32 ", ",
		       record->found.operations, record->found.overrides, record->small.operations,
		       record->small.overrides);
	else if (fuzz_is_file(small))
		printf("input.small does the same with %" PRId64 " of %" PRId64 " bytes, ",
		       fuzz_file_size(small), fuzz_file_size(input));
	if (record->replay_count > 0)
		printf("verified %" PRIu32 " of %" PRIu32, record->failure_count,
		       record->replay_count);
	else
		printf("not verified: no replay came to its end");
	printf("%s%s\n", record->unshrunk[0] ? "; not made small: " : "", record->unshrunk);
}

/* `rut COMMAND OPTIONS scenario.rut` in the judge's own build. */
static void print_tool(const struct fuzz_run *run, const struct fuzz_finding *finding,
		       const char *what, const char *command, const char *options)
{
	const char *defect = finding->record.defect;
	printf("  %-8s %s/%s/bin/rut %s %s%s%s%s%s/scenario.rut\n", what, run->options.build,
	       fuzz_build_tool_preset(finding->build), command, defect[0] ? "-d " : "", defect,
	       defect[0] ? " " : "", options, finding->folder);
}

/* Where a defect with an issue is on; a defect of the runtime as it is has no issue yet. */
static void print_pin(const struct fuzz_run *run, const struct fuzz_finding *finding)
{
	unsigned long issue;
	const char *defect = finding->record.defect;
	/* The judges of races are builds of their own. */
	const char *preset = strcmp(finding->record.verdict.verdict, "race") == 0
				     ? fuzz_build_tool_preset(finding->build)
				     : "dev";
	if (sscanf(defect, "issue_%lu", &issue) == 1)
		printf("  pin:     %s/%s/bin/rut pin -d %s %s %lu\n", run->options.build, preset,
		       defect, finding->folder, issue);
}

/* `rut` runs a tracer's scenario as its target does; a canary and a part of tracers are none, and
 * where the text could not be written the input itself is all there is. What real threads showed is
 * to be searched for where it can be replayed. */
static void print_commands(const struct fuzz_run *run, const struct fuzz_finding *finding)
{
	const char *target = finding->record.target;
	char scenario[FUZZ_PATH_SIZE];
	fuzz_path(scenario, sizeof(scenario), "%s/scenario.rut", finding->folder);
	const bool has_scenario = fuzz_is_file(scenario);
	if (has_scenario && fuzz_is_of_tracer(target)) {
		print_tool(run, finding, "replay:", "replay", "");
		print_tool(run, finding, "look:", "show", "-o run.html ");
		print_pin(run, finding);
		return;
	}
	printf("  replay:  %s/replay\n", finding->folder);
	if (has_scenario && strncmp(target, "race_trace_", 11) == 0) {
		print_tool(run, finding, "look:", "run", "--executor=threads --repeat=20 ");
		print_tool(run, finding, "search:", "run", "--search ");
	} else {
		printf("  look:    %s/verdict.txt\n", finding->folder);
	}
}

static void announce(const struct fuzz_run *run, const struct fuzz_finding *finding,
		     const char *origin)
{
	printf("\nFINDING %" PRIu32 "%s  ", finding->number, origin);
	print_verdict(&finding->record.verdict);
	print_effort(finding);
	print_size(finding);
	print_commands(run, finding);
	printf("\n");
	fflush(stdout);
}

void fuzz_announce(const struct fuzz_run *run, const struct fuzz_finding *finding)
{
	announce(run, finding, "");
}

void fuzz_announce_left(const struct fuzz_run *run, const struct fuzz_finding *finding)
{
	announce(run, finding, " kept by a run that was killed");
}

void fuzz_announce_again(const struct fuzz_run *run, const struct fuzz_finding *finding)
{
	printf("\nFINDING seen before  ");
	print_verdict(&finding->record.verdict);
	printf("  again after %" PRIu64 " executions of %s, %.1f s\n",
	       run->first_target ? fuzz_counts_of_target(run, run->first_target).executions : 0,
	       run->first_target ? run->first_target->name : "",
	       (double)run->first_found_ms / 1000);
	print_commands(run, finding);
	printf("\n");
	fflush(stdout);
}
