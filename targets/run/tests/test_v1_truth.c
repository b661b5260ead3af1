/* As test_truth.c, of the v1 tracer: truth accepts what happened, and notices every single damage
 * to what a trace says of it. */
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

/* One trace in which every kind of event is that the runtime writes. */
static const char everything[] =
	"tracer v1 \"go 1.19\"\n"
	"procs 3\n"
	"signal-rate 20\n"
	"goroutine controller\n"
	"    profile-on 100; profile-label 2; go labelled; sleep 100\n"
	"    start\n"
	"    sleep 100\n"
	"    task-begin 2; region-begin 3; log 4 5; region-end; task-end\n"
	"    log 6 7; log 8 9; log 10 11; log 12 13; log 14 15; log 1 0; log 0 2\n"
	"    set-gc-percent 50\n"
	"    go worker; sleep 100\n"
	"    maxprocs 1; work 8; maxprocs 4; yield\n"
	"    set-gc-percent 1; repeat 4 { go allocator }; sleep 100; gc\n"
	"    unblock 0; sleep 10\n"
	"    profile-off; sleep 100; profile-on 200; sleep 100; profile-off; sleep 100\n"
	"    net-poll 1\n"
	"    stop\n"
	"goroutine worker * 3\n"
	"    call 3; yield; block 0; return\n"
	"    repeat 3 { work 40; yield }\n"
	"goroutine labelled\n"
	"    label 1; repeat 4 { sleep 100; yield; work 40 }\n"
	"goroutine allocator * 0\n"
	"    repeat 8 { allocate 16; yield }\n"
	"schedule uniform seed 95\n";

enum damage_kind {
	NO_DAMAGE,
	DROP,
	TWICE,
	SWAP, /* with the next one */
	OTHER_GOROUTINE,
	OTHER_P,
	MESSAGE,
	UNIT,
	ARGUMENT, /* and so on: the argument's number is added */
	DAMAGE_COUNT = ARGUMENT + V1_EVENT_ARGUMENTS_MAX,
};

struct damage {
	unsigned kind; /* enum damage_kind */
	uint64_t at;   /* index of the event */
	uint64_t next;
	bool is_possible; /* the event at that place can have it, and truth must notice */
	struct oracle_v1_event held;
	uint64_t count_of[V1_EVENT_TYPE_COUNT];
};

static bool must_notice(const struct damage *damage, const struct oracle_v1_event *event)
{
	switch (damage->kind) {
	case NO_DAMAGE:
	case SWAP:
		return false;
	case OTHER_GOROUTINE:
	case OTHER_P:
		return event->type != V1_EVENT_cpu_sample;
	case MESSAGE:
		return event->message_size > 0;
	case DROP:
	case TWICE:
	case UNIT:
		return true;
	default:
		return damage->kind - ARGUMENT < event->argument_count;
	}
}

static uint64_t goroutine_of(const struct oracle_v1_event *event)
{
	switch (event->type) {
	case V1_EVENT_go_create:
	case V1_EVENT_go_unblock:
	case V1_EVENT_go_unblock_local:
		return event->arguments[0];
	default:
		return event->g;
	}
}

/* Neighbours whose order everybody can see: of one P, or about one goroutine. Where a system call
 * ended has only its own time. */
static bool must_notice_swap(const struct oracle_v1_event *left,
			     const struct oracle_v1_event *right)
{
	if (left->type == V1_EVENT_cpu_sample || right->type == V1_EVENT_cpu_sample)
		return false;
	bool is_exit = left->type == V1_EVENT_go_sys_exit || right->type == V1_EVENT_go_sys_exit;
	bool is_same_p = !is_exit && left->p == right->p && left->type != right->type;
	return is_same_p || (goroutine_of(left) != 0 && goroutine_of(left) == goroutine_of(right) &&
			     (is_exit || left->p != right->p));
}

static void compare_damaged(struct damage *damage, const struct oracle_v1_event *event)
{
	struct oracle_v1_event changed = *event;
	damage->is_possible = must_notice(damage, event);
	switch (damage->kind) {
	case DROP:
		return;
	case TWICE:
		truth_compare_v1(event);
		break;
	case SWAP:
		damage->held = *event;
		return;
	case OTHER_GOROUTINE:
		changed.g++;
		break;
	case OTHER_P:
		changed.p++;
		break;
	case MESSAGE:
		changed.message_size -= changed.message_size > 0;
		break;
	case UNIT:
		changed.units_per_second++;
		break;
	case NO_DAMAGE:
		break;
	default:
		changed.arguments[damage->kind - ARGUMENT]++;
	}
	truth_compare_v1(&changed);
}

static void tell(void *context, const struct oracle_v1_event *event)
{
	struct damage *damage = context;
	damage->count_of[event->type]++;
	uint64_t index = damage->next++;
	if (index == damage->at) {
		compare_damaged(damage, event);
		return;
	}
	truth_compare_v1(event);
	if (damage->kind == SWAP && index == damage->at + 1) {
		damage->is_possible = must_notice_swap(&damage->held, event);
		truth_compare_v1(&damage->held);
	}
}

