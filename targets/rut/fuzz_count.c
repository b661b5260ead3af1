#include "rut/fuzz.h"

static uint64_t value(const _Atomic uint64_t *number)
{
	return atomic_load_explicit(number, memory_order_relaxed);
}

void fuzz_counts_add(struct fuzz_counts *sum, const struct fuzz_counts *counts)
{
	sum->executions += counts->executions;
	sum->steps += counts->steps;
	sum->signals_handled += counts->signals_handled;
	sum->signals_sent += counts->signals_sent;
	sum->busy_ms += counts->busy_ms;
}

static struct fuzz_counts counts_of_slice(const struct fuzz_run *run,
					  const struct fuzz_slice *slice)
{
	const struct engine_page *page = slice->page;
	struct fuzz_counts counts = {0};
	if (!page)
		return counts;
	counts.executions = value(&page->executions);
	counts.steps = value(&page->steps);
	counts.signals_handled = value(&page->signals_handled);
	counts.signals_sent = value(&page->signals_sent);
	counts.busy_ms = fuzz_now_ms() - run->started_ms - slice->started_ms;
	return counts;
}

struct fuzz_counts fuzz_counts_of(const struct fuzz_run *run, const struct fuzz_target *target,
				  enum fuzz_build build, enum fuzz_engine engine)
{
	struct fuzz_counts sum = target->counts[build][engine];
	for (uint32_t i = 0; i < run->options.jobs; i++) {
		const struct fuzz_slice *slice = &run->slices[i];
		if (slice->target != target || slice->build != build || slice->engine != engine)
			continue;
		struct fuzz_counts counts = counts_of_slice(run, slice);
		fuzz_counts_add(&sum, &counts);
	}
	return sum;
}

struct fuzz_counts fuzz_counts_of_target(const struct fuzz_run *run,
					 const struct fuzz_target *target)
{
	struct fuzz_counts sum = {0};
	for (int build = 0; build < FUZZ_BUILD_COUNT; build++) {
		for (int engine = 0; engine < FUZZ_ENGINE_COUNT; engine++) {
			struct fuzz_counts counts = fuzz_counts_of(
				run, target, (enum fuzz_build)build, (enum fuzz_engine)engine);
			fuzz_counts_add(&sum, &counts);
		}
	}
	return sum;
}

struct fuzz_counts fuzz_counts_of_run(const struct fuzz_run *run)
{
	struct fuzz_counts sum = {0};
	for (size_t i = 0; i < run->target_count; i++) {
		struct fuzz_counts counts = fuzz_counts_of_target(run, &run->targets[i]);
		fuzz_counts_add(&sum, &counts);
	}
	return sum;
}

/* The first slice that reads a corpus sees all of it as new. */
void fuzz_count_look(const struct fuzz_run *run, struct fuzz_slice *slice)
{
	struct fuzz_target *target = slice->target;
	bool is_new = false;
	if (!slice->page)
		return;
	uint64_t edge_count = value(&slice->page->edge_count);
	if (edge_count > target->edge_count) {
		target->edge_count = edge_count;
		is_new = true;
	}
	for (size_t i = 0; i < PAGE_PAIR_COUNT / PAGE_WORD_BITS; i++) {
		uint64_t added = value(&slice->page->pairs[i]) & ~target->pairs[i];
		target->pairs[i] |= added;
		target->pair_count += (uint64_t)__builtin_popcountll(added);
		is_new |= added != 0;
	}
	if (is_new)
		target->new_ms = fuzz_now_ms() - run->started_ms;
}

void fuzz_count_end(struct fuzz_run *run, struct fuzz_slice *slice)
{
	if (!slice->page)
		return;
	fuzz_count_look(run, slice);
	struct fuzz_counts counts = counts_of_slice(run, slice);
	uint64_t reached = value(&slice->page->reached);
	uint64_t triggered = value(&slice->page->triggered);
	page_close(slice->page);
	slice->page = NULL;
	/* Of the whole run: behind what ended, and in the order in which slices end. */
	uint64_t before = 0;
	for (size_t i = 0; i < run->target_count; i++)
		for (int build = 0; build < FUZZ_BUILD_COUNT; build++)
			for (int engine = 0; engine < FUZZ_ENGINE_COUNT; engine++)
				before += run->targets[i].counts[build][engine].executions;
	if (reached > 0 && run->reached == 0)
		run->reached = before + reached;
	if (triggered > 0 && run->triggered == 0)
		run->triggered = before + triggered;
	fuzz_counts_add(&slice->target->counts[slice->build][slice->engine], &counts);
}
