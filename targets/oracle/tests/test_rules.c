/* Every rule of rule.def has a trace that keeps it and one that breaks it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "oracle/oracle.h"
#include "oracle/tests/trace_text.h"

/* Thread 10 runs goroutine 1 on P0. */
#define RUNNING "m 10; ProcStatus 0 1; GoStatus 1 10 2; ProcsChange 1 0;"
#define RUN "begin;" RUNNING
/* Goroutine 1 ends, and in the next generation goroutine 2 goes on. */
#define ENDED                                                                                      \
	RUN "GoCreate 2 1 1; GoDestroy; end; begin; m 10; ProcStatus 0 1; GoStatus 2 - 1;"         \
	    "GoStart 2 1; ProcsChange 1 0;"
#define RUN_25 "header 25;" RUN
#define RUN_26 "header 26;" RUN
/* Beside it goroutine 2 is runnable and P1 idle. */
#define TWO                                                                                        \
	"begin; m 10; ProcStatus 0 1; ProcStatus 1 2; GoStatus 1 10 2; GoStatus 2 - 1;"            \
	"ProcsChange 2 0;"
/* Thread 11 takes P1 and goroutine 2, by a clock that is behind in all of these traces. */
#define EARLIER "m 11 1; ProcStart 1 1; GoStart 2 1;"
/* Thread 11 takes P1 and goroutine 2 into a system call. */
#define CALL TWO "m 11; ProcStart 1 1; GoStart 2 1; GoSyscallBegin 2 1;"
#define END "; end;"
/* A batch of clocks, and one whose snapshot is TIME units behind 0. */
#define SYNC "byte 50; byte 8; number 15625000;"
#define CLOCKS(time, mono_ns, wall_seconds, wall_ns)                                               \
	"m - 0;" SYNC "snapshot " time " " mono_ns " " wall_seconds " " wall_ns ";" RUNNING END
/* Seconds from 1970 to the year 1, which Go takes for no time. */
#define ZERO_WALL "18446744011573954816"

/* String 9: the text of the stop-the-world period that begins a trace. */
#define START_TRACE                                                                                \
	"; m -; byte 4; byte 5; number 9; number 11;"                                              \
	"byte 115; byte 116; byte 97; byte 114; byte 116;"                                         \
	"byte 32; byte 116; byte 114; byte 97; byte 99; byte 101;"

struct rule_case {
	enum rule rule;
	const char *good; /* accepted, strictly too */
	const char *bad;  /* breaks the rule */
};

