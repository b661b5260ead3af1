#include "run/run.h"

#include <stdio.h>
#include <string.h>
#include <xxhash.h>

#include "base/fatal.h"
#include "coroutine/sanitizer.h"
#include "judge/judge.h"
#include "oracle/oracle.h"
#include "perform/perform.h"
#include "truth/truth.h"
#include "wait_graph/wait_graph.h"

/* A scenario that goes on longer than this tells nothing new: it comes to its end. */
static const uint64_t wind_down_step_count = 20000;
/* Enough for that end, by far: 96 goroutines that each end a generation, with 64 Ps; then the fair
 * phase has as many again. */
static const uint64_t step_count_max = 1000000;

static struct sessions sessions;

const char *run_race_judge(void)
{
	return HOST_ANNOTATIONS ? "annotations" : HOST_TSAN ? "tsan" : "";
}

struct run_options run_options_for(const struct scenario *scenario)
{
	return (struct run_options){
		.scenario = scenario, .judges_truth = true, .judges_traces = true};
}

enum verdict_kind run_verdict_of(enum sim_ending ending)
{
	static const enum verdict_kind kinds[] = {
		[SIM_FINISHED] = VERDICT_OK,
		[SIM_EXITED] = VERDICT_OK,
		[SIM_THROW] = VERDICT_THROW,
		[SIM_LOCK_ORDER] = VERDICT_LOCK_ORDER,
		[SIM_WRONG_STACK] = VERDICT_WRONG_STACK,
		[SIM_NO_RACE_CONTEXT] = VERDICT_NO_RACE_CONTEXT,
		[SIM_SIGNAL_UNSAFE] = VERDICT_SIGNAL_UNSAFE,
		[SIM_DEADLOCK] = VERDICT_DEADLOCK,
		[SIM_LIVELOCK] = VERDICT_LIVELOCK,
		[SIM_TRUTH_MISMATCH] = VERDICT_TRUTH_MISMATCH,
	};
	return kinds[ending];
}

static void tell_truth(void *context, const struct oracle_event *event)
{
	(void)context;
	truth_compare(event);
}

static void tell_v1_truth(void *context, const struct oracle_v1_event *event)
{
	(void)context;
	truth_compare_v1(event);
}

static bool hear_truth(struct verdict *verdict)
{
	const struct truth_fault *fault = truth_session_end();
	if (fault == NULL)
		return true;
	verdict_set(verdict, VERDICT_TRUTH_MISMATCH, fault->rule,
		    verdict_sentence(VERDICT_TRUTH_MISMATCH), fault->text);
	verdict->generation = fault->generation;
	verdict->offset = fault->offset;
	return false;
}

static void begin_truth(const struct judge_evidence *evidence)
{
	const struct session *session = evidence->session;
	const struct truth_file file = {
		.first_generation = evidence->first_generation,
		.is_cut = evidence->is_cut && !session->is_ended,
		.may_begin_late = evidence->may_begin_late,
		.promised_from = {session->promised_from.period, session->promised_from.generation},
		.promised_to = {session->promised_to.period, session->promised_to.generation},
		.is_promised_on = session->is_promised_on,
	};
	truth_session_begin(&file);
}

static struct session_moment tell_moment(void)
{
	struct truth_moment moment = truth_moment();
	return (struct session_moment){moment.period, moment.generation};
}

static const struct judge_witness truth_witness = {
	.begin = begin_truth,
	.see = tell_truth,
	.see_v1 = tell_v1_truth,
	.end = hear_truth,
};

static void judge_traces(const struct run_options *options, struct run_result *result)
{
	const struct scenario_configuration *configuration = &options->scenario->configuration;
	const struct judge_options judge_options = {
		.scenario = options->scenario,
		/* v1 has the times of its events from no clock. */
		.clocks_may_disagree = !scenario_dialect_is_v1(configuration->dialect) &&
				       (configuration->clock_skew != SCENARIO_SKEW_NONE ||
					configuration->clock != SCENARIO_CLOCK_NORMAL),
		.witness = options->judges_truth ? &truth_witness : NULL,
		.is_cut = result->simulation.ending == SIM_EXITED,
		.may_begin_late = perform_has_recorder(options->scenario),
	};
	struct judge_counts counts;
	judge_sessions(&judge_options, &sessions, &result->verdict, &counts);
	result->trace_event_count = counts.events;
}

