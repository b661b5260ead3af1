/* Truth accepts what happened, and notices every single damage to what a trace says of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "oracle/oracle.h"
#include "perform/points.h"
#include "run/run.h"
#include "scenario/generate.h"
#include "scenario/text.h"
#include "truth/log.h"
#include "truth/rule.h"
#include "truth/truth.h"
#include "wait_graph/wait_graph.h"

/* In traces of few schedules of it every kind of event is that the runtime writes: some need a
 * generation to end in a narrow place. */
static const char everything[] =
	"tracer v2 \"go 1.26\"\n"
	"procs 3\n"
	"signal-rate 20\n"
	"stack-growth 40\n"
	"goroutine controller\n"
	"    label 1; trace-alloc-free 1\n"
	"    start\n"
	"    profile-on 100; profile-label 2; sleep 100; profile-off; sleep 100\n"
	"    task-begin 2; region-begin 3; log 4 5; region-end; task-end\n"
	"    set-gc-percent 50; set-memory-limit 1; set-memory-limit 1\n"
	"    go worker; sleep 100; cgo-callback 2\n"
	"    pull sequence; repeat 3 { pull-next }\n"
	"    advance\n"
	"    maxprocs 1; work 8; maxprocs 4; yield\n"
	"    set-gc-percent 1; repeat 4 { go allocator }; repeat 10 { yield; advance }; gc\n"
	"    advance\n"
	"    unblock 0; sleep 10\n"
	"    stop\n"
	"goroutine worker * 3\n"
	"    call 3; yield; syscall 0; syscall 300; block 0; return\n"
	"    repeat 3 { work 4; yield }\n"
	"goroutine sequence * 0\n"
	"    yield\n"
	"goroutine allocator * 0\n"
	"    repeat 8 { allocate 200; yield }\n"
	"schedule uniform seed 1\n";

enum { SCHEDULE_COUNT_MAX = 1000, TYPE_COUNT_MAX = 1 << 16 };

enum damage_kind {
	NO_DAMAGE,
	DROP,
	TWICE,
	SWAP, /* with the next one */
	OTHER_M,
	OTHER_GOROUTINE,
	OTHER_P,
	ARGUMENT, /* and so on: the argument's number is added */
	DAMAGE_COUNT = ARGUMENT + EVENT_ARGUMENTS_MAX,
};

struct damage {
	unsigned kind; /* enum damage_kind */
	uint64_t at;   /* index of the event */
	uint64_t next;
	bool is_possible; /* the event at that place can have it, and truth must notice */
	struct oracle_event held;
	uint64_t count_of[EVENT_TYPE_COUNT];
};

/* Events of the last trace, in the order in which they are told. */
static uint8_t types[TYPE_COUNT_MAX];
static uint64_t type_count;

static bool is_status(uint8_t type)
{
	return type == EVENT_go_status || type == EVENT_go_status_stack ||
	       type == EVENT_proc_status;
}

static bool is_range_status(uint8_t type)
{
	return vouch_of(type)->class == VOUCH_RANGE_STATUS;
}

static bool is_of_clocks(uint8_t type)
{
	return vouch_of(type)->class == VOUCH_CLOCK;
}

/* Sequences order events and tell nothing; records of a status have more than one rightful writer
 * and place, and that each resource has one is the oracle's rule. */
static bool must_notice_argument(const struct oracle_event *event, unsigned index)
{
	if (index >= event->argument_count)
		return false;
	switch (event->type) {
	case EVENT_go_start:
	case EVENT_go_unblock:
	case EVENT_go_switch:
	case EVENT_go_switch_destroy:
	case EVENT_proc_start:
	case EVENT_proc_steal:
		return index != 1;
	case EVENT_gc_active:
	case EVENT_gc_begin:
	case EVENT_gc_end:
	case EVENT_go_syscall_begin:
	case EVENT_go_status:
	case EVENT_proc_status:
	case EVENT_clock_snapshot: /* since its batch, whose time is the oracle's */
		return index != 0;
	case EVENT_go_status_stack:
		return index == 1 || index == 2 || (index == 3 && event->arguments[2] != 2);
	default:
		return true;
	}
}