static const struct rule_case cases[] = {
	{RULE_w_header, "header 22;" RUN END, RUN END "poke 0 71"},
	{RULE_w_header, "header 23;" RUN END, "cut 15"},
	{RULE_w_version, RUN END, "header 24;" RUN END},
	{RULE_w_version, "header 25;" RUN END, "header 27;" RUN END},
	{RULE_w_batch_kind, RUN END, RUN END "byte 7"},
	{RULE_w_batch_header, RUN END, RUN END "byte 1; number 2"},
	{RULE_w_batch_header, RUN END, RUN END "byte 49; byte 1"},
	{RULE_w_batch_size, RUN END, RUN END "byte 1; number 2; number 9; number 9; number 65537"},
	{RULE_w_batch_truncated, RUN END, RUN END "byte 1; number 2; number 9; number 9; number 1"},
	{RULE_w_generation_zero, RUN END, "generation 0;" RUN END},
	{RULE_w_generation_order, RUN END RUN END, RUN END "generation 3;" RUN END},
	{RULE_w_generation_order, RUN_26 END RUN END, "header 26; begin; generation 2;" RUN END},
	{RULE_w_generation_end, RUN_26 END RUN END, RUN END "byte 52"},
	{RULE_w_generation_end, RUN_26 END, RUN_26 "tail"},
	{RULE_w_generation_end, RUN_26 END, RUN_26 END "m 10"},
	{RULE_w_generation_end, RUN_25 END RUN END, RUN_25 "m 10; byte 52" END},
	{RULE_w_frequency_missing, RUN END, "m 10; ProcStatus 0 2" END},
	{RULE_w_frequency_missing, RUN END, "header 23"},
	{RULE_w_frequency_missing, RUN_26 END, RUN_26 END "byte 52"},
	{RULE_w_frequency_missing, RUN END, "byte 49"},
	{RULE_w_frequency_missing, RUN_25 END, "header 25; m -; byte 50" END},
	{RULE_w_frequency_duplicate, RUN END, "begin;" RUN END},
	{RULE_w_frequency_duplicate, RUN END, "m -; byte 8; number 5; byte 8; number 5"},
	{RULE_w_snapshot_missing, RUN_25 END, "header 25; m -; byte 50; byte 8; number 5" END},
	{RULE_w_snapshot_duplicate, RUN_26 END, "header 26; begin; m -; byte 50; snapshot 1 1 1 1"},
	{RULE_w_sync_body, RUN_25 END, "m -; byte 8; number 5; snapshot 1 1 1 1"},
	{RULE_w_sync_body, RUN END, "m -; byte 8; byte 128"},
	{RULE_w_sync_body, RUN END, "header 25; m -; byte 50; byte 9"},
	{RULE_w_sync_body, RUN END, "header 26; m -; byte 50; byte 51; fill 3; byte 128"},
	{RULE_w_record_cut, RUN END, "begin; m -; byte 4; byte 5"},
	{RULE_w_record_cut, RUN END, "begin; m -; byte 4; byte 5; number 1"},
	{RULE_w_record_cut, RUN END, "begin; m -; byte 2; byte 3; number 1"},
	{RULE_w_record_cut, RUN END, "begin; m -; byte 6; byte 7; fill 4"},
	{RULE_w_record_cut, RUN END, "m -; byte 8"},
	{RULE_w_record_cut, RUN_25 END, "header 25; m -; byte 50; byte 51; fill 3"},
	{RULE_w_string_record, RUN END, "begin; m -; byte 4; byte 9"},
	{RULE_w_string_record, RUN END, "begin; m -; byte 4; byte 5; byte 128"},
	{RULE_w_string_record, RUN END, "begin; m -; byte 4; byte 5; number 1; number 3; byte 65"},
	{RULE_w_string_size, RUN END,
	 "begin; m -; byte 4; byte 5; number 1; number 1025; fill 1025"},
	{RULE_w_string_duplicate, RUN END, "begin; m -; byte 4; string 7 a; string 7 a"},
	{RULE_w_string_duplicate, RUN END, "begin; m -; byte 4; string 0 a"},
	{RULE_w_stack_record, RUN END, "begin; m -; byte 2; byte 9"},
	{RULE_w_stack_record, RUN END, "begin; m -; byte 2; byte 3; number 1; number 1; number 9"},
	{RULE_w_stack_size, RUN END, "begin; m -; byte 2; byte 3; number 1; number 129; fill 600"},
	{RULE_w_stack_duplicate, RUN END, "begin; m -; byte 2; stack 7 1 0 0 1; stack 7 1 0 0 1"},
	{RULE_w_stack_duplicate, RUN END, "begin; m -; byte 2; stack 0 1 0 0 1"},
	{RULE_w_frame_string, RUN END, "begin; m -; byte 2; stack 7 1 99 0 1" END},
	{RULE_w_sample_record, RUN "m -; byte 6; sample 9 10 0 1 1" END,
	 "begin; m -; byte 6; byte 9"},
	{RULE_w_event_type, RUN END, RUN "byte 137; number 1" END},
	{RULE_w_event_structural, RUN END, RUN "byte 5; number 1" END},
	{RULE_w_event_structural, RUN END, RUN "byte 127; number 1" END},
	{RULE_w_event_structural, RUN_25 END, RUN_25 "m 10; byte 8; number 5" END},
	{RULE_w_event_structural, RUN END, RUN "m 10; byte 50; number 5" END},
	{RULE_w_event_time, RUN END, RUN "byte 11" END},
	{RULE_w_event_time, RUN END, RUN "byte 11; byte 128" END},
	{RULE_w_event_argument, RUN END, RUN "byte 10; number 1; number 0" END},
	{RULE_w_event_string, RUN "GoStop 1 1" END, RUN "GoStop 99 1" END},
	{RULE_w_event_stack, RUN "GoStop 1 0" END, RUN "GoStop 1 99" END},
	{RULE_w_status, RUN "GoStatus 2 - 4" END, RUN "GoStatus 2 - 3844" END},
	{RULE_w_id_none, RUN END, RUN "GoCreate - 1 1" END},
	{RULE_w_id_none, RUN END, RUN "ProcStatus - 2" END},

	{RULE_r1, RUN END RUN END, RUN END "begin; m 10; ProcStatus 0 2" END},
	{RULE_r1,
	 CALL END "begin; m 10; ProcStatus 1 4; ProcStatus 0 1; GoStatus 1 10 2;"
		  "ProcsChange 2 0; ProcSteal 1 1 11; GoStatus 2 11 3" END,
	 RUN "ProcStatus 3 5" END},
	{RULE_r2, TWO "m 11; ProcStart 1 1; GoStart 2 1" END, TWO "m 11; ProcStart 1 2" END},
	{RULE_r2, TWO END, TWO "m 11; ProcStart 9 1" END},
	{RULE_r2, TWO END, TWO "m -; ProcStart 1 1" END},
	{RULE_r3, RUN "GoStop 1 1; ProcStop" END, "begin; m 10; ProcStop" END},
	{RULE_r4, CALL "m 10; ProcSteal 1 3 11" END, CALL "m 10; ProcSteal 1 3 10" END},
	{RULE_r4, CALL "ProcSteal 1 3 11" END, CALL "m 10; ProcSteal 1 3 99" END},
	{RULE_r4, CALL END, CALL "m 10; ProcSteal 1 4 11" END},
	{RULE_r5, RUN "GoStatus 2 - 4" END, RUN END "begin; m 10; GoStatus 9 - 4" END},
	{RULE_r5, RUN "GoStatus 2 55 3" END, RUN "GoStatus 2 - 5" END},
	{RULE_r5, RUN END, RUN "GoStatus 2 - 3" END},
	{RULE_r5, RUN END, RUN END "begin; m 10; GoStatus 1 - 4" END},
	{RULE_r6, RUN "GoCreate 2 1 1" END, RUN "GoCreate 1 1 1" END},
	{RULE_r6, RUN "GoCreateBlocked 2 1 1" END, RUN "GoSyscallBegin 1 1; GoCreate 2 1 1" END},
	{RULE_r7, RUN "GoStop 1 1; GoStart 1 1" END, RUN "GoStop 1 1; GoStart 1 2" END},
	{RULE_r7, RUN END, TWO "GoStart 2 1" END},
	{RULE_r8, RUN "GoDestroy" END, RUN "GoDestroy; GoDestroy" END},
	{RULE_r9, RUN "GoStop 1 1" END, RUN "GoStop 1 1; GoStop 1 1" END},
	{RULE_r10, RUN "GoBlock 1 1" END, RUN "GoSyscallBegin 1 1; GoBlock 1 1" END},
	{RULE_r11, RUN "GoCreateBlocked 2 1 1; GoUnblock 2 1 1" END,
	 RUN "GoCreate 2 1 1; GoUnblock 2 1 1" END},
	{RULE_r12, RUN "GoCreateBlocked 2 1 1; GoSwitch 2 1" END,
	 RUN "GoCreateBlocked 2 1 1; GoSwitch 2 2" END},
	{RULE_r12, RUN "GoCreateBlocked 2 1 1; GoSwitchDestroy 2 1" END,
	 RUN "GoStop 1 1; GoSwitch 2 1" END},
	{RULE_r13, RUN "GoSyscallBegin 1 1; GoSyscallEnd" END, RUN "GoSyscallBegin 2 1" END},
	{RULE_r14, RUN "GoSyscallBegin 1 1; GoSyscallEnd" END, RUN "GoSyscallEnd" END},
	{RULE_r15, CALL "GoSyscallEndBlocked; m 10; ProcSteal 1 3 11" END,
	 RUN "GoSyscallBegin 1 1; GoSyscallEndBlocked" END},
	{RULE_r16, RUN "m 12; GoCreateSyscall 7" END, RUN "m 12; GoCreateSyscall 1" END},
	{RULE_r17, RUN "m 12; GoCreateSyscall 7; GoDestroySyscall" END, RUN "GoDestroySyscall" END},
	{RULE_r17, CALL "GoDestroySyscall; m 10; ProcSteal 1 3 99" END,
	 "begin; m 10; GoDestroySyscall" END},
	{RULE_r18, RUN "UserTaskBegin 5 0 3 1" END,
	 RUN "UserTaskBegin 5 0 3 1; UserTaskBegin 5 0 3 1" END},
	{RULE_r19, RUN "UserTaskBegin 5 0 3 1; UserTaskEnd 5 1; UserTaskEnd 5 1" END,
	 "begin; m 10; UserTaskEnd 5 1" END},
	{RULE_r20,
	 RUN "UserRegionBegin 0 3 1; UserRegionBegin 0 4 1; UserRegionEnd 0 4 1;"
	     "UserRegionEnd 0 3 1" END,
	 RUN "UserRegionBegin 0 3 1; UserRegionEnd 0 4 1" END},
	{RULE_r21, RUN "GCActive 1; GCEnd 2" END, RUN "GCBegin 1 1; GCActive 2" END},
	{RULE_r21, RUN "GCActive 1" END RUN "GCActive 2" END,
	 RUN "GCActive 1" END RUN "GCActive 3" END},
	{RULE_r22, RUN "GCBegin 1 1; GCEnd 2; GCBegin 3 1" END, RUN "GCBegin 1 1; GCBegin 2 1" END},
	{RULE_r23, RUN "GCBegin 1 1; GCEnd 2" END, RUN "GCBegin 1 1; GCEnd 3" END},
	{RULE_r24, RUN "GoLabel 3; UserLog 0 3 4 1" END, "begin; m 10; ProcsChange 1 0" END},
	{RULE_r25, RUN "HeapAlloc 5; HeapGoal 6" END, "begin; m 10; HeapAlloc 5" END},
	{RULE_r26, RUN "GCSweepBegin 1; GCSweepEnd 1 1" END, RUN "GCSweepEnd 1 1" END},
	{RULE_r26, RUN END, RUN "GCSweepBegin 1; GCSweepBegin 1" END},
	{RULE_r27, RUN "GCSweepActive 0; GCSweepEnd 1 1" END, RUN "GCSweepActive 9" END},
	{RULE_r27, RUN "GCSweepBegin 1" END RUN "GCSweepActive 0" END,
	 RUN END RUN "GCSweepActive 0" END},
	{RULE_r28, RUN "STWBegin 1 1; STWEnd" END, RUN "STWEnd" END},
	{RULE_r28, RUN END, RUN "STWBegin 1 1; STWBegin 1 1" END},
	{RULE_r28, RUN END, RUN "STWBegin 1 1; STWBegin 3 1; STWEnd; STWBegin 3 1" END},
	{RULE_r28, RUN "GCMarkAssistBegin 1; GCMarkAssistEnd" END, RUN "GCMarkAssistEnd" END},
	{RULE_r28, RUN END, RUN "GCMarkAssistBegin 1; GCMarkAssistBegin 1" END},
	{RULE_r29, RUN "GCMarkAssistActive 1; GCMarkAssistEnd" END, RUN "GCMarkAssistActive 9" END},
	{RULE_r30, RUN "Span 1 1 1; HeapObject 1 1; GoroutineStackFree 1" END,
	 "begin; m -; Span 1 1 1" END},
	{RULE_r31, RUN END, RUN "byte 51; fill 4" END},

	{RULE_v_thread, RUN END, "begin; m -; ProcStatus 0 1" END},
	{RULE_v_thread, RUN END, "begin; m -; GoStatus 1 - 2" END},
	{RULE_v_goroutine, RUN END, RUN "GoStatus 5 10 2" END},
	{RULE_v_proc, RUN END, RUN "ProcStatus 5 1" END},
	{RULE_v_resurrection, RUN END, RUN "GoDestroy; GoStatus 1 - 4" END},
	{RULE_v_range, RUN "GCMarkAssistBegin 1; GCMarkAssistEnd; GoDestroy" END,
	 RUN "GCMarkAssistBegin 1; GoDestroy" END},
	{RULE_v_range, RUN END, RUN "GoCreateBlocked 2 1 1; STWBegin 1 1; GoSwitchDestroy 2 1" END},
	{RULE_v_stop,
	 RUN "STWBegin 9 1; m -; byte 4; string 9 a" END RUN "STWEnd; m -; byte 4; string 9 a" END,
	 RUN "STWBegin 9 1; m -; byte 4; string 9 a" END RUN "STWEnd; m -; byte 4; string 9 b" END},
	{RULE_v_stop, RUN END,
	 RUN "STWBegin 9 1; m -; byte 4; string 9 a" END RUN "STWEnd; m -; byte 4; string 8 a" END},
	{RULE_r28, RUN END,
	 RUN "STWBegin 9 1; m -; byte 4; string 9 a" END RUN
	     "STWBegin 9 1; m -; byte 4; string 9 b" END},
	{RULE_v_label, RUN "GoLabel 3" END, RUN "GoLabel 5" END},
	{RULE_v_task, RUN "UserTaskBegin 1 0 3 1" END, RUN "UserTaskBegin 0 0 3 1" END},
	{RULE_v_frame, RUN "GoStop 1 1" END, RUN "GoStop 1 2" END},
	{RULE_v_frame, RUN END, RUN "m -; byte 6; sample 9 10 0 1 2" END},
	{RULE_v_sample_stack, RUN END, RUN "m -; byte 6; sample 9 10 0 1 99" END},
	{RULE_v_undetermined, RUN END RUN "ProcStatus 1 2" END, "begin; end;" RUN END},
	{RULE_v_undetermined, RUN END, "begin; end; begin; m -; GoStatus 5 - 4" END},
	{RULE_v_clock, RUN_25 END RUN END, RUN_25 END CLOCKS("1", "999", "1700000099", "0")},
	{RULE_v_clock, RUN_25 END, RUN_25 END CLOCKS("9999", "0", "1700000099", "0")},
	{RULE_v_clock, RUN_25 END, RUN_25 END CLOCKS("9999", "9999", "1700000000", "0")},
	{RULE_v_clock, RUN_25 END, "header 25;" CLOCKS("0", "1", "1", "0")},
	{RULE_v_clock, RUN_25 END, "header 25; generation 1;" CLOCKS("1", "1", ZERO_WALL, "0")},
	{RULE_v_empty, RUN_26 END, "header 26"},
	{RULE_v_empty, RUN_26 END, "header 26; m -; byte 4; string 1 a"},
	{RULE_v_experiment, RUN "x 1" END, RUN "x 2; byte 9" END},
	{RULE_n2, RUN END, RUN "ProcStatus 3 0" END},
	{RULE_n2, RUN END, RUN "GoStatus 3 - 0" END},

	{RULE_n1, RUN END, RUN "ProcStatus 0 1" END},
	{RULE_n1, RUN END, RUN "GoCreate 2 1 1; GoStatus 2 - 1" END},
	{RULE_n3, RUN "GoStatus 2 - 4" END RUN "GoStatus 2 - 4" END,
	 RUN "GoStatus 2 - 4" END RUN END},
	{RULE_n3, RUN END,
	 TWO END
	 "begin; m 10; ProcStatus 0 1; GoStatus 1 10 2; GoStatus 2 - 1; ProcsChange 2 0" END},
	{RULE_n4, RUN "dt 1; HeapAlloc 5" END, RUN "dt 0; HeapAlloc 5" END},
	{RULE_n6, RUN "m -; byte 6; sample 9 10 - 0 0" END,
	 RUN "m -; byte 6; sample 99999 10 - 7 0" END},
	{RULE_n6, RUN END, RUN "m -; byte 6; sample 9 10 7 1 1" END},
	{RULE_n6, RUN END, RUN "m -; byte 6; sample 99999 10 0 7 1" END},
	{RULE_n7, RUN END, "begin; m 10; ProcStatus 0 1; GoStatus 1 10 2" END},
	{RULE_n7, RUN "GCActive 1" END RUN "GCActive 2" END, RUN "GCActive 1" END RUN END},
	{RULE_n8, TWO "m 11; ProcStart 1 1" END, RUN "m 11; ProcStatus 5 1" END},
	{RULE_n10, RUN "GCBegin 1 1" END, RUN "GCBegin 5 1" END},
	{RULE_n12, RUN END RUN END, RUN END "begin; m 11; ProcStatus 0 1" END},
	{RULE_n12, RUN END, RUN END "begin; m 11; GoStatus 1 11 2" END},
	{RULE_n13, RUN "GoStatus 2 - 4" END, RUN "GoStatus 2 55 4" END},
	{RULE_n13, RUN END, "begin; m 10; ProcStatus 0 1; GoStatus 1 55 2" END},
	{RULE_n15, RUN_26 END RUN END, RUN_26 END "generation 7;" RUN END},
	{RULE_n15, RUN_26 END RUN END, RUN_26 END "generation 1;" RUN END},
	{RULE_n16, RUN_26 END, RUN_26 "tail; m -; byte 52; byte 7"},
	{RULE_n17, RUN_26 END, RUN_26 END "m -; byte 4; string 1 a"},
	{RULE_n17, RUN_26 END, RUN_26 END "byte 49"},
	{RULE_n17, RUN END, RUN END "byte 49"},
	{RULE_n18, RUN_25 END, "header 25; m - 5000;" SYNC "snapshot 0 1 1 1;" RUNNING END},
	{RULE_n18, RUN_25 END,
	 "header 25; m - 5000;" SYNC "snapshot 1 1 1 1000000000;" RUNNING END},
	{RULE_since, RUN "GoCreateBlocked 2 1 1" END, "header 22;" RUN "GoCreateBlocked 2 1 1" END},
	{RULE_i29_padding, RUN END,
	 RUN "close; byte 1; number 1; number -; number 1; number 0" END},
	{RULE_i29_limit, RUN "x 1; byte 0; fill 65000" END, RUN "x 1; byte 0; fill 65500" END},
	{RULE_i36, "generation 1;" RUN END, "generation 2;" RUN END},
	{RULE_i37_strings_last, RUN "tail", RUN "tail; m 10; HeapAlloc 5"},
	{RULE_i37_frequency,
	 "m -; byte 8; number 1; m 10; ProcStatus 0 1; GoStatus 1 10 2; ProcsChange 1 0" END,
	 "m -; byte 8; number 0; m 10; ProcStatus 0 1; GoStatus 1 10 2; ProcsChange 1 0" END},
	{RULE_i37_sync, RUN_25 END,
	 "header 25; m -;" SYNC "m -; byte 50; snapshot 1 1 1 1;" RUNNING END},
	{RULE_i37_sync, RUN_25 END, "header 25; m 10;" SYNC "snapshot 1 1 1 1;" RUNNING END},
	{RULE_i37_sync, RUN_25 END,
	 "header 25; m -; byte 50; snapshot 1 1 1 1; byte 8; number 15625000;" RUNNING END},
	{RULE_i38, RUN END RUN END, RUN END "begin; m 10; GoStatus 1 10 2; ProcsChange 1 0" END},
	{RULE_i38, RUN END, RUN END "begin; m 10; ProcStatus 0 1; ProcsChange 1 0" END},
	{RULE_i45, RUN "STWBegin 1 1; STWEnd; STWBegin 3 1; STWEnd" END,
	 RUN "STWBegin 1 1; STWBegin 3 1; STWEnd; STWEnd" END},
	{RULE_x_data, RUN "x 1; byte 1; fill 4; x 1; byte 0; fill 5" END, RUN "x 1; byte 9" END},
	{RULE_x_data, RUN "x 1" END, RUN "x 1; byte 1; fill 3" END},
};

