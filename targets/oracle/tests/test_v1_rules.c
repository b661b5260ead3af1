/* Every rule of rule.def about v1 traces has a trace that keeps it and one that breaks it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "oracle/oracle.h"
#include "oracle/tests/v1_trace_text.h"

/* Goroutine 1 runs on P0. */
#define RUN "p 0; labels; GoCreate 1 1 2; ProcStart 9; GoStartLocal 1; Gomaxprocs 4 2;"
/* Beside it goroutine 2 is runnable, 3 waits and 4 is in a system call; P1 runs. */
#define CROWD                                                                                      \
	"p 0; labels; GoCreate 1 1 2; GoCreate 2 1 2; GoCreate 3 1 2; GoWaiting 3;"                \
	"GoCreate 4 1 2; GoInSyscall 4; mark; ProcStart 9; GoStartLocal 1; Gomaxprocs 4 2;"        \
	"p 1; ProcStart 8;"
#define P0 "p 0;"
#define P1 "p 1;"
/* Goroutine 1 stops the trace. */
#define END "; p 0; GoSched 2; tail"
/* Goroutine 3 is woken on P1 for nothing, and does EVENTS meanwhile. */
#define FUTILE(events)                                                                             \
	"header 19;" CROWD P0 "GoUnblockLocal 3 2;" P1 "GoStart 3 3;" events                       \
	"FutileWakeup; GoBlock 2;"
/* Goroutine 2 is woken for nothing: it does EVENTS on P2, but its first start on P1 stays. */
#define FUTILE_ELSEWHERE(events)                                                                   \
	"header 19;" CROWD P1 "GoStartLabel 2 1 1; GoPreempt 2; p 2; ProcStart 7; GoStart 2 2;"    \
	"FutileWakeup;" events "GoBlock 2;"

struct rule_case {
	enum rule rule;
	const char *good; /* accepted, strictly too */
	const char *bad;  /* breaks the rule */
};