static bool must_notice(const struct damage *damage, const struct oracle_event *event)
{
	bool is_record = !is_status(event->type) && !is_range_status(event->type) &&
			 !is_of_clocks(event->type);
	switch (damage->kind) {
	case NO_DAMAGE:
	case SWAP:
		return false;
	case DROP:
		return event->type != EVENT_proc_status;
	case TWICE:
		return !is_status(event->type);
	case OTHER_M:
	case OTHER_GOROUTINE:
		return is_record && event->type != EVENT_cpu_sample;
	case OTHER_P:
		return is_record && event->type != EVENT_cpu_sample &&
		       event->type != EVENT_go_destroy_syscall;
	default:
		return must_notice_argument(event, damage->kind - ARGUMENT);
	}
}

static uint64_t goroutine_of(const struct oracle_event *event)
{
	if (event->type == EVENT_go_create || event->type == EVENT_go_start ||
	    event->type == EVENT_go_create_syscall || event->type == EVENT_go_unblock)
		return event->arguments[0];
	return is_status(event->type) || is_range_status(event->type) ? ORACLE_NONE
								      : event->g_before;
}

/* Neighbours whose order everybody can see: of one M, or about one goroutine. */
static bool must_notice_swap(const struct oracle_event *left, const struct oracle_event *right)
{
	if (left->generation != right->generation || left->type == EVENT_cpu_sample ||
	    right->type == EVENT_cpu_sample || is_status(left->type) || is_status(right->type) ||
	    is_range_status(left->type) || is_range_status(right->type) ||
	    is_of_clocks(right->type) || is_of_clocks(left->type))
		return false;
	bool is_same_m = left->m == right->m && left->type != right->type;
	return is_same_m || (goroutine_of(left) != ORACLE_NONE &&
			     goroutine_of(left) == goroutine_of(right) && left->m != right->m);
}

static void compare_damaged(struct damage *damage, const struct oracle_event *event)
{
	struct oracle_event changed = *event;
	damage->is_possible = must_notice(damage, event);
	switch (damage->kind) {
	case DROP:
		return;
	case TWICE:
		truth_compare(event);
		break;
	case SWAP:
		damage->held = *event;
		return;
	case OTHER_M:
		changed.m++;
		break;
	case OTHER_GOROUTINE:
		changed.g_before++;
		break;
	case OTHER_P:
		changed.p_before++;
		break;
	case NO_DAMAGE:
		break;
	default:
		changed.arguments[damage->kind - ARGUMENT]++;
	}
	truth_compare(&changed);
}

static void tell(void *context, const struct oracle_event *event)
{
	struct damage *damage = context;
	damage->count_of[event->type]++;
	uint64_t index = damage->next++;
	assert_true(index < TYPE_COUNT_MAX);
	types[index] = event->type;
	if (index == damage->at) {
		compare_damaged(damage, event);
		return;
	}
	truth_compare(event);
	if (damage->kind == SWAP && index == damage->at + 1) {
		damage->is_possible = must_notice_swap(&damage->held, event);
		truth_compare(&damage->held);
	}
}

/* Judges the first session of the last run again, with a damage. */
static const struct truth_fault *judge_again(const struct run_result *result, struct damage *damage)
{
	static struct oracle *oracle;
	struct oracle_report report;
	const struct oracle_options options = {
		.is_strict = true, .on_event = tell, .on_event_context = damage};
	if (oracle == NULL)
		oracle = oracle_create();
	truth_log.judged_session_count = 0;
	const struct truth_file file = {.first_generation = truth_log.generations[0].number};
	truth_session_begin(&file);
	oracle_check(oracle, session_bytes(result->sessions, &result->sessions->all[0]),
		     result->sessions->all[0].size_bytes, &options, &report);
	assert_true(report.is_accepted);
	/* Structural ones that no event tells. */
	damage->count_of[EVENT_sync] = report.statistics.of_type[EVENT_sync];
	damage->count_of[EVENT_end_of_generation] =
		report.statistics.of_type[EVENT_end_of_generation];
	return truth_session_end();
}

static void run(const struct scenario *scenario, struct run_result *ret_result)
{
	const struct run_options options = run_options_for(scenario);
	run_scenario(&options, ret_result);
	if (ret_result->verdict.kind != VERDICT_OK)
		fail_msg("%s %s: %s", verdict_name(ret_result->verdict.kind),
			 ret_result->verdict.rule, ret_result->verdict.text);
}

