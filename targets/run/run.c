#include "run/run.h"

#include <stdio.h>
#include <string.h>
#include <xxhash.h>

#include "base/fatal.h"
#include "oracle/oracle.h"
#include "perform/perform.h"
#include "sim/sanitizer.h"
#include "truth/truth.h"

/* A scenario that goes on longer than this tells nothing new: it comes to its end. */
static const uint64_t wind_down_step_count = 20000;
/* Enough for that end, by far; then the fair phase has as many again. */
static const uint64_t step_count_max = 400000;

static struct sessions sessions;
static uint32_t race_report_count;

/* Called by ThreadSanitizer for each report. */
void __tsan_on_report(void *report);
void __tsan_on_report(void *report)
{
	(void)report;
	race_report_count++;
}

const char *run_race_judge(void)
{
	return HOST_ANNOTATIONS ? "annotations" : HOST_TSAN ? "tsan" : "";
}

bool run_race_was_reported(void)
{
	bool was_reported = race_report_count > 0;
	race_report_count = 0;
	return was_reported;
}

struct run_options run_options_for(const struct scenario *scenario)
{
	return (struct run_options){
		.scenario = scenario, .judges_truth = true, .judges_traces = true};
}

/* WHERE is the same for the same finding, whatever the numbers in TEXT are. */
static void set_verdict(struct verdict *verdict, enum verdict_kind kind, const char *rule,
			const char *where, const char *text)
{
	verdict->kind = kind;
	snprintf(verdict->rule, sizeof verdict->rule, "%s", rule);
	snprintf(verdict->text, sizeof verdict->text, "%s", text);
	snprintf(verdict->where, sizeof verdict->where, "%s", where);
}

/* What ground truth saw during the run begins with "RULE: its sentence". */
static void set_verdict_of_observer(struct verdict *verdict, const char *text)
{
	char rule[VERDICT_RULE_SIZE_BYTES];
	snprintf(rule, sizeof rule, "%.*s", (int)strcspn(text, ":"), text);
	set_verdict(verdict, VERDICT_TRUTH_MISMATCH, rule, verdict_sentence(VERDICT_TRUTH_MISMATCH),
		    text);
}

static void tell_truth(void *context, const struct oracle_event *event)
{
	(void)context;
	truth_compare(event);
}

/* Traces of a run follow each other: what the next has to begin with. */
static uint64_t next_generation(const struct oracle_report *report, uint64_t first)
{
	uint64_t generation = first;
	for (uint64_t i = 0; i < report->statistics.generations; i++)
		generation = generation == UINT64_MAX ? 4 : generation + 1;
	return generation;
}

static bool judge_session(const struct run_options *options, uint32_t index,
			  uint64_t first_generation, struct oracle_report *report,
			  struct verdict *verdict)
{
	static struct oracle *oracle;
	if (oracle == NULL)
		oracle = oracle_create();
	const struct session *session = &sessions.all[index];
	const struct scenario_configuration *configuration = &options->scenario->configuration;
	const struct oracle_options oracle_options = {
		.is_strict = true,
		.clocks_may_disagree = configuration->clock_skew != SCENARIO_SKEW_NONE ||
				       configuration->clock != SCENARIO_CLOCK_NORMAL,
		.generations_may_wrap = true,
		.first_generation = first_generation,
		.on_event = options->judges_truth ? tell_truth : NULL,
	};
	if (options->judges_truth)
		truth_session_begin(first_generation);
	oracle_check(oracle, session_bytes(&sessions, session), session->size_bytes,
		     &oracle_options, report);
	verdict->session = index + 1;
	if (!report->is_accepted) {
		set_verdict(verdict, VERDICT_TRACE_REJECTED, rule_id(report->fault.rule),
			    rule_sentence(report->fault.rule), report->fault.message);
		verdict->offset = report->fault.offset;
		verdict->generation = report->fault.generation;
		return false;
	}
	const struct truth_fault *fault = options->judges_truth ? truth_session_end() : NULL;
	if (fault != NULL) {
		set_verdict(verdict, VERDICT_TRUTH_MISMATCH, fault->rule,
			    verdict_sentence(VERDICT_TRUTH_MISMATCH), fault->text);
		verdict->generation = fault->generation;
		verdict->offset = fault->offset;
		return false;
	}
	verdict->session = 0;
	return true;
}

