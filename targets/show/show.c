#include "show/show.h"

#include "base/defect.h"
#include "show/decision.h"
#include "show/page.h"
#include "show/recording.h"

enum { STEPS_BEFORE = 50 };

/* To the first deciding step, as far as twice the steps go. */
static void reach_back(struct page *page)
{
	uint32_t earliest = page->last > 2 * SHOW_STEP_COUNT_DEFAULT
				    ? page->last - 2 * SHOW_STEP_COUNT_DEFAULT + 1
				    : 1;
	for (uint32_t i = 0; i < page->decisions->count; i++) {
		uint32_t step = page->decisions->all[i].step;
		if (step < earliest + STEPS_BEFORE || step >= page->first)
			continue;
		page->first = step - STEPS_BEFORE;
		return;
	}
}

static void choose_steps(const struct show_options *options, struct page *page)
{
	uint32_t total = recording.step_count;
	if (options->first == 0 && options->last == 0) {
		page->last = total;
		page->first = total > SHOW_STEP_COUNT_DEFAULT ? total - SHOW_STEP_COUNT_DEFAULT + 1
							      : 1;
		reach_back(page);
		return;
	}
	page->first = options->first < total ? (uint32_t)options->first : total;
	page->last = options->last < total ? (uint32_t)options->last : total;
	if (page->first == 0)
		page->first = 1;
	if (page->last < page->first)
		page->last = page->first;
	if (page->last - page->first >= SHOW_STEP_COUNT_MAX)
		page->last = page->first + SHOW_STEP_COUNT_MAX - 1;
}

void show_record(const struct show_options *options, struct run_result *ret_result,
		 struct decisions *ret_decisions)
{
	struct run_options run_options = run_options_for(options->scenario);
	run_options.onlooker = recording_observe;
	run_options.listener = options->listener;
	run_options.hit_listener = recording_hit;
	run_options.listener_context = options->listener_context;
	recording_begin(scenario_dialect_is_v1(options->scenario->configuration.dialect));
	run_scenario(&run_options, ret_result);
	recording_end();
	decisions_find(options->scenario, options->text, ret_result, ret_decisions);
}

void show_run(const struct show_options *options, FILE *stream, struct run_result *ret_result)
{
	static struct decisions decisions;
	show_record(options, ret_result, &decisions);
	struct page page = {
		.name = options->name,
		.defect = defect_switched_text(),
		.scenario = options->scenario,
		.text = options->text,
		.result = ret_result,
		.decisions = &decisions,
	};
	choose_steps(options, &page);
	page_write(&page, stream);
}