static const struct oracle_options strict = {.is_strict = true, .first_generation = 1};

static void expect(struct oracle *oracle, const char *script, const struct oracle_options *options,
		   enum rule rule)
{
	struct trace_builder builder;
	struct oracle_report report;

	trace_builder_create(&builder);
	trace_text_write(&builder, script);
	oracle_check(oracle, builder.bytes, builder.size, options, &report);
	if (report.fault.rule != rule)
		fail_msg("expected %s, got %s: %s\n%s", rule_id(rule), rule_id(report.fault.rule),
			 report.fault.message, script);
	assert_int_equal(report.is_accepted, rule == RULE_NONE);
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
		if (rule_level(rule) == RULE_LEVEL_strict) {
			expect(oracle, cases[i].bad, NULL, RULE_NONE);
			expect(oracle, cases[i].bad, &strict, rule);
		} else {
			expect(oracle, cases[i].bad, NULL, rule);
		}
	}
	oracle_destroy(oracle);
}

static void have_all_a_case(void **context)
{
	(void)context;
	for (int rule = RULE_NONE + 1; rule < RULE_COUNT; rule++) {
		/* Rules of v1 traces have tests of their own. */
		bool has_case = strncmp(rule_id((enum rule)rule), "V1-", 3) == 0;
		for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
			has_case = has_case || cases[i].rule == (enum rule)rule;
		if (!has_case)
			fail_msg("rule %s has no case", rule_id((enum rule)rule));
	}
}