static const struct rule_case cases[] = {
	{RULE_v1_w1, "header 11;" RUN END, "header 20;" RUN END},
	{RULE_v1_w1, "header 19;" RUN END, "header 10;" RUN END},
	{RULE_v1_w2, RUN END, RUN "byte 0" END},
	{RULE_v1_w2, RUN "mark; CPUSample @0 0 1 2" END, RUN "byte 50; number 1" END},
	{RULE_v1_w2, "header 19;" RUN "mark; CPUSample @0 0 1 2" END,
	 "header 11;" RUN "mark; CPUSample @0 0 1 2" END},
	{RULE_v1_w3, RUN END, RUN END "; byte 6"},
	{RULE_v1_w3, RUN END, RUN "byte 6; fill 10 128; byte 1" END},
	{RULE_v1_w3, RUN END, RUN END "; byte 195"},
	{RULE_v1_w3, RUN END, RUN END "; byte 37; number 9"},
	{RULE_v1_w4, RUN END, RUN "byte 205; number 1; number 300" END},
	{RULE_v1_w5, RUN "string 7 a; UserTaskCreate 1 0 7 2" END, RUN "string 0 a" END},
	{RULE_v1_w5, RUN END, RUN "string 1 a" END},
	{RULE_v1_w5, RUN END, RUN "byte 37; number 9; number 0" END},
	{RULE_v1_w5, RUN "text 7 60000; UserTaskCreate 1 0 7 2" END, RUN "text 7 1000001" END},
	{RULE_v1_w5, RUN END, RUN END "; byte 37; number 9; number 2; byte 65"},
	{RULE_v1_w6, RUN "string 7 a; log 0 7 2 5; log 0 7 2 0" END, RUN "log 0 0 2 1000001" END},
	{RULE_v1_w6, RUN END, RUN END "; log 0 0 2 5; cut 1"},
	{RULE_v1_w6, RUN END, RUN END "; log 0 0 2 0; cut 1"},
	{RULE_v1_w7, RUN END, RUN "byte 70; number 1; number 1" END},
	{RULE_v1_w7, RUN END, "byte 1; number 0" END},
	{RULE_v1_w7, RUN END, "byte 193; number 2; number 0; number 5;" RUN END},
	{RULE_v1_w8, RUN END, RUN END "; byte 3; number 7"},
	{RULE_v1_w8, RUN END, RUN END "; byte 67; number 7; number 1001"},
	{RULE_v1_w8, RUN END, RUN END "; byte 131; number 7; number 1; number 4096"},
	{RULE_v1_w9, "header 19;" RUN "STWStart 1; STWDone" END,
	 "header 19;" RUN "STWStart 2; STWDone" END},
	{RULE_v1_w10, RUN END, RUN "Frequency 0" END},
	{RULE_v1_w10, RUN END, RUN "Frequency -" END},
	{RULE_v1_w11, RUN END, "p 0; labels; tail"},
	{RULE_v1_w12, RUN END, RUN "GoSched 2"},
	{RULE_v1_w13, RUN END, RUN "byte 195; number 2049; fill 2049 1"},
	{RULE_v1_w14, "labels; p 0; GoCreate 1 1 2; ProcStart 9; GoStartLocal 1" END,
	 "ProcStop;" RUN END},
	{RULE_v1_w15, CROWD "p -; GoUnblock 3 2 2" END, RUN "p 1000000; ProcStart 7" END},

	{RULE_v1_o1, CROWD "GoStart 2 1" END, CROWD "GoStart 2 2" END},
	{RULE_v1_o1, RUN "GCStart 0 2; GCDone; GCStart 1 2" END, RUN "GCStart 1 2" END},
	{RULE_v1_o1, RUN "GoSched 2; GoStartLocal 1" END, RUN "GoStartLocal 1" END},
	{RULE_v1_o2, CROWD END, CROWD "p 1 10; GoStart 2 1" END},
	{RULE_v1_o3, CROWD P0 "GoSysExit 4 2 @5" END, CROWD P0 "GoSysExit 3 2 @5" END},
	{RULE_v1_o3, CROWD P0 "GoSysExit 4 2 0" END, CROWD P0 "GoSysExit 4 2 999" END},
	{RULE_v1_o4, CROWD "GoStart 2 1; GoUnblock 3 2 2" END,
	 CROWD "GoStart 2 1;" P0 "GoUnblock 3 2 2;" P1 "GoUnblock 3 2 2" END},

	{RULE_v1_p1, FUTILE("") END, FUTILE("GoSysCall 2;") END},
	{RULE_v1_p2, CROWD "GoStart 2 1; GoSysCall 2" END, FUTILE_ELSEWHERE("GoSysCall 2;") END},
	{RULE_v1_p3, RUN "GoSysCall 2" END, CROWD "GoSysCall 2" END},
	{RULE_v1_p3, CROWD "GoStart 2 1; GoEnd" END, CROWD "GoEnd" END},
	{RULE_v1_p4, CROWD "ProcStop; ProcStart 8" END, CROWD "ProcStart 8" END},
	{RULE_v1_p5, CROWD "ProcStop" END, CROWD "ProcStop; ProcStop" END},
	{RULE_v1_p6, CROWD "GoStart 2 1; GoStop 2; ProcStop" END,
	 CROWD "GoStart 2 1; ProcStop" END},
	{RULE_v1_p7, RUN "GCStart 0 2; GCDone; GCStart 1 2" END,
	 RUN "GCStart 0 2; GCStart 1 2" END},
	{RULE_v1_p8, RUN "GCStart 0 2; GCDone" END, RUN "GCDone" END},
	{RULE_v1_p9, RUN "STWStart 1; STWDone; STWStart 16" END, RUN "STWStart 1; STWStart 1" END},
	{RULE_v1_p10, RUN "STWStart 1; STWDone" END, RUN "STWDone" END},
	{RULE_v1_p11, RUN "GCSweepStart 2; GCSweepDone 5 6; GCSweepStart 2" END,
	 RUN "GCSweepStart 2; GCSweepStart 2" END},
	{RULE_v1_p12, CROWD "GCSweepStart 2; GCSweepDone 5 6" END,
	 CROWD P0 "GCSweepStart 2;" P1 "GCSweepDone 5 6" END},
	{RULE_v1_p13, RUN "GCMarkAssistStart 2; GCMarkAssistDone; GCMarkAssistStart 2" END,
	 RUN "GCMarkAssistStart 2; GCMarkAssistStart 2" END},
	{RULE_v1_p14, CROWD END, RUN "GoWaiting -" END},
	{RULE_v1_p15, CROWD END, RUN "GoInSyscall -" END},
	{RULE_v1_p16, RUN "GoCreate 2 1 2" END, RUN "GoCreate 0 1 2" END},
	{RULE_v1_p16, CROWD "GoCreate 5 1 2" END,
	 RUN "mark; CPUSample @0 0 5 2; GoCreate 5 1 2" END},
	{RULE_v1_p17, CROWD "GoStart 2 1; GoPreempt 2; GoStartLocal 2" END,
	 CROWD "GoStart - 1" END},
	{RULE_v1_p18, CROWD "GoStart 2 1; GoCreate 5 1 2; GoBlockRecv 2; GoStartLabel 5 1 2" END,
	 CROWD P0 "GoStartLocal 2" END},
	{RULE_v1_p21, CROWD "GoUnblock 3 2 2" END, FUTILE("GoUnblock 4 2 2;") END},
	{RULE_v1_p22, CROWD "GoStart 2 1; GoUnblock 3 2 2" END,
	 FUTILE_ELSEWHERE("GoUnblock 3 2 2;") END},
	{RULE_v1_p23, CROWD "GoUnblock 3 2 2; GoStartLocal 3; GoBlockNet 2; GoUnblockLocal 3 2" END,
	 CROWD "GoStart 2 1; GoSysCall 2; GoSysBlock; mark;" P0 "GoUnblock 2 2 2;" P1
	       "GoStart 2 3; GoBlock 2;" P0 "GoSysExit 2 4 @0" END},
	{RULE_v1_p26, CROWD "GoStart 2 1; GoSysCall 2; GoSysBlock; GoSysExit 2 2 0" END,
	 RUN "GoSysExit - 5 0" END},
	{RULE_v1_p28, RUN "UserTaskCreate 5 0 1 2; UserTaskEnd 5 2; UserTaskCreate 5 0 1 2" END,
	 RUN "UserTaskCreate 5 0 1 2; UserTaskCreate 5 0 1 2" END},
	{RULE_v1_p29,
	 RUN "UserRegion 0 1 1 2; UserRegion 0 0 1 2; UserRegion 0 0 2 2; UserRegion 0 1 2 2;"
	     "UserRegion 0 1 1 2" END,
	 RUN "UserRegion 0 0 1 2; UserRegion 0 1 2 2" END},
	{RULE_v1_p29, CROWD "GoStart 2 1; UserRegion 7 0 1 2; GoEnd" END,
	 RUN "UserRegion 7 0 1 2; UserRegion 0 1 1 2" END},
	{RULE_v1_p30, RUN "UserRegion 0 0 1 2; UserRegion 0 1 1 2" END,
	 RUN "UserRegion 0 2 1 2" END},

	{RULE_v1_s_number, RUN "HeapAlloc 300" END, RUN "byte 97; number 1; byte 137; byte 0" END},
	{RULE_v1_s_number, RUN END, RUN END "; byte 195; number 6; number 3; fill 5 1"},
	{RULE_v1_s_number,
	 "header 19;" RUN "GoSysCall 3" END
	 "; byte 195; byte 134; fill 8 128; byte 0; number 3; fill 2 1; fill 2 5; number 1",
	 "header 11;" RUN END "; byte 195; byte 134; fill 8 128; byte 0; number 3; fill 5 1"},
	{RULE_v1_s_code, RUN "HeapAlloc 300" END,
	 RUN "byte 225; number 3; number 1; number 300" END},
	{RULE_v1_s_dt, RUN "dt 5; HeapAlloc 5" END, RUN "dt 0; HeapAlloc 5" END},
	{RULE_v1_s_type, "header 11;" RUN "TimerGoroutine 1" END,
	 "header 19;" RUN "TimerGoroutine 1" END},
	{RULE_v1_s_type, "header 19;" RUN "FutileWakeup" END, RUN "FutileWakeup" END},
	{RULE_v1_s_stw_kind, RUN "STWStart 16; STWDone" END, RUN "STWStart 17; STWDone" END},
	{RULE_v1_s_stw_kind, RUN "STWStart 0; STWDone" END, RUN "STWStart 10; STWDone" END},
	{RULE_v1_s_batch_size, RUN "p 0; log 0 1 2 64000" END, RUN "p 0; log 0 1 2 64480" END},
	{RULE_v1_s_batch_empty, RUN "p 1; ProcStart 8" END, RUN "p 1" END},
	{RULE_v1_s_footer, RUN "GoSysCall 3" END "; p 0; stack 3 1", RUN END "; p 1; ProcStart 8"},
	{RULE_v1_s_footer, RUN END, RUN END "; Frequency 5"},
	{RULE_v1_s_footer, RUN END, RUN "stack 3 1; GoSysCall 3" END},
	{RULE_v1_s_stack, RUN "GoSysCall 3" END "; stack 3 128",
	 RUN "GoSysCall 3" END "; stack 3 129"},
	{RULE_v1_s_stack, RUN END, RUN END "; stack 0 1"},
	{RULE_v1_s_stack, RUN "GoSysCall 3" END "; text 7 1024; stack 3 1 7",
	 RUN "GoSysCall 3" END "; text 7 1025; stack 3 1 7"},
	{RULE_v1_s_sys_exit_time, CROWD P0 "GoSysExit 4 2 @3" END,
	 CROWD P0 "GoSysExit 4 2 @1000" END},
	{RULE_v1_s_ids, RUN "string 7 x; UserTaskCreate 5 0 7 2" END,
	 RUN "string 8 x; UserTaskCreate 5 0 8 2" END},
	{RULE_v1_s_ids, RUN "GoSysCall 3" END "; stack 3 1", RUN "GoSysCall 4" END "; stack 4 1"},
	{RULE_v1_s_labels, RUN END,
	 "p 0; string 1 a; string 2 b; string 3 c; string 4 d; GoCreate 1 1 2; ProcStart 9;"
	 "GoStartLocal 1" END},
	{RULE_v1_s_string_undefined, RUN "UserTaskCreate 5 0 0 2" END,
	 RUN "UserTaskCreate 5 0 99 2" END},
	{RULE_v1_s_string_undefined, RUN END, RUN "GoSysCall 3" END "; stack 3 1 99"},
	{RULE_v1_s_string_unused, RUN "string 7 x; log 0 7 2 1" END, RUN "string 7 x" END},
	{RULE_v1_s_string_twice,
	 RUN "string 7 x; string 8 y; UserTaskCreate 5 0 7 2; log 5 8 2 1" END,
	 RUN "string 7 x; string 8 x; UserTaskCreate 5 0 7 2; log 5 8 2 1" END},
	{RULE_v1_s_stack_undefined, RUN "GoSysCall 0" END, RUN "GoSysCall 99" END},
	{RULE_v1_s_stack_unused, RUN "GoSysCall 3" END "; stack 3 1", RUN END "; stack 3 1"},
	{RULE_v1_s_first, RUN END, "p 0; labels; ProcStart 9; GoCreate 1 1 2; GoStartLocal 1" END},
	{RULE_v1_s_last, RUN END, RUN "tail"},
	{RULE_v1_s_g_id, RUN "GoCreate 18446744073709551613 1 2" END, RUN "GoCreate - 1 2" END},
	{RULE_v1_s_waiting, CROWD END,
	 "p 0; labels; GoCreate 2 1 2; GoCreate 1 1 2; GoWaiting 2;"
	 "ProcStart 9; GoStartLocal 1" END},
	{RULE_v1_s_local, RUN "GoSched 2; GoStartLocal 1" END, RUN "GoSched 2; GoStart 1 2" END},
	{RULE_v1_s_local, CROWD "GoStart 2 1" END, CROWD "GoStartLocal 2" END},
	{RULE_v1_s_local, CROWD P0 "GoUnblockLocal 3 2" END, CROWD P0 "GoUnblock 3 2 2" END},
	{RULE_v1_s_proc, CROWD "GoStart 2 1" END, CROWD "p 2; GoStart 2 1" END},
	{RULE_v1_s_procs, RUN "p 3; ProcStart 8" END, RUN "p 4; ProcStart 8" END},
	{RULE_v1_s_procs, RUN "Gomaxprocs 1 2" END, RUN "Gomaxprocs 0 2" END},
	{RULE_v1_s_assist, RUN "GCMarkAssistDone; GCMarkAssistStart 2; GCMarkAssistDone" END,
	 RUN "GCMarkAssistStart 2; GCMarkAssistDone; GCMarkAssistDone" END},
	{RULE_v1_s_sample, RUN "mark; CPUSample @0 3 1 2; CPUSample @0 - 0 0" END,
	 RUN "mark; CPUSample @0 4 1 2" END},
	{RULE_v1_s_sample, RUN END, RUN "mark; CPUSample @0 0 7 2" END},
};

