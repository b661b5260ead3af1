#include "engine/execution.h"

#include "base/defect.h"
#include "engine/coverage.h"

void execution_count(uint64_t steps, uint64_t signals_handled, uint64_t signals_sent)
{
	struct engine_page *page = page_attach();
	page_count_up(&page->steps, steps);
	page_count_up(&page->signals_handled, signals_handled);
	page_count_up(&page->signals_sent, signals_sent);
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
	page_count_up(&page_attach()->executions, 1);
}