/* Of all events that cannot happen the message names the one that explains the others. */
static void are_told_at_the_event_that_explains(void **context)
{
	struct oracle *oracle = oracle_create();
	struct trace_builder builder;
	struct oracle_report report;

	(void)context;
	trace_builder_create(&builder);
	/* Thread 12 waits for what thread 11 would do, thread 13 for what never comes, thread 11
	 * for both. */
	trace_text_write(&builder, TWO "m 13; GoStart 2 5; m 12; GoStart 2 3;"
				       "m 11; ProcStart 1 14; GoStart 2 1; GoUnblock 2 2 0" END);
	oracle_check(oracle, builder.bytes, builder.size, NULL, &report);
	assert_int_equal(report.fault.rule, RULE_r2);
	assert_string_equal(report.fault.message,
			    "ProcStart p=1 p_seq=14 on M11: the sequence of P1 in generation 1 "
			    "starts at 1");
	assert_int_equal(report.fault.generation, 1);
	assert_int_equal(builder.bytes[report.fault.offset], EVENT_proc_start);
	trace_builder_destroy(&builder);
	oracle_destroy(oracle);
}

/* A trace that joined a running one does not begin with the first GC event of it. */
static void ask_for_the_first_gc_event_where_the_beginning_is(void **context)
{
	const struct oracle_options alone = {.is_strict = true};
	struct oracle *oracle = oracle_create();

	(void)context;
	expect(oracle, RUN "GCBegin 5 1" END, &alone, RULE_NONE);
	expect(oracle, RUN "STWBegin 1 1; STWEnd; GCBegin 5 1" END, &alone, RULE_NONE);
	expect(oracle, RUN "STWBegin 9 1; STWEnd; GCBegin 1 1" START_TRACE END, &alone, RULE_NONE);
	expect(oracle, RUN "STWBegin 9 1; STWEnd; GCBegin 5 1" START_TRACE END, &alone, RULE_n10);
	oracle_destroy(oracle);
}

