#include "parallel/parallel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge/judge.h"
#include "perform/perform.h"
#include "wait_graph/wait_graph.h"

static struct sessions sessions;

static enum verdict_kind verdict_of(enum threads_ending ending)
{
	static const enum verdict_kind kinds[] = {
		[THREADS_FINISHED] = VERDICT_OK,
		[THREADS_EXITED] = VERDICT_OK,
		[THREADS_THROW] = VERDICT_THROW,
		[THREADS_LOCK_ORDER] = VERDICT_LOCK_ORDER,
		[THREADS_WRONG_STACK] = VERDICT_WRONG_STACK,
		[THREADS_NO_RACE_CONTEXT] = VERDICT_NO_RACE_CONTEXT,
		[THREADS_SIGNAL_UNSAFE] = VERDICT_SIGNAL_UNSAFE,
		[THREADS_DEADLOCK] = VERDICT_DEADLOCK,
		[THREADS_LIVELOCK] = VERDICT_LIVELOCK,
		[THREADS_TRUTH_MISMATCH] = VERDICT_TRUTH_MISMATCH,
	};
	return kinds[ending];
}

/* A throw's or a checker's text is constant; a wait graph is not. */
static const char *where_of(const struct threads_report *report)
{
	if (report->ending == THREADS_DEADLOCK || report->ending == THREADS_LIVELOCK)
		return verdict_sentence(verdict_of(report->ending));
	return report->text;
}

static void stop_when_deaf(const struct threads_report *report)
{
	if (!report->has_deaf_thread)
		return;
	fprintf(stderr,
		"harness failure: an M ran on while signals were sent to it, and handled none\n"
		"sent %llu, handled %llu, strays %llu\n",
		(unsigned long long)report->signals.sent,
		(unsigned long long)report->signals.handled,
		(unsigned long long)report->signals.strays);
	_Exit(3);
}

/* Conservation: what handlers accepted is told. */
static void close_books(struct parallel_result *result, uint64_t samples_told)
{
	const char *text = books_close(samples_told, &result->books);
	result->has_books = true;
	if (text != NULL)
		verdict_set(&result->verdict, VERDICT_TRUTH_MISMATCH, "T-books",
			    "the books of CPU samples do not balance", text);
}

/* The machine's clock is one for all threads, whatever the scenario says of the simulator's. */
static void judge_traces(const struct scenario *scenario, struct parallel_result *result)
{
	const bool is_cut = result->report.ending == THREADS_EXITED;
	const bool has_recorder = perform_has_recorder(scenario);
	const struct judge_options options = {
		.scenario = scenario, .is_cut = is_cut, .may_begin_late = has_recorder};
	struct judge_counts counts;
	judge_sessions(&options, &sessions, &result->verdict, &counts);
	result->trace_event_count = counts.events;
	/* Nobody has counted to the end, or what two files tell twice. */
	if (is_cut || has_recorder)
		return;
	if (result->verdict.kind == VERDICT_OK)
		close_books(result, counts.samples);
	if (result->verdict.kind == VERDICT_OK && result->report.pages_outstanding > 0)
		verdict_set(&result->verdict, VERDICT_LEAK, "I06", verdict_sentence(VERDICT_LEAK),
			    "trace buffers or table blocks are left after the last stop");
}

static void judge_ending(const struct threads_report *report, struct verdict *verdict)
{
	enum verdict_kind kind = verdict_of(report->ending);
	if (judge_race_was_reported())
		verdict_set(verdict, VERDICT_RACE, "", "see ThreadSanitizer's report",
			    "data race, reported above");
	else if (kind == VERDICT_TRUTH_MISMATCH)
		verdict_set_mismatch(verdict, report->text);
	else if (kind != VERDICT_OK)
		verdict_set(verdict, kind, "", where_of(report), report->text);
}

void parallel_run(const struct threads_options *options, struct parallel_result *ret_result)
{
	struct parallel_result *result = ret_result;
	struct threads_options threads_options = *options;
	memset(result, 0, sizeof *result);
	result->sessions = &sessions;
	const struct perform_options perform_options = {
		.scenario = options->scenario,
		.sessions = &sessions,
		.profile_taker = books_profile_read,
		.ret_operation_count = &result->operation_count,
	};
	threads_options.observer = books_observe;
	books_run_begin(scenario_dialect_is_v1(options->scenario->configuration.dialect));
	threads_options.describer = wait_graph_describe_goroutines;
	threads_run(&threads_options, perform_main, perform_prepare(&perform_options),
		    &result->report);
	sessions_settle(&sessions);
	stop_when_deaf(&result->report);

	bool is_misuse = perform_is_misuse(options->scenario);
	if (is_misuse &&
	    judge_excuses_misuse(verdict_of(result->report.ending), result->report.text))
		return;
	judge_ending(&result->report, &result->verdict);
	if (result->verdict.kind == VERDICT_OK && !is_misuse)
		judge_traces(options->scenario, result);
}

void parallel_play(const struct parallel_play *play, const struct scenario *scenario,
		   struct parallel_result *ret_result)
{
	struct threads_options options = threads_options_for(scenario);
	options.signal_rate_hz = play->signal_rate_hz;
	memset(ret_result, 0, sizeof *ret_result);
	threads_run(&options, play->entry, play->prepare(scenario), &ret_result->report);
	stop_when_deaf(&ret_result->report);
	judge_ending(&ret_result->report, &ret_result->verdict);
}
