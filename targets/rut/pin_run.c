#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fatal.h"
#include "rut/pin.h"
#include "show/recording.h"
#include "show/show.h"

struct pin_run *pin_runs_allocate(unsigned count)
{
	struct pin_run *runs = mmap(NULL, count * sizeof *runs, PROT_READ | PROT_WRITE,
				    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ensure(runs != MAP_FAILED);
	return runs;
}

static void run_here(const struct pin *pin, struct pin_run *run)
{
	static struct run_result result;
	const struct show_options options = {.scenario = &pin->file.scenario,
					     .text = &pin->file.text};
	defect_reset();
	ensure(strcmp(run->setting, "default") == 0 || defect_switch(run->setting));
	show_record(&options, &result, &run->decisions);
	run->verdict = result.verdict;
	run->hash = result.simulation.hash;
	run->trace_hash = result.trace_hash;
	run->step_count = recording.step_count;
	for (uint32_t step = 1; step <= recording.step_count; step++)
		run->pass_counts[recording_step(step)->point]++;
	for (uint32_t i = 0; i < run->decisions.count; i++) {
		const struct recorded_step *step = recording_step(run->decisions.all[i].step);
		run->decision_points[i] = step->point;
		run->decision_ms[i] = step->m;
	}
	run->is_done = true;
}

void pin_run_once(const struct pin *pin, const char *setting, struct pin_run *ret_run)
{
	memset(ret_run, 0, sizeof *ret_run);
	snprintf(ret_run->setting, sizeof ret_run->setting, "%s", setting);
	fflush(stdout);
	const pid_t child = fork();
	ensure(child >= 0);
	if (child == 0) {
		run_here(pin, ret_run);
		_exit(0);
	}
	ensure(waitpid(child, NULL, 0) == child);
}

bool pin_fails_without(const struct pin *pin)
{
	return pin->runs[pin->run_count - 1].verdict.kind != VERDICT_OK;
}

static bool is_passed_in_all(const struct pin *pin, uint16_t point)
{
	for (unsigned i = 0; i < pin->run_count; i++)
		if (pin->runs[i].pass_counts[point] == 0)
			return false;
	return true;
}

bool pin_choose_mark(const struct pin *pin, uint16_t *ret_mark)
{
	const struct pin_run *failing = &pin->runs[0];
	bool is_found = false;
	uint32_t least = UINT32_MAX;
	for (uint32_t i = 0; i < failing->decisions.count; i++) {
		uint16_t point = failing->decision_points[i];
		if (!is_passed_in_all(pin, point) || failing->pass_counts[point] > least)
			continue;
		least = failing->pass_counts[point];
		*ret_mark = point;
		is_found = true;
	}
	/* What all Ms pass on their way is better than no mark at all. */
	for (uint16_t point = 1; !is_found && point < POINT_LIMIT; point++) {
		if (!is_passed_in_all(pin, point) || failing->pass_counts[point] >= least)
			continue;
		least = failing->pass_counts[point];
		*ret_mark = point;
	}
	return least != UINT32_MAX;
}
