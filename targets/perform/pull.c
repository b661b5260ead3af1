/* Iterators: goroutines that run a program of the scenario whenever somebody asks. */
#include "api/runtime.h"
#include "executor/executor.h"
#include "perform/internal.h"

/* What each side did before it switched comes before what the other does then. */
static void give(struct pull *pull)
{
	user_data_after_release(&pull->shared, user_data_before_release());
}

static void take(struct pull *pull)
{
	user_data_after_acquire(user_data_before_acquire(&pull->shared));
}

static bool may_begin(const struct pulls *pulls)
{
	const struct scenario *scenario = performance.options.scenario;
	if (!runtime_has_pull(scenario->configuration.dialect) || pulls->count == PULL_COUNT_MAX)
		return false;
	executor_enter_shared();
	bool is_allowed = performance.alive_count < GOROUTINE_COUNT_MAX;
	performance.alive_count += is_allowed;
	executor_leave_shared();
	return is_allowed;
}

static void run_sequence(void *argument)
{
	struct pull *pull = argument;
	take(pull);
	perform_sequence(pull);
	executor_enter_shared();
	performance.alive_count--;
	executor_leave_shared();
	give(pull);
}

void perform_pull(struct pulls *pulls, uint16_t program)
{
	if (!may_begin(pulls))
		return;
	struct pull *pull = executor_allocate(sizeof *pull);
	pull->program = program;
	pull->iterator = runtime_pull(run_sequence, pull, NULL);
	if (pull->iterator != NULL)
		pulls->open[pulls->count++] = pull;
}

void perform_pull_next(struct pulls *pulls)
{
	if (pulls->count == 0)
		return;
	struct pull *pull = pulls->open[pulls->count - 1];
	give(pull);
	bool has_value = runtime_pull_next(pull->iterator);
	take(pull);
	if (!has_value)
		pulls->count--;
}

bool perform_pull_yield(struct pulls *pulls)
{
	give(pulls->own);
	bool is_wanted = runtime_pull_yield(pulls->own->iterator);
	take(pulls->own);
	return is_wanted;
}

void perform_pull_stop_all(struct pulls *pulls)
{
	while (pulls->count > 0) {
		struct pull *pull = pulls->open[--pulls->count];
		give(pull);
		runtime_pull_stop(pull->iterator);
		take(pull);
	}
}