static void parse(const char *text, struct scenario *ret_scenario)
{
	char error[SCENARIO_ERROR_SIZE];
	if (!scenario_parse("test.rut", text, strlen(text), &perform_points, ret_scenario, NULL,
			    error))
		fail_msg("%s", error);
}

/* An event that the runtime can write and that is in no trace yet, or NULL. */
static const char *missing_event(const bool *is_seen)
{
	for (unsigned type = 1; type < EVENT_TYPE_COUNT; type++)
		if (vouch_of((uint8_t)type)->class != VOUCH_NEVER && !is_seen[type])
			return event_info[type].name;
	return NULL;
}

/* Runs a schedule; whether its trace, without damage, has news: types that IS_SEEN has not yet. */
static bool has_news(const struct scenario *scenario, const bool *is_seen, bool *ret_is_new,
		     struct run_result *ret_result)
{
	static struct damage none;
	bool has_any = false;
	none = (struct damage){.kind = NO_DAMAGE};
	run(scenario, ret_result);
	assert_int_equal(ret_result->sessions->count, 1);
	const struct truth_fault *fault = judge_again(ret_result, &none);
	if (fault != NULL)
		fail_msg("%s", fault->text);
	type_count = none.next;
	for (unsigned type = 1; type < EVENT_TYPE_COUNT; type++) {
		ret_is_new[type] = none.count_of[type] > 0 && !is_seen[type];
		has_any |= ret_is_new[type];
	}
	return has_any;
}

typedef void see_news(const struct run_result *result, const bool *is_new);

/* Shows schedules with news until every event has been in one. */
static void each_schedule_with_news(see_news *see)
{
	bool is_seen[EVENT_TYPE_COUNT] = {false}, is_new[EVENT_TYPE_COUNT] = {false};
	struct scenario scenario;
	struct run_result result;
	parse(everything, &scenario);
	for (unsigned i = 0; i < SCHEDULE_COUNT_MAX && missing_event(is_seen) != NULL; i++) {
		if (has_news(&scenario, is_seen, is_new, &result))
			see(&result, is_new);
		for (unsigned type = 1; type < EVENT_TYPE_COUNT; type++)
			is_seen[type] |= is_new[type];
		scenario.schedule.seed++;
	}
	if (missing_event(is_seen) != NULL)
		fail_msg("no %s in any trace", missing_event(is_seen));
}

static void expect_what_is_written(const struct run_result *result, const bool *is_new)
{
	(void)result;
	for (unsigned type = 1; type < EVENT_TYPE_COUNT; type++)
		if (vouch_of((uint8_t)type)->class == VOUCH_NEVER)
			assert_false(is_new[type]);
}

static void knows_every_event_that_the_runtime_writes(void **context)
{
	(void)context;
	each_schedule_with_news(expect_what_is_written);
}

static unsigned possible_count[DAMAGE_COUNT];

static void try_damage(const struct run_result *result, unsigned kind, uint64_t at)
{
	static struct damage damage;
	damage = (struct damage){.kind = kind, .at = at};
	const struct truth_fault *fault = judge_again(result, &damage);
	if (!damage.is_possible)
		return;
	possible_count[kind]++;
	if (fault == NULL)
		fail_msg("damage %u of event %lu is not noticed", kind, (unsigned long)at);
	assert_int_equal(strncmp(fault->rule, "T-", 2), 0);
}

/* Wherever a type stands in the first trace that has it. */
static void damage_news(const struct run_result *result, const bool *is_new)
{
	for (unsigned kind = DROP; kind < DAMAGE_COUNT; kind++)
		for (uint64_t at = 0; at < type_count; at++)
			if (is_new[types[at]])
				try_damage(result, kind, at);
}

static void notices_every_damage(void **context)
{
	(void)context;
	memset(possible_count, 0, sizeof possible_count);
	each_schedule_with_news(damage_news);
	for (unsigned kind = DROP; kind < ARGUMENT + 4; kind++)
		assert_true(possible_count[kind] > 0);
}

