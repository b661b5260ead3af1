#include "shrink/finding.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fatal.h"
#include "run/run.h"

/* What a run told, in memory that a child process shares. */
struct told {
	struct verdict verdict;
	uint64_t step_count;
};

struct finding {
	const struct finding_options *options;
	struct verdict wanted;
	struct told *told;
};

bool finding_is_same(const struct verdict *left, const struct verdict *right)
{
	return left->kind == right->kind && strcmp(left->rule, right->rule) == 0 &&
	       strcmp(left->where, right->where) == 0;
}

static void run_here(const struct run_options *options, struct told *told)
{
	static struct run_result result;
	run_scenario(options, &result);
	told->verdict = result.verdict;
	told->step_count = result.simulation.step_count;
}

/* What ThreadSanitizer remembers of one run decides about its reports in the next. So each run is
 * the first one of a process; one that kills it has told nothing. */
static void run_in_child(const struct run_options *options, struct told *told)
{
	memset(told, 0, sizeof *told);
	const pid_t child = fork();
	ensure(child >= 0);
	if (child == 0) {
		run_here(options, told);
		_exit(0);
	}
	ensure(waitpid(child, NULL, 0) == child);
}

static void run_candidate(void *context, const struct scenario *candidate,
			  sim_step_listener *listener, sim_hit_listener *hit_listener,
			  struct shrink_run *ret_run)
{
	struct finding *finding = context;
	struct run_options options = run_options_for(candidate);
	options.listener = listener;
	options.hit_listener = hit_listener;
	if (finding->wanted.kind == VERDICT_RACE)
		run_in_child(&options, finding->told);
	else
		run_here(&options, finding->told);
	*ret_run = (struct shrink_run){
		.fails = finding_is_same(&finding->told->verdict, &finding->wanted),
		.step_count = finding->told->step_count,
	};
}

static bool goes_on(void *context, const struct shrink_progress *progress)
{
	const struct finding *finding = context;
	return finding->options->goes_on(finding->options->context, progress);
}

static struct told *map_told(void)
{
	static struct told *told;
	if (told == NULL)
		told = mmap(NULL, sizeof *told, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			    -1, 0);
	ensure(told != MAP_FAILED);
	return told;
}

static uint64_t run_count_max(const struct finding *finding)
{
	if (finding->options->run_count_max > 0)
		return finding->options->run_count_max;
	return finding->wanted.kind == VERDICT_RACE ? FINDING_RACE_RUN_COUNT : FINDING_RUN_COUNT;
}

enum shrink_ending finding_shrink(const struct finding_options *options, struct scenario *scenario,
				  struct verdict *ret_verdict, struct shrink_progress *ret_progress)
{
	struct finding finding = {.options = options, .told = map_told()};
	struct shrink_options shrink_options = {
		.run = run_candidate,
		.goes_on = goes_on,
		.context = &finding,
		.step_count_max = FINDING_STEP_COUNT_MAX,
	};
	const struct run_options first = run_options_for(scenario);
	run_in_child(&first, finding.told);
	finding.wanted = *ret_verdict = finding.told->verdict;
	if (finding.wanted.kind == VERDICT_OK) {
		*ret_progress = (struct shrink_progress){.run_count = 1, .smallest = scenario};
		return SHRINK_NO_FAILURE;
	}
	shrink_options.run_count_max = run_count_max(&finding);
	return shrink(&shrink_options, scenario, ret_progress);
}
