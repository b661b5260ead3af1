/* A session's events against the log: each M's events are its records, one after the other. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/fatal.h"
#include "trace_v2/tracer.h"
#include "truth/judge.h"
#include "truth/tracer_words.h"
#include "truth/v1_judge.h"

struct judge judge;

void judge_fault_told(enum truth_rule rule, const struct judge_told *told, const char *format,
		      va_list arguments)
{
	struct truth_fault *fault = &judge.fault;
	if (fault->rule != NULL)
		return;
	fault->rule = truth_rule_id(rule);
	fault->generation = told->generation;
	fault->offset = told->offset;

	char *text = fault->text;
	size_t size_bytes = sizeof fault->text;
	size_t used = (size_t)snprintf(text, size_bytes, "%s: %s\n", told->name,
				       truth_rule_sentence(rule));
	used += (size_t)vsnprintf(text + used, size_bytes - used, format, arguments);
	if (told->text[0] != '\0' && used < size_bytes)
		used += (size_t)snprintf(text + used, size_bytes - used, "\nthe trace has: %s",
					 told->text);
	if (used < size_bytes)
		snprintf(text + used, size_bytes - used, "\nvouched for by: %s; tolerance: %s",
			 told->vouch->by, told->vouch->tolerance);
}

void judge_fault(enum truth_rule rule, uint8_t type, const struct oracle_event *event,
		 const char *format, ...)
{
	struct judge_told told = {.name = event_info[type].name,
				  .vouch = vouch_of(type),
				  .generation = judge.generation};
	if (event != NULL) {
		char text[128];
		event_format(text, sizeof text, event->type, event->arguments);
		snprintf(told.text, sizeof told.text, "%s, M %" PRId64, text, (int64_t)event->m);
		told.generation = event->generation;
		told.offset = event->offset;
	}
	va_list arguments;
	va_start(arguments, format);
	judge_fault_told(rule, &told, format, arguments);
	va_end(arguments);
}

static void fault_missing(const struct truth_record *record)
{
	char text[200];
	truth_record_text(record, text, sizeof text);
	judge_fault(vouch_rule(vouch_of(record->type)->class, VOUCH_MISSING), record->type, NULL,
		    "happened and is missing: %s", text);
}

/* ---- Generations --------------------------------------------------------- */

/* The M's next record of this session, or NULL. */
static const struct truth_record *next_record(const struct truth_m *m)
{
	if (!m->is_known || m->next_to_compare == TRUTH_NO_RECORD)
		return NULL;
	const struct truth_record *record = &truth_log.records[m->next_to_compare];
	return record->session == judge.session ? record : NULL;
}

static void end_generation(void)
{
	if (judge.generation == 0)
		return;
	if (truth_log.dialect >= TRACE_DIALECT_1_26 && judge.snapshot_count != 1)
		judge_fault(TRUTH_RULE_clock, EVENT_clock_snapshot, NULL,
			    "told %u times in generation %lu", judge.snapshot_count,
			    (unsigned long)judge.generation);
	for (uint32_t i = 0; i < truth_log.m_count; i++) {
		const struct truth_record *record = next_record(&truth_log.ms[i]);
		if (record != NULL && record->generation == judge.generation)
			fault_missing(record);
	}
	judge_samples_end_generation();
	judge_range_end_generation();
	judge_state_end_generation();
}

static void begin_generation(const struct oracle_event *event)
{
	end_generation();
	const struct truth_session *session = judge.log;
	uint32_t index = judge.generation_count++;
	judge.generation = event->generation;
	judge.snapshot_count = 0;
	judge_stacks_reset();
	if (index >= session->generation_count ||
	    truth_log.generations[session->first_generation + index].number != event->generation)
		judge_fault(TRUTH_RULE_generation, event->type, event,
			    "generation %lu was not stored", (unsigned long)event->generation);
	if (event->arguments[0] != TRACE_CLOCK_UNITS_PER_SECOND)
		judge_fault(TRUTH_RULE_clock, event->type, event, "true: %u",
			    (unsigned)TRACE_CLOCK_UNITS_PER_SECOND);
}

