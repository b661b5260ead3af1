/* A finding, from the run that showed it to its folder. Runs are not deterministic, so all that is
 * said of it is counted. */
#include "rut_go/go_fuzz.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "real_go/shrink.h"
#include "rut/command.h"

enum {
	REPEAT_COUNT = 20,
	REPEAT_COUNT_OF_HANGS = 5, /* each takes as long as a run may take */
	SHRINK_TIME_MAX_MS = 60000,
};

struct pursuit {
	struct go_fuzz_worker *worker;
	struct go_fuzz_finding *finding;
	int64_t shrink_end_ms;
};

static void set_stage(struct go_fuzz_worker *worker, enum go_fuzz_stage stage)
{
	atomic_store(&worker->counters->stage_runs, 0);
	atomic_store(&worker->counters->stage, stage);
}

static bool is_in_haste(const struct go_fuzz_worker *worker)
{
	return atomic_load(&worker->run->shared->is_in_haste);
}

/* Whether RESULT, of a run of SCENARIO, is the finding again, and not another one that is
 * known. */
static bool is_again(const struct pursuit *pursuit, const struct scenario *scenario,
		     const struct real_go_result *result)
{
	return go_fuzz_is_of_kind(result, pursuit->finding->kind) &&
	       (result->disagreement[0] != '\0' ||
		go_fuzz_known(pursuit->worker->run, scenario, &result->verdict) == NULL);
}

static bool take_run(struct go_fuzz_finding *finding, const struct real_go_result *result)
{
	finding->verdict = result->verdict;
	memcpy(finding->disagreement, result->disagreement, sizeof finding->disagreement);
	memcpy(finding->hello, result->hello, sizeof finding->hello);
	return go_fuzz_folder_take_run(finding, result);
}

/* How often SCENARIO fails; the last failing run is kept where IS_KEPT. False: a file could not be
 * written. */
static bool repeat(struct pursuit *pursuit, const struct scenario *scenario, bool is_kept,
		   uint32_t *ret_failures, uint32_t *ret_runs)
{
	static struct real_go_result result;
	struct go_fuzz_worker *worker = pursuit->worker;
	const bool is_hang = pursuit->finding->verdict.kind == VERDICT_DEADLOCK;
	const uint32_t count = is_hang ? REPEAT_COUNT_OF_HANGS : REPEAT_COUNT;
	*ret_failures = 0;
	for (*ret_runs = 0; *ret_runs < count && !is_in_haste(worker); ++*ret_runs) {
		go_fuzz_run_scenario(worker, scenario, &result);
		atomic_fetch_add(&worker->counters->stage_runs, 1);
		if (!is_again(pursuit, scenario, &result))
			continue;
		if (is_kept && *ret_failures == 0 && !take_run(pursuit->finding, &result))
			return false;
		++*ret_failures;
	}
	return true;
}

static bool candidate_fails(void *context, const struct scenario *candidate)
{
	static struct real_go_result result;
	struct pursuit *pursuit = context;
	go_fuzz_run_scenario(pursuit->worker, candidate, &result);
	return is_again(pursuit, candidate, &result);
}

static bool shrinking_goes_on(void *context, const struct real_go_shrink_progress *progress)
{
	struct pursuit *pursuit = context;
	struct go_fuzz_counters *counters = pursuit->worker->counters;
	atomic_store(&counters->stage_operations, progress->operation_count);
	atomic_store(&counters->stage_runs, progress->run_count);
	return !is_in_haste(pursuit->worker) && fuzz_now_ms() < pursuit->shrink_end_ms;
}

/* FINDING has the original's rate; afterwards it has a scenario as small as it got and its rate. A
 * small one that does not fail again is not better than the original. */
static bool shrink_and_repeat(struct pursuit *pursuit)
{
	struct go_fuzz_finding *finding = pursuit->finding;
	const struct real_go_shrink_options options = {candidate_fails, shrinking_goes_on, pursuit};
	struct real_go_shrink_progress progress = {0};
	uint32_t failures, runs;
	set_stage(pursuit->worker, GO_FUZZ_SHRINKS);
	pursuit->shrink_end_ms = fuzz_now_ms() + SHRINK_TIME_MAX_MS;
	finding->was_shrunk_to_end = real_go_shrink(&options, &finding->scenario, &progress);
	finding->shrink_runs = progress.run_count;
	finding->candidate_runs = progress.candidate_run_count;
	if (scenario_equal(&finding->scenario, &finding->original))
		return true;
	set_stage(pursuit->worker, GO_FUZZ_REPEATS_SHRUNK);
	if (!repeat(pursuit, &finding->scenario, true, &failures, &runs))
		return false;
	if (failures == 0) {
		finding->scenario = finding->original;
	} else {
		finding->failures = failures;
		finding->runs = runs;
	}
	return true;
}