static void note_for_truth(enum perform_note note, uint64_t goroutine, uint64_t task,
			   uint64_t parent, const char *first, const char *second)
{
	static const enum truth_note notes[] = {
		[PERFORM_TASK_BEGIN] = TRUTH_TASK_BEGIN,
		[PERFORM_TASK_END] = TRUTH_TASK_END,
		[PERFORM_REGION_BEGIN] = TRUTH_REGION_BEGIN,
		[PERFORM_REGION_END] = TRUTH_REGION_END,
		[PERFORM_LOG] = TRUTH_LOG,
	};
	truth_note(notes[note], goroutine, task, parent, first, second);
}

static void simulate(const struct run_options *options, struct run_result *result)
{
	const struct perform_options perform_options = {
		.scenario = options->scenario,
		.sessions = &sessions,
		.noter = options->judges_truth ? note_for_truth : NULL,
		.profile_taker = options->judges_truth ? truth_profile_read : NULL,
		.moment_teller = options->judges_truth ? tell_moment : NULL,
		.ret_operation_count = &result->operation_count,
	};
	const struct sim_options sim_options = {
		.scenario = options->scenario,
		.wind_down_step_count = wind_down_step_count,
		.step_count_max = step_count_max,
		.onlooker = options->onlooker,
		.observer = options->judges_truth ? truth_observe : NULL,
		.listener = options->listener,
		.hit_listener = options->hit_listener,
		.listener_context = options->listener_context,
		.point_is_reached = options->point_is_reached,
	};
	if (options->judges_truth)
		truth_run_begin(options->scenario->configuration.dialect);
	sim_set_deadlock_describer(wait_graph_describe_goroutines);
	sim_run(&sim_options, perform_main, perform_prepare(&perform_options), &result->simulation);
	sessions_settle(&sessions);
}

static void judge_profiles(struct verdict *verdict)
{
	const struct truth_fault *fault = truth_profiles_end();
	if (fault != NULL && verdict->kind == VERDICT_OK)
		verdict_set(verdict, VERDICT_TRUTH_MISMATCH, fault->rule,
			    verdict_sentence(VERDICT_TRUTH_MISMATCH), fault->text);
}

/* A throw's or a checker's text is constant; a wait graph is not. */
static const char *where_of(const struct sim_report *simulation)
{
	if (simulation->ending == SIM_DEADLOCK || simulation->ending == SIM_LIVELOCK)
		return verdict_sentence(run_verdict_of(simulation->ending));
	return simulation->text;
}

void run_judge_ending(const struct sim_report *simulation, struct verdict *ret_verdict)
{
	enum verdict_kind kind = run_verdict_of(simulation->ending);
	if (judge_race_was_reported())
		verdict_set(ret_verdict, VERDICT_RACE, "", "see ThreadSanitizer's report",
			    "data race, reported above");
	else if (kind == VERDICT_TRUTH_MISMATCH)
		verdict_set_mismatch(ret_verdict, simulation->text);
	else if (kind != VERDICT_OK)
		verdict_set(ret_verdict, kind, "", where_of(simulation), simulation->text);
}

void run_scenario(const struct run_options *options, struct run_result *ret_result)
{
	struct run_result *result = ret_result;
	memset(result, 0, sizeof *result);
	result->sessions = &sessions;
	bool is_misuse = perform_is_misuse(options->scenario);
	/* What was misused has no truth to tell. */
	struct run_options judged = *options;
	judged.judges_truth &= !is_misuse;
	judged.judges_traces &= !is_misuse;
	simulate(&judged, result);
	result->trace_hash = XXH3_64bits(sessions.bytes, sessions.size_bytes);

	enum verdict_kind kind = run_verdict_of(result->simulation.ending);
	if (is_misuse && judge_excuses_misuse(kind, result->simulation.text))
		return;
	run_judge_ending(&result->simulation, &result->verdict);
	if (result->verdict.kind == VERDICT_OK && judged.judges_traces)
		judge_traces(&judged, result);
	if (result->simulation.ending == SIM_FINISHED && judged.judges_truth)
		judge_profiles(&result->verdict);
	if (result->verdict.kind == VERDICT_OK && result->simulation.ending == SIM_FINISHED &&
	    !is_misuse && result->simulation.pages_outstanding > 0)
		verdict_set(&result->verdict, VERDICT_LEAK, "I06", verdict_sentence(VERDICT_LEAK),
			    "trace buffers or table blocks are left after the last stop");
}