/* All clocks as they stood. */
static void compare_snapshot(const struct oracle_event *event)
{
	enum { DT, MONOTONIC_NS, WALL_SECONDS, WALL_NS };
	const uint64_t *told = event->arguments;
	uint32_t index = judge.log->first_generation + judge.generation_count - 1;
	judge.snapshot_count++;
	if (judge.generation_count == 0 || judge.generation_count > judge.log->generation_count)
		return;
	const struct truth_generation *truth = &truth_log.generations[index];
	struct host_wall_time wall = sim_wall_time(truth->monotonic_ns);
	uint64_t batch_time = event->time - told[DT];
	uint64_t trace_time = truth->trace_time > batch_time ? truth->trace_time : batch_time + 1;
	if (told[MONOTONIC_NS] != truth->monotonic_ns || told[WALL_SECONDS] != wall.seconds ||
	    told[WALL_NS] != wall.ns || event->time != trace_time)
		judge_fault(TRUTH_RULE_clock, event->type, event,
			    "true: %lu ns, %lu s and %u ns, %lu units",
			    (unsigned long)truth->monotonic_ns, (unsigned long)wall.seconds,
			    (unsigned)wall.ns, (unsigned long)trace_time);
}

/* ---- One event ----------------------------------------------------------- */

/* A goroutine's end is told before it dies, and the run may end between: its M stands before the
 * change. */
static bool is_unfinished_end(const struct truth_m *m, const struct oracle_event *event)
{
	return event->type == EVENT_go_destroy && m != NULL &&
	       m->next_to_compare == TRUTH_NO_RECORD && m->point == POINT_g_change_status &&
	       !m->is_in_section && m->is_entry_valid && m->entry_generation == event->generation &&
	       m->entry_session == judge.session;
}

/* The M's record that EVENT tells is not the next, but comes later in the generation. */
static bool comes_later(const struct truth_record *record, const struct oracle_event *event)
{
	uint32_t session = record->session;
	while (record->session == session && record->generation == event->generation) {
		if (record->type == event->type)
			return true;
		if (record->next == TRUTH_NO_RECORD)
			return false;
		record = &truth_log.records[record->next];
	}
	return false;
}

static void fault_kind(const struct truth_record *record, const struct oracle_event *event)
{
	enum vouch_class class = vouch_of(event->type)->class;
	char text[200] = "nothing more";
	if (record != NULL)
		truth_record_text(record, text, sizeof text);
	if (record != NULL && comes_later(record, event))
		judge_fault(vouch_rule(vouch_of(record->type)->class, VOUCH_MISSING), record->type,
			    event, "happened and is missing: %s", text);
	else
		judge_fault(vouch_rule(class, VOUCH_INVENTED), event->type, event,
			    "what happened next on this M: %s", text);
}

static void fault_value(const struct truth_record *record, const struct oracle_event *event,
			const char *what)
{
	char text[200];
	truth_record_text(record, text, sizeof text);
	judge_fault(vouch_rule(vouch_of(event->type)->class, VOUCH_DIFFERS), event->type, event,
		    "%s differs; what happened: %s", what, text);
}

size_t judge_text_size_bytes(const char *text)
{
	size_t size_bytes = text == NULL ? 0 : strlen(text);
	size_t size_bytes_max = tracer_words->text_size_bytes_max();
	return size_bytes < size_bytes_max ? size_bytes : size_bytes_max;
}

static bool is_same_text(const struct oracle_event *event, uint64_t id, const char *text)
{
	const uint8_t *bytes = NULL;
	size_t size_bytes = 0;
	size_t wanted_bytes = judge_text_size_bytes(text);
	/* Id 0 is the empty text. */
	if (id != 0 && !oracle_string(event, id, &bytes, &size_bytes))
		return false;
	return size_bytes == wanted_bytes &&
	       (size_bytes == 0 || memcmp(bytes, text, size_bytes) == 0);
}

static void compare_stack(const struct truth_record *record, const struct oracle_event *event,
			  uint64_t id, const struct truth_stack *wanted)
{
	struct truth_stack told = judge_stack(event, id);
	if (told.hash == wanted->hash && told.depth == wanted->depth)
		return;
	char text[200], told_text[96], wanted_text[96];
	truth_record_text(record, text, sizeof text);
	truth_stack_text(&told, told_text, sizeof told_text);
	truth_stack_text(wanted, wanted_text, sizeof wanted_text);
	judge_fault(TRUTH_RULE_stack, event->type, event, "told: %s; true: %s, of %s", told_text,
		    wanted_text, text);
}