/* Judges the first session of the last run again, with a damage. */
static const struct truth_fault *judge_again(const struct run_result *result, struct damage *damage)
{
	static struct oracle *oracle;
	struct oracle_report report;
	const struct oracle_options options = {
		.is_strict = true, .on_v1_event = tell, .on_v1_event_context = damage};
	if (oracle == NULL)
		oracle = oracle_create();
	truth_log.judged_session_count = 0;
	const struct truth_file file = {0};
	truth_session_begin(&file);
	oracle_check(oracle, session_bytes(result->sessions, &result->sessions->all[0]),
		     result->sessions->all[0].size_bytes, &options, &report);
	assert_true(report.is_accepted);
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

static void run_everything(struct run_result *ret_result)
{
	struct scenario scenario;
	char error[SCENARIO_ERROR_SIZE];
	if (!scenario_parse("everything.rut", everything, strlen(everything), &perform_points,
			    &scenario, NULL, error))
		fail_msg("%s", error);
	run(&scenario, ret_result);
	assert_int_equal(ret_result->sessions->count, 1);
}

static void knows_every_event_that_the_runtime_writes(void **context)
{
	(void)context;
	struct run_result result;
	static struct damage none;
	none = (struct damage){.kind = NO_DAMAGE};
	run_everything(&result);
	const struct truth_fault *fault = judge_again(&result, &none);
	if (fault != NULL)
		fail_msg("%s", fault->text);
	for (unsigned type = 1; type < V1_EVENT_TYPE_COUNT; type++) {
		enum vouch_class class = vouch_of_v1((uint8_t)type)->class;
		/* The frequency is told with every event. */
		if (class == VOUCH_NEVER || class == VOUCH_CLOCK)
			assert_int_equal(none.count_of[type], 0);
		else if (none.count_of[type] == 0)
			fail_msg("no %s in the trace", v1_event_info[type].name);
	}
}

static bool is_rule_of(const char *rule, unsigned kind)
{
	if (kind == UNIT)
		return strcmp(rule, "T-clock") == 0;
	return strncmp(rule, "T-", 2) == 0 && strcmp(rule, "T-clock") != 0;
}

static void notices_every_damage(void **context)
{
	(void)context;
	struct run_result result;
	static struct damage damage;
	unsigned possible_count[DAMAGE_COUNT] = {0};
	run_everything(&result);
	for (unsigned kind = DROP; kind < DAMAGE_COUNT; kind++) {
		for (uint64_t at = 0; at < result.trace_event_count; at++) {
			damage = (struct damage){.kind = kind, .at = at};
			const struct truth_fault *fault = judge_again(&result, &damage);
			if (!damage.is_possible)
				continue;
			possible_count[kind]++;
			if (fault == NULL) {
				fail_msg("damage %u of event %lu is not noticed", kind,
					 (unsigned long)at);
				return;
			}
			if (!is_rule_of(fault->rule, kind))
				fail_msg("damage %u of event %lu: %s", kind, (unsigned long)at,
					 fault->text);
		}
	}
	static const unsigned floors[DAMAGE_COUNT] = {
		[DROP] = 150,        [TWICE] = 150,
		[SWAP] = 60,         [OTHER_GOROUTINE] = 150,
		[OTHER_P] = 150,     [MESSAGE] = 6,
		[UNIT] = 150,        [ARGUMENT] = 150,
		[ARGUMENT + 1] = 60, [ARGUMENT + 2] = 20,
		[ARGUMENT + 3] = 4,
	};
	for (unsigned kind = DROP; kind < DAMAGE_COUNT; kind++)
		if (possible_count[kind] < floors[kind])
			fail_msg("damage %u is possible at %u events only", kind,
				 possible_count[kind]);
}

/* What happened and the trace does not have is told under the rule of its kind. */
static void names_the_rule_of_what_is_missing(void **context)
{
	(void)context;
	static const struct {
		uint8_t type;
		const char *rule;
	} rows[] = {
		{V1_EVENT_go_waiting, "T-status-missing"},
		{V1_EVENT_go_in_syscall, "T-status-missing"},
		{V1_EVENT_go_sys_exit, "T-transition-missing"},
		{V1_EVENT_heap_alloc, "T-heap-live"},
		{V1_EVENT_heap_goal, "T-heap-goal"},
		{V1_EVENT_user_log, "T-annotation"},
		{V1_EVENT_gomaxprocs, "T-procs"},
		{V1_EVENT_cpu_sample, "T-sample-missing"},
	};
	struct run_result result;
	static struct damage damage;
	run_everything(&result);
	for (size_t row = 0; row < sizeof rows / sizeof rows[0]; row++) {
		bool is_named = false;
		for (uint64_t at = 0; at < result.trace_event_count && !is_named; at++) {
			damage = (struct damage){.kind = DROP, .at = at};
			const struct truth_fault *fault = judge_again(&result, &damage);
			is_named = fault != NULL && strcmp(fault->rule, rows[row].rule) == 0 &&
				   strncmp(fault->text, v1_event_info[rows[row].type].name,
					   strlen(v1_event_info[rows[row].type].name)) == 0;
		}
		if (!is_named)
			fail_msg("no missing %s is %s", v1_event_info[rows[row].type].name,
				 rows[row].rule);
	}
}

/* Every session, every schedule: nothing but the truth is told. */
static void accepts_what_happened(void **context)
{
	(void)context;
	scenario_set_drawn_tracer(SCENARIO_TRACER_V1);
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
		cmocka_unit_test(names_the_rule_of_what_is_missing),
		cmocka_unit_test(accepts_what_happened),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
