/* iter.Pull. Source: Go's iter/iter.go. */
#include "api/runtime.h"
#include "base/fatal.h"
#include "sched/coro.h"
#include "sched/goroutine.h"
#include "sched/race_context.h"
#include "trace/symbol.h"
#include "trace/tracer_kind.h"

struct runtime_pull {
	struct coro coro;
	/* Of whoever runs of the two sides. */
	runtime_entry *sequence;
	void *argument;
	bool has_value;
	bool is_done;  /* nobody asks or gives any more */
	uint8_t racer; /* what both tell the race detector of, and `next' writes */
};

bool runtime_has_pull(uint32_t dialect)
{
	return dialect >= TRACE_DIALECT_1_23;
}

static void operation_begin(enum symbol symbol)
{
	g_self()->operation_pc = symbol_pc(symbol);
	function_prologue(POINT_pull);
}

static void operation_end(void)
{
	g_self()->operation_pc = 0;
}

static void run_sequence(void *argument)
{
	struct runtime_pull *pull = argument;
	race_acquire(&pull->racer);
	if (!pull->is_done)
		pull->sequence(pull->argument);
	pull->has_value = false;
	pull->is_done = true;
	race_release(&pull->racer);
}

static void switch_sides(struct runtime_pull *pull)
{
	race_release(&pull->racer);
	coro_switch(&pull->coro);
	race_acquire(&pull->racer);
}

struct runtime_pull *runtime_pull(runtime_entry *sequence, void *argument, void *user)
{
	operation_begin(SYMBOL_pull);
	struct runtime_pull *pull = host_allocate(sizeof *pull);
	pull->sequence = sequence;
	pull->argument = argument;
	bool has_begun = coro_begin(&pull->coro, run_sequence, pull, symbol_pc(SYMBOL_coro_start),
				    user);
	operation_end();
	return has_begun ? pull : NULL;
}

bool runtime_pull_next(struct runtime_pull *pull)
{
	operation_begin(SYMBOL_pull_next);
	race_write(&pull->racer);
	if (!pull->is_done)
		switch_sides(pull);
	operation_end();
	return pull->has_value;
}

void runtime_pull_stop(struct runtime_pull *pull)
{
	operation_begin(SYMBOL_pull_stop);
	race_write(&pull->racer);
	if (!pull->is_done) {
		pull->is_done = true;
		switch_sides(pull);
	}
	operation_end();
}

bool runtime_pull_yield(struct runtime_pull *pull)
{
	operation_begin(SYMBOL_pull_yield);
	if (!pull->is_done) {
		pull->has_value = true;
		switch_sides(pull);
	}
	operation_end();
	return !pull->is_done;
}