/* Sequences are the oracle's business: they only say what the order is. */
static unsigned sequence_arguments(uint8_t type)
{
	switch (type) {
	case EVENT_go_start:
	case EVENT_go_unblock:
	case EVENT_go_switch:
	case EVENT_go_switch_destroy:
	case EVENT_proc_start:
	case EVENT_proc_steal:
		return 2u;
	case EVENT_go_syscall_begin:
	case EVENT_gc_active:
	case EVENT_gc_begin:
	case EVENT_gc_end:
		return 1u;
	default:
		return 0u;
	}
}

static void compare_arguments(const struct truth_record *record, const struct oracle_event *event)
{
	const struct event_info *info = &event_info[event->type];
	unsigned sequences = sequence_arguments(event->type);
	unsigned number = 0, text = 0, stack = 0;
	for (unsigned i = 0; i < info->argument_count; i++) {
		unsigned bit = 1u << i;
		uint64_t value = event->arguments[i];
		if (sequences & bit)
			continue;
		if (info->string_arguments & bit) {
			ensure(text < TRUTH_TEXTS_MAX);
			if (!is_same_text(event, value, record->texts[text++]))
				fault_value(record, event, "a text");
		} else if (info->stack_arguments & bit) {
			ensure(stack < TRUTH_STACKS_MAX);
			compare_stack(record, event, value, &record->stacks[stack++]);
		} else {
			ensure(number < TRUTH_NUMBERS_MAX);
			if (value != record->numbers[number++])
				fault_value(record, event, "a number");
		}
	}
}

static struct truth_m *m_of_procid(uint64_t procid)
{
	for (uint32_t i = 0; i < truth_log.m_count; i++)
		if (truth_log.ms[i].is_known && truth_log.ms[i].procid == procid)
			return &truth_log.ms[i];
	return NULL;
}

static void compare_record(const struct oracle_event *event)
{
	struct truth_m *m = m_of_procid(event->m);
	const struct truth_record *record = m == NULL ? NULL : next_record(m);
	if (record == NULL && is_unfinished_end(m, event))
		return;
	if (record == NULL || record->type != event->type ||
	    record->generation != event->generation) {
		fault_kind(record, event);
		return;
	}
	if (event->p_before != record->p && event->type != EVENT_go_destroy_syscall)
		fault_value(record, event, "the P");
	if (event->g_before != record->g)
		fault_value(record, event, "the goroutine");
	compare_arguments(record, event);
	judge_state_apply(record, event);
	m->next_to_compare = record->next;
}

void truth_compare(const struct oracle_event *event)
{
	if (judge.fault.rule != NULL)
		return;
	switch (vouch_of(event->type)->class) {
	case VOUCH_NEVER:
		judge_fault(TRUTH_RULE_never, event->type, event, "nothing like it happened");
		break;
	case VOUCH_CLOCK:
		if (event->type == EVENT_frequency)
			begin_generation(event);
		else
			compare_snapshot(event);
		break;
	case VOUCH_SAMPLE:
		judge_sample(event);
		break;
	case VOUCH_GO_STATUS:
		judge_go_status(event);
		break;
	case VOUCH_PROC_STATUS:
		judge_proc_status(event);
		break;
	case VOUCH_RANGE_STATUS:
		judge_range_status(event);
		break;
	default:
		compare_record(event);
	}
}

/* ---- A session ----------------------------------------------------------- */

/* Numbers of one period: 4 follows 2^64-1. */
static bool is_before(uint64_t generation, uint64_t other)
{
	return (int64_t)(generation - other) < 0;
}

/* It belongs to a period before the file's, or happened in its period before the file begins. */
static bool is_behind(const struct truth_record *record)
{
	return record->session < judge.session ||
	       (record->session == judge.session && judge.first_index > 0 &&
		is_before(record->generation, judge.wanted.first_generation));
}

/* Files of whole periods follow each other; others may go back. */
static void go_to_file(struct truth_m *m)
{
	if (!m->is_known)
		return;
	if (judge.file == 1 || judge.wanted.may_begin_late)
		m->next_to_compare = m->first_record;
	while (m->next_to_compare != TRUTH_NO_RECORD &&
	       is_behind(&truth_log.records[m->next_to_compare]))
		m->next_to_compare = truth_log.records[m->next_to_compare].next;
}

