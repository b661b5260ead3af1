#include "real_go/judge.h"

#include <stdio.h>
#include <string.h>

#include "oracle/oracle.h"
#include "real_go/symptom.h"

static void reject(struct verdict *verdict, const struct oracle_report *report, uint32_t number)
{
	verdict->kind = VERDICT_TRACE_REJECTED;
	verdict->session = number;
	verdict->offset = report->fault.offset;
	verdict->generation = report->fault.generation;
	snprintf(verdict->rule, sizeof verdict->rule, "%s", rule_id(report->fault.rule));
	snprintf(verdict->where, sizeof verdict->where, "%s", rule_sentence(report->fault.rule));
	snprintf(verdict->text, sizeof verdict->text, "%s", report->fault.message);
}

static void reject_by_go(struct verdict *verdict, const char *message, uint32_t number)
{
	verdict->kind = VERDICT_TRACE_REJECTED;
	verdict->session = number;
	snprintf(verdict->rule, sizeof verdict->rule, "go");
	symptom_normalize(message, verdict->where, sizeof verdict->where);
	snprintf(verdict->text, sizeof verdict->text, "%s", message);
}

static void disagree(struct real_go_result *result, const struct real_go_reader *reader,
		     const struct oracle_report *report, const char *message, uint32_t number)
{
	if (report->is_accepted)
		snprintf(result->disagreement, sizeof result->disagreement,
			 "trace %u: the oracle accepts, the reader of %s rejects: %.1900s", number,
			 real_go_reader_version(reader), message);
	else
		snprintf(result->disagreement, sizeof result->disagreement,
			 "trace %u: the oracle rejects by rule %s, the reader of %s accepts",
			 number, rule_id(report->fault.rule), real_go_reader_version(reader));
}

static void append_message(struct verdict *verdict, const struct real_go_reader *reader,
			   const char *message)
{
	size_t length = strlen(verdict->text);
	snprintf(verdict->text + length, sizeof verdict->text - length, "\nreader of %s: %s",
		 real_go_reader_version(reader), message);
}

static void judge_trace(const uint8_t *bytes, size_t size_bytes, uint32_t number,
			struct real_go_reader *reader, struct real_go_result *result)
{
	static struct oracle *oracle;
	static const struct oracle_options options;
	struct oracle_report report;
	char message[VERDICT_TEXT_SIZE_BYTES] = "";
	if (oracle == NULL)
		oracle = oracle_create();
	oracle_check(oracle, bytes, size_bytes, &options, &report);
	result->event_count += report.statistics.events;
	bool go_accepts = reader == NULL
				  ? report.is_accepted
				  : real_go_reader_accepts(reader, bytes, size_bytes, message);
	if (!report.is_accepted)
		reject(&result->verdict, &report, number);
	else if (!go_accepts)
		reject_by_go(&result->verdict, message, number);
	if (report.is_accepted != go_accepts)
		disagree(result, reader, &report, message, number);
	else if (!go_accepts && reader != NULL)
		append_message(&result->verdict, reader, message);
}

/* Each snapshot ends a generation first, so the next one holds more. */
static bool is_repeated(const struct sessions *sessions, uint32_t index)
{
	const struct session *session = &sessions->all[index];
	if (!session->is_snapshot || session->size_bytes == 0)
		return false;
	for (uint32_t i = index; i-- > 0;) {
		const struct session *before = &sessions->all[i];
		if (before->is_snapshot)
			return before->size_bytes == session->size_bytes &&
			       memcmp(session_bytes(sessions, before),
				      session_bytes(sessions, session), session->size_bytes) == 0;
	}
	return false;
}

static void judge_snapshot(const struct sessions *sessions, uint32_t index,
			   struct real_go_result *result)
{
	if (!is_repeated(sessions, index))
		return;
	verdict_set(&result->verdict, VERDICT_TRUTH_MISMATCH, "T-promised",
		    "a flight recorder that is on stands still",
		    "it has the same bytes as the snapshot before");
	result->verdict.session = index + 1;
}

void judge_traces(const struct sessions *sessions, struct real_go_reader *reader,
		  struct real_go_result *result)
{
	for (uint32_t i = 0; i < sessions->count && result->verdict.kind == VERDICT_OK; i++) {
		const struct session *session = &sessions->all[i];
		judge_trace(session_bytes(sessions, session), session->size_bytes, i + 1, reader,
			    result);
		if (result->verdict.kind == VERDICT_OK)
			judge_snapshot(sessions, i, result);
	}
}
