#include "judge/judge.h"

#include <string.h>

#include "judge/cut.h"
#include "oracle/wire.h"

static uint32_t race_report_count;

/* Called by ThreadSanitizer for each report, on the thread that made it. */
void __tsan_on_report(void *report);
void __tsan_on_report(void *report)
{
	(void)report;
	__atomic_fetch_add(&race_report_count, 1, __ATOMIC_RELAXED);
}

bool judge_race_was_reported(void)
{
	return __atomic_exchange_n(&race_report_count, 0, __ATOMIC_RELAXED) > 0;
}

bool judge_race_is_reported(void)
{
	return __atomic_load_n(&race_report_count, __ATOMIC_RELAXED) > 0;
}

/* Two readers may each wait for what the other took, or both tell the end: no fault of the
 * runtime's. But of nothing else than the trace's bytes, and no race. */
bool judge_excuses_misuse(enum verdict_kind kind, const char *text)
{
	if (judge_race_is_reported())
		return false;
	return kind == VERDICT_DEADLOCK || kind == VERDICT_LIVELOCK ||
	       (kind == VERDICT_THROW && strstr(text, "trace") != NULL);
}

/* Traces of a run follow each other: what the next has to begin with. */
static uint64_t next_generation(const struct oracle_report *report, uint64_t first)
{
	uint64_t generation = first;
	for (uint64_t i = 0; i < report->statistics.generations; i++)
		generation = generation == UINT64_MAX ? 4 : generation + 1;
	return generation;
}

static void reject(const struct fault *fault, struct verdict *verdict)
{
	verdict_set(verdict, VERDICT_TRACE_REJECTED, rule_id(fault->rule),
		    rule_sentence(fault->rule), fault->message);
	verdict->offset = fault->offset;
	verdict->generation = fault->generation;
}

/* One trace, of which SIZE_BYTES are judged. */
struct judged_trace {
	const struct judge_options *options;
	const struct session *session;
	const uint8_t *bytes;
	size_t size_bytes;
	uint64_t first_generation; /* that it must begin with; 0: any */
};

/* That the trace has, 0: none. */
static uint64_t find_first_generation(const struct judged_trace *trace)
{
	const struct wire_source source = {trace->bytes, trace->size_bytes};
	struct wire_batch batch;
	struct fault fault;
	if (trace->size_bytes <= WIRE_HEADER_SIZE ||
	    !wire_batch_read(&source, WIRE_HEADER_SIZE, &batch, &fault))
		return 0;
	return batch.generation;
}

static bool judge_trace(const struct judged_trace *trace, struct oracle_report *report,
			struct verdict *verdict)
{
	static struct oracle *oracle;
	if (oracle == NULL)
		oracle = oracle_create();
	const struct judge_options *options = trace->options;
	const struct judge_witness *witness = options->witness;
	const struct oracle_options oracle_options = {
		.is_strict = true,
		.clocks_may_disagree = options->clocks_may_disagree,
		.generations_may_wrap = true,
		.first_generation = trace->first_generation,
		.on_event = witness != NULL ? witness->see : NULL,
		.on_v1_event = witness != NULL ? witness->see_v1 : NULL,
	};
	const struct judge_evidence evidence = {
		.session = trace->session,
		.first_generation = trace->first_generation != 0 ? trace->first_generation
								 : find_first_generation(trace),
		.is_cut = options->is_cut,
		.may_begin_late = trace->first_generation == 0,
	};
	if (witness != NULL)
		witness->begin(&evidence);
	if (trace->size_bytes > 0) {
		oracle_check(oracle, trace->bytes, trace->size_bytes, &oracle_options, report);
		if (!report->is_accepted) {
			reject(&report->fault, verdict);
			return false;
		}
	}
	return witness == NULL || witness->end(verdict);
}

static bool judge_session(const struct judge_options *options, const struct sessions *sessions,
			  uint32_t index, uint64_t first_generation, struct oracle_report *report,
			  struct verdict *verdict)
{
	const struct session *session = &sessions->all[index];
	struct judged_trace trace = {
		.options = options,
		.session = session,
		.bytes = session_bytes(sessions, session),
		.size_bytes = session->size_bytes,
		.first_generation = first_generation,
	};
	struct cut cut;
	*report = (struct oracle_report){0};
	verdict->session = index + 1;
	if (options->is_cut && !session->is_ended) {
		if (!cut_trace(trace.bytes, trace.size_bytes, session->complete_generation, &cut)) {
			reject(&cut.fault, verdict);
			return false;
		}
		trace.size_bytes = cut.size_bytes;
	}
	if (!judge_trace(&trace, report, verdict))
		return false;
	verdict->session = 0;
	return true;
}

/* A v1 trace says at its end what its records mean. */
static bool is_readable(const struct judge_options *options, const struct session *session)
{
	return !options->is_cut || session->is_ended ||
	       !scenario_dialect_is_v1(options->scenario->configuration.dialect);
}

void judge_sessions(const struct judge_options *options, const struct sessions *sessions,
		    struct verdict *verdict, struct judge_counts *ret_counts)
{
	*ret_counts = (struct judge_counts){0};
	uint64_t generation = options->scenario->configuration.initial_generation;
	generation = generation == UINT64_MAX ? 4 : generation + 1;
	for (uint32_t i = 0; i < sessions->count; i++) {
		struct oracle_report report;
		if (!is_readable(options, &sessions->all[i]))
			continue;
		if (!judge_session(options, sessions, i, options->may_begin_late ? 0 : generation,
				   &report, verdict))
			return;
		ret_counts->events += report.statistics.events;
		ret_counts->samples += report.statistics.samples;
		generation = next_generation(&report, generation);
	}
}