/* What happened in the period before the file begins, in the order in which it did. */
static void catch_up(void)
{
	if (judge.first_index == 0)
		return;
	for (uint32_t i = 0; i < truth_log.record_count; i++) {
		const struct truth_record *record = &truth_log.records[i];
		if (record->session == judge.session && is_behind(record))
			judge_state_apply(record, NULL);
	}
}

/* The period that stored GENERATION, and which of its generations that is; false: none did. */
static bool find_period(uint64_t generation)
{
	for (uint32_t s = 0; s < truth_log.session_count; s++) {
		const struct truth_session *session = &truth_log.sessions[s];
		for (uint32_t i = 0; i < session->generation_count; i++) {
			if (truth_log.generations[session->first_generation + i].number !=
			    generation)
				continue;
			judge.session = s + 1;
			judge.first_index = i;
			return true;
		}
	}
	return false;
}

/* Whether the file has a period to be compared with. */
static bool begin_period(void)
{
	const struct truth_log *log = &truth_log;
	const uint64_t generation = judge.wanted.first_generation;
	judge.session = judge.file;
	judge.first_index = 0;
	if (judge.wanted.may_begin_late && generation == 0)
		judge.session = judge.wanted.promised_to.period;
	else if (judge.wanted.may_begin_late)
		return find_period(generation);
	if (judge.session == 0 || judge.session > log->session_count)
		return false;
	const uint32_t first = log->sessions[judge.session - 1].first_generation;
	return tracer_words->is_v1 || log->generations[first].number == generation;
}

void truth_session_begin(const struct truth_file *file)
{
	static const struct truth_session none;
	struct truth_log *log = &truth_log;
	judge.file = ++log->judged_session_count;
	judge.fault = (struct truth_fault){0};
	judge.generation = 0;
	judge.wanted = *file;
	bool has_period = begin_period();
	judge.generation_count = judge.first_index;
	bool is_known = judge.session > 0 && judge.session <= log->session_count;
	judge.log = is_known ? &log->sessions[judge.session - 1] : &none;
	if (!has_period && !file->is_cut)
		judge_fault(TRUTH_RULE_generation, EVENT_frequency, NULL,
			    "no trace was started with generation %lu",
			    (unsigned long)file->first_generation);
	judge_samples_begin();
	if (tracer_words->is_v1) {
		v1_judge_begin();
		return;
	}
	judge_state_begin();
	catch_up();
	for (uint32_t i = 0; i < log->m_count; i++)
		go_to_file(&log->ms[i]);
}

static uint64_t number_at(const struct truth_moment *moment)
{
	return truth_log.generations[moment->generation - 1].number;
}

static void check_promises(void)
{
	const struct truth_moment *from = &judge.wanted.promised_from;
	const struct truth_moment *to = &judge.wanted.promised_to;
	uint32_t first = judge.log->first_generation + judge.first_index + 1;
	uint32_t last = judge.log->first_generation + judge.generation_count;
	if (judge.wanted.is_promised_on && to->period == 0)
		judge_fault(TRUTH_RULE_promised, EVENT_frequency, NULL,
			    "the flight recorder was on, and nothing was traced");
	if (to->period == judge.session && last < to->generation)
		judge_fault(TRUTH_RULE_promised, EVENT_frequency, NULL,
			    "generation %lu was current, the trace ends before it",
			    (unsigned long)number_at(to));
	if (from->period == judge.session && first > from->generation && last >= first)
		judge_fault(TRUTH_RULE_promised, EVENT_frequency, NULL,
			    "generation %lu was current, the trace begins after it",
			    (unsigned long)number_at(from));
}

static void end_session(void)
{
	end_generation();
	check_promises();
	if (judge.wanted.is_cut || judge.wanted.may_begin_late)
		return;
	if (judge.generation_count != judge.log->generation_count)
		judge_fault(TRUTH_RULE_generation, EVENT_frequency, NULL,
			    "%u generations were stored, the trace has %u",
			    judge.log->generation_count, judge.generation_count);
	for (uint32_t i = 0; i < truth_log.m_count; i++) {
		const struct truth_record *record = next_record(&truth_log.ms[i]);
		if (record != NULL)
			fault_missing(record);
	}
}

const struct truth_fault *truth_session_end(void)
{
	if (tracer_words->is_v1)
		v1_judge_end();
	else
		end_session();
	return judge.fault.rule == NULL ? NULL : &judge.fault;
}
