#include "engine/execution.h"

#include "base/defect.h"
#include "engine/coverage.h"

static void count_up(_Atomic uint64_t *number, uint64_t by)
{
	atomic_fetch_add_explicit(number, by, memory_order_relaxed);
}

void execution_count(uint64_t steps, uint64_t signals_handled, uint64_t signals_sent)
{
	struct engine_page *page = page_attach();
	count_up(&page->steps, steps);
	count_up(&page->signals_handled, signals_handled);
	count_up(&page->signals_sent, signals_sent);
}

void execution_look_at_defect(void)
{
	struct engine_page *page = page_attach();
	if (page->reached == 0 && defect_was_reached())
		page->reached = page->executions;
}

void execution_tell(void)
{
	struct engine_page *page = page_attach();
	coverage_tell(page);
	coverage_give_pairs();
	execution_look_at_defect();
}

void execution_begin(void)
{
	count_up(&page_attach()->executions, 1);
}