static const struct oracle_options strict = {.is_strict = true};

static void expect(struct oracle *oracle, const char *script, const struct oracle_options *options,
		   enum rule rule)
{
	struct trace_builder builder;
	struct oracle_report report;

	trace_builder_create(&builder);
	v1_text_write(&builder, script);
	oracle_check(oracle, builder.bytes, builder.size, options, &report);
	if (report.fault.rule != rule)
		fail_msg("expected %s, got %s: %s\n%s", rule_id(rule), rule_id(report.fault.rule),
			 report.fault.message, script);
	assert_int_equal(report.is_accepted, rule == RULE_NONE);
	assert_true(rule == RULE_NONE || report.fault.message[0] != '\0');
	assert_true(report.fault.offset <= builder.size);
	trace_builder_destroy(&builder);
}

static void are_kept_by_good_traces(void **context)
{
	struct oracle *oracle = oracle_create();

	(void)context;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		expect(oracle, cases[i].good, NULL, RULE_NONE);
		expect(oracle, cases[i].good, &strict, RULE_NONE);
	}
	oracle_destroy(oracle);
}

static void are_broken_by_bad_traces(void **context)
{
	struct oracle *oracle = oracle_create();

	(void)context;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		enum rule rule = cases[i].rule;
		bool is_strict = rule_level(rule) == RULE_LEVEL_strict;
		expect(oracle, cases[i].bad, NULL, is_strict ? RULE_NONE : rule);
		if (is_strict)
			expect(oracle, cases[i].bad, &strict, rule);
	}
	oracle_destroy(oracle);
}