/* The GC's events have numbers; where clocks disagree, times do not tell which comes first. */
static void ask_for_the_first_gc_event_by_its_number(void **context)
{
	const struct oracle_options agree = {.is_strict = true};
	const struct oracle_options apart = {.is_strict = true, .clocks_may_disagree = true};
	struct oracle *oracle = oracle_create();

	(void)context;
	expect(oracle, TWO "GCActive 5; GCEnd 6;" EARLIER "GCBegin 7 1" END, &agree, RULE_r21);
	expect(oracle, TWO "GCActive 5; GCEnd 6;" EARLIER "GCBegin 7 1" END, &apart, RULE_NONE);
	expect(oracle, TWO "GCActive 5; GCEnd 6;" EARLIER "GCBegin 8 1" END, &apart, RULE_r22);
	expect(oracle, TWO "GCActive 5;" EARLIER "GCBegin 4 1" END, &apart, RULE_r21);
	expect(oracle, TWO "GCBegin 5 1; GCEnd 6;" EARLIER "GCBegin 7 1" END, &apart, RULE_NONE);
	expect(oracle, TWO END TWO "GCBegin 5 1; GCEnd 6;" EARLIER "GCBegin 7 1" END, &apart,
	       RULE_NONE);
	expect(oracle, RUN "STWBegin 9 1; STWEnd; GCBegin 5 1" START_TRACE END, &apart, RULE_n10);
	oracle_destroy(oracle);
}