static void judge_sessions(const struct run_options *options, struct run_result *result)
{
	uint64_t generation = options->scenario->configuration.initial_generation;
	generation = generation == UINT64_MAX ? 4 : generation + 1;
	for (uint32_t i = 0; i < sessions.count; i++) {
		struct oracle_report report;
		if (!judge_session(options, i, generation, &report, &result->verdict))
			return;
		result->trace_event_count += report.statistics.events;
		generation = next_generation(&report, generation);
	}
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
		.ret_operation_count = &result->operation_count,
	};
	const struct sim_options sim_options = {
		.scenario = options->scenario,
		.wind_down_step_count = wind_down_step_count,
		.step_count_max = step_count_max,
		.observer = options->judges_truth ? truth_observe : NULL,
		.listener = options->listener,
		.listener_context = options->listener_context,
		.point_is_reached = options->point_is_reached,
	};
	if (options->judges_truth)
		truth_run_begin();
	sim_set_deadlock_describer(truth_describe_goroutines);
	sim_run(&sim_options, perform_main, perform_prepare(&perform_options), &result->simulation);
}

static void judge_profiles(struct verdict *verdict)
{
	const struct truth_fault *fault = truth_profiles_end();
	if (fault != NULL && verdict->kind == VERDICT_OK)
		set_verdict(verdict, VERDICT_TRUTH_MISMATCH, fault->rule,
			    verdict_sentence(VERDICT_TRUTH_MISMATCH), fault->text);
}

/* A throw's or a checker's text is constant; a wait graph is not. */
static const char *where_of(const struct sim_report *simulation)
{
	if (simulation->ending == SIM_DEADLOCK || simulation->ending == SIM_LIVELOCK)
		return verdict_sentence(verdict_of_ending(simulation->ending));
	return simulation->text;
}

void run_judge_ending(const struct sim_report *simulation, struct verdict *ret_verdict)
{
	enum verdict_kind kind = verdict_of_ending(simulation->ending);
	if (run_race_was_reported())
		set_verdict(ret_verdict, VERDICT_RACE, "", "see ThreadSanitizer's report",
			    "data race, reported above");
	else if (kind == VERDICT_TRUTH_MISMATCH)
		set_verdict_of_observer(ret_verdict, simulation->text);
	else if (kind != VERDICT_OK)
		set_verdict(ret_verdict, kind, "", where_of(simulation), simulation->text);
}

/* Two readers may each wait for what the other took, or both tell the end: no fault of the
 * runtime's. But of nothing else than the trace's bytes. */
static bool is_excused(enum verdict_kind kind, const char *text)
{
	return kind == VERDICT_DEADLOCK || kind == VERDICT_LIVELOCK ||
	       (kind == VERDICT_THROW && strstr(text, "trace") != NULL);
}

void run_scenario(const struct run_options *options, struct run_result *ret_result)
{
	struct run_result *result = ret_result;
	memset(result, 0, sizeof *result);
	result->sessions = &sessions;
	simulate(options, result);
	result->trace_hash = XXH3_64bits(sessions.bytes, sessions.size_bytes);

	bool is_misuse = perform_is_misuse(options->scenario);
	enum verdict_kind kind = verdict_of_ending(result->simulation.ending);
	if (is_misuse && is_excused(kind, result->simulation.text))
		return;
	run_judge_ending(&result->simulation, &result->verdict);
	if (result->verdict.kind == VERDICT_OK && !is_misuse && options->judges_traces)
		judge_sessions(options, result);
	if (kind == VERDICT_OK && options->judges_truth)
		judge_profiles(&result->verdict);
	if (result->verdict.kind == VERDICT_OK && kind == VERDICT_OK && !is_misuse &&
	    result->simulation.pages_outstanding > 0)
		set_verdict(&result->verdict, VERDICT_LEAK, "I06", verdict_sentence(VERDICT_LEAK),
			    "trace buffers or table blocks are left after the last stop");
}