static void describe(const struct go_fuzz_worker *worker, const struct go_fuzz_finding *finding,
		     char *text, size_t text_size)
{
	char rate[64], shrunk[256] = "";
	const struct verdict *verdict = &finding->verdict;
	const bool is_disagreement = finding->disagreement[0] != '\0';
	go_fuzz_rate_text(finding->failures, finding->runs, rate, sizeof rate);
	if (finding->scenario.operation_count < finding->original.operation_count)
		snprintf(
			shrunk, sizeof shrunk,
			"  shrunk from %u to %u operations in %" PRIu32 " runs%s; with %" PRIu32
			" runs each, a candidate that fails as often is missed with at most 5 %%\n",
			finding->original.operation_count, finding->scenario.operation_count,
			finding->shrink_runs,
			finding->was_shrunk_to_end ? "" : ", when the time was over",
			finding->candidate_runs);
	snprintf(text, text_size,
		 "FINDING %" PRIu32 "  %s%s%s  %s\n"
		 "  %s, found after %" PRIu64 " runs, %" PRId64 ".%" PRId64 " s\n%s"
		 "  replay:  %s/replay   %s\n  look:    %s/report.md\n",
		 finding->number, is_disagreement ? "disagreement" : verdict_name(verdict->kind),
		 verdict->rule[0] != '\0' ? "  rule " : "", verdict->rule,
		 is_disagreement ? finding->disagreement : verdict->where,
		 worker->run->toolchain.version, finding->found_runs, finding->found_ms / 1000,
		 finding->found_ms % 1000 / 100, shrunk, finding->folder, rate, finding->folder);
}

/* What did not end once and ends when it is run again may be a machine that was busy. */
static bool is_unconfirmed(const struct go_fuzz_finding *finding)
{
	return finding->verdict.kind == VERDICT_DEADLOCK && finding->failures == 0;
}

static bool see_through(struct pursuit *pursuit, const struct real_go_result *result)
{
	static struct go_fuzz_message message;
	struct go_fuzz_worker *worker = pursuit->worker;
	struct go_fuzz_finding *finding = pursuit->finding;
	if (!go_fuzz_folder_begin(worker, finding) || !take_run(finding, result))
		return false;
	set_stage(worker, GO_FUZZ_REPEATS);
	if (!repeat(pursuit, &finding->original, false, &finding->original_failures,
		    &finding->original_runs))
		return false;
	finding->failures = finding->original_failures;
	finding->runs = finding->original_runs;
	if (finding->failures > 0 && !shrink_and_repeat(pursuit))
		return false;
	if (is_unconfirmed(finding))
		snprintf(finding->kind, sizeof finding->kind, "deadlock-unconfirmed");
	if (!go_fuzz_folder_finish(worker, finding))
		return false;
	set_stage(worker, GO_FUZZ_SEARCHES);
	message.kind = is_unconfirmed(finding) ? GO_FUZZ_UNCONFIRMED : GO_FUZZ_FINDING;
	memcpy(message.folder, finding->folder, sizeof message.folder);
	describe(worker, finding, message.text, sizeof message.text);
	return write(worker->messages, &message, sizeof message) == sizeof message;
}

void go_fuzz_finding_keep(struct go_fuzz_worker *worker, const struct scenario *scenario,
			  const struct real_go_result *result)
{
	static struct go_fuzz_finding finding;
	struct go_fuzz_run *run = worker->run;
	struct pursuit pursuit = {.worker = worker, .finding = &finding};
	if (!go_fuzz_claim(run->shared, go_fuzz_key(result)))
		return;
	if (run->options.ends_at_first && atomic_exchange(&run->shared->has_first, true))
		return;
	if (run->options.ends_at_first)
		atomic_store(&run->shared->search_is_over, true);
	memset(&finding, 0, sizeof finding);
	finding.original = finding.scenario = *scenario;
	finding.found_ms = fuzz_now_ms() - run->started_ms;
	finding.found_runs = go_fuzz_run_count(run->shared);
	go_fuzz_kind(result, finding.kind);
	if (!see_through(&pursuit, result))
		_exit(RUT_HARNESS);
}