/* Of one that ended before the trace nothing is known but that its thread had not gone on. */
static void ask_whom_a_sample_interrupted_where_that_can_be_known(void **context)
{
	const struct oracle_options alone = {.is_strict = true};
	const struct oracle_options apart = {.is_strict = true, .clocks_may_disagree = true};
	struct oracle *oracle = oracle_create();

	(void)context;
	expect(oracle, RUN "m -; byte 6; sample 9 10 0 7 1" END, &alone, RULE_NONE);
	expect(oracle, RUN "m -; byte 6; sample 99999 11 0 7 1" END, &alone, RULE_NONE);
	expect(oracle, RUN "m -; byte 6; sample 99999 10 0 7 1" END, &alone, RULE_n6);
	expect(oracle, RUN "m -; byte 6; sample 99999 10 0 7 1" END, &apart, RULE_NONE);
	expect(oracle, RUN "m -; byte 6; sample 9 10 7 7 1" END, &alone, RULE_n6);
	expect(oracle, RUN END RUN "m -; byte 6; sample 9 10 0 7 1" END, &alone, RULE_n6);
	expect(oracle, RUN "m -; byte 6; sample 9 10 0 7 1" END, &strict, RULE_NONE);
	oracle_destroy(oracle);
}

/* One that ended in the generation before is still on its thread until that goes on. */
static void know_who_ended_in_the_generation_before(void **context)
{
	struct oracle *oracle = oracle_create();

	(void)context;
	expect(oracle, ENDED "m -; byte 6; sample 9 10 0 1 1" END, &strict, RULE_NONE);
	expect(oracle, ENDED "m -; byte 6; sample 99999 10 0 1 1" END, &strict, RULE_n6);
	expect(oracle, ENDED "m -; byte 6; sample 9 10 0 7 1" END, &strict, RULE_n6);
	oracle_destroy(oracle);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ask_for_the_first_gc_event_by_its_number),
		cmocka_unit_test(ask_for_the_first_gc_event_where_the_beginning_is),
		cmocka_unit_test(ask_whom_a_sample_interrupted_where_that_can_be_known),
		cmocka_unit_test(know_who_ended_in_the_generation_before),
		cmocka_unit_test(have_all_a_case),
		cmocka_unit_test(are_kept_by_good_traces),
		cmocka_unit_test(are_broken_by_bad_traces),
		cmocka_unit_test(are_told_at_the_event_that_explains),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