/* The M whose last record in the run is a goroutine's end, or NULL. */
static struct truth_m *find_m_that_ends_one(void)
{
	for (uint32_t i = 0; i < truth_log.m_count; i++) {
		struct truth_m *m = &truth_log.ms[i];
		if (m->is_known && m->last_record != TRUTH_NO_RECORD &&
		    truth_log.records[m->last_record].type == EVENT_go_destroy)
			return m;
	}
	return NULL;
}

/* Makes M look as if the run had ended before the goroutine died. */
static void forget_last_record(struct truth_m *m)
{
	uint32_t last = m->last_record;
	uint32_t *link = &m->first_record;
	while (*link != last)
		link = &truth_log.records[*link].next;
	*link = TRUTH_NO_RECORD;
	m->point = POINT_g_change_status;
	m->is_in_section = false;
	m->is_entry_valid = true;
	m->entry_generation = truth_log.records[last].generation;
	m->entry_session = 1;
}

static const char ends[] = "tracer v2 \"go 1.26\"\n"
			   "procs 3\n"
			   "goroutine controller\n"
			   "    start; go worker; yield; go worker; yield; stop\n"
			   "goroutine worker * 3\n"
			   "    repeat 3 { work 4; yield }\n"
			   "schedule uniform seed 7\n";

/* Its event is written before it dies, and the run may end in between. */
static void accepts_a_goroutine_that_is_about_to_end(void **context)
{
	(void)context;
	struct scenario scenario;
	struct run_result result;
	static struct damage none;
	struct truth_m *m = NULL;
	parse(ends, &scenario);
	while (m == NULL) {
		scenario.schedule.seed++;
		assert_true(scenario.schedule.seed < 1000);
		run(&scenario, &result);
		m = find_m_that_ends_one();
	}
	forget_last_record(m);
	assert_null(judge_again(&result, &none));

	m->point = POINT_g_look_at_status;
	const struct truth_fault *fault = judge_again(&result, &none);
	assert_non_null(fault);
	assert_string_equal(fault->rule, "T-transition-invented");
}

enum { DESCRIBED_SCHEDULE_COUNT_MAX = 100 };

static char described[SIM_TEXT_SIZE_BYTES];

static void describe_once(void *context, uint64_t step, unsigned thread, enum point point)
{
	(void)context;
	(void)step;
	(void)thread;
	if (point == POINT_advance_publish_flushed && described[0] == '\0')
		wait_graph_describe_goroutines(described, sizeof described);
}

/* A deadlock's report tells who waits for what. */
static void describes_who_waits_for_what(void **context)
{
	(void)context;
	static const char *const lines[] = {
		"goroutine 1 waiting, in sync.runtime_Semacquire: semaphore, for a semaphore of "
		"the program\n",
		"goroutine 8 waiting, in runtime.ReadTrace: trace reader, for a trace buffer, "
		"registered as reader\n",
	};
	struct scenario scenario;
	const char *missing = lines[0];
	parse(everything, &scenario);
	struct run_options options = run_options_for(&scenario);
	options.listener = describe_once;
	for (unsigned i = 0; i < DESCRIBED_SCHEDULE_COUNT_MAX && missing != NULL; i++) {
		struct run_result result;
		described[0] = '\0';
		run_scenario(&options, &result);
		assert_int_equal(result.verdict.kind, VERDICT_OK);
		missing = NULL;
		for (size_t k = 0; k < sizeof lines / sizeof lines[0]; k++)
			if (strstr(described, lines[k]) == NULL)
				missing = lines[k];
		scenario.schedule.seed++;
	}
	if (missing != NULL)
		fail_msg("no \"%s\" in\n%s", missing, described);
}

/* Every session, every schedule: nothing but the truth is told. */
static void accepts_what_happened(void **context)
{
	(void)context;
	for (uint32_t seed = 1; seed <= 400; seed++) {
		struct choice_random random;
		struct scenario scenario;
		struct run_result result;
		choice_random_init(&random, seed);
		scenario_generate(&random, &scenario);
		run(&scenario, &result);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_every_event_that_the_runtime_writes),
		cmocka_unit_test(notices_every_damage),
		cmocka_unit_test(accepts_a_goroutine_that_is_about_to_end),
		cmocka_unit_test(describes_who_waits_for_what),
		cmocka_unit_test(accepts_what_happened),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