static void have_all_a_case(void **context)
{
	int count = 0;

	(void)context;
	for (int rule = RULE_NONE + 1; rule < RULE_COUNT; rule++) {
		bool has_case = false;
		if (strncmp(rule_id((enum rule)rule), "V1-", 3) != 0)
			continue;
		count++;
		for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
			has_case = has_case || cases[i].rule == (enum rule)rule;
		if (!has_case)
			fail_msg("rule %s has no case", rule_id((enum rule)rule));
	}
	assert_true(count >= 60);
}

/* The timer goroutine of Go 1.13 and older wakes others without running. */
static void let_a_timer_goroutine_wake_others(void **context)
{
	struct oracle *oracle = oracle_create();

	(void)context;
	expect(oracle,
	       "header 11;" CROWD P1 "GoStartLabel 2 1 1; GoPreempt 2; p 2; ProcStart 7;"
	       "GoStart 2 2; FutileWakeup; TimerGoroutine 2; GoUnblock 3 2 2; GoBlock 2" END,
	       NULL, RULE_NONE);
	oracle_destroy(oracle);
}

/* The first stage that fails decides, wherever in the file the others would. */
static void are_told_in_the_order_of_the_stages(void **context)
{
	struct oracle *oracle = oracle_create();

	(void)context;
	expect(oracle, RUN "UserRegion 0 2 1 2; GoStart 1 9; STWDone" END "; byte 0", NULL,
	       RULE_v1_w2);
	expect(oracle,
	       RUN "UserRegion 0 2 1 2; GoStart 1 9; STWDone; byte 70; number 1; number 1" END,
	       NULL, RULE_v1_w7);
	expect(oracle, RUN "UserRegion 0 2 1 2; GoStart 1 9; STWDone" END, NULL, RULE_v1_o1);
	expect(oracle, RUN "UserRegion 0 2 1 2; STWDone" END, NULL, RULE_v1_p30);
	oracle_destroy(oracle);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(have_all_a_case),
		cmocka_unit_test(are_kept_by_good_traces),
		cmocka_unit_test(are_broken_by_bad_traces),
		cmocka_unit_test(let_a_timer_goroutine_wake_others),
		cmocka_unit_test(are_told_in_the_order_of_the_stages),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
