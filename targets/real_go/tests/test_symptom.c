/* Last words of Go processes, as the toolchains wrote them, shortened. */
#include "real_go/tests/check.h"

#include "real_go/symptom.h"

/* Go 1.21.13, GOEXPERIMENT=staticlockranking, the mend of 54553 taken out. */
static const char lock_order[] = "1234  ======\n"
				 "0 : sysmon 1 0x5bff98\n"
				 "1 : traceBuf 28 0x5d6440\n"
				 "2 : gscan 38 0x0\n"
				 "fatal error: lock ordering problem\n"
				 "\n"
				 "runtime stack:\n"
				 "runtime.throw({0x4f7add?, 0x0?})\n"
				 "\t/go/src/runtime/panic.go:1077 +0x5c fp=0x7ffe\n"
				 "runtime.checkRanks(0x5bf600, 0x5bf600?, 0x7ffe9718d0d0?)\n"
				 "\t/go/src/runtime/lockrank_on.go:162 +0x236\n"
				 "runtime.acquireLockRank.func1()\n"
				 "\t/go/src/runtime/lockrank_on.go:126 +0x78\n"
				 "runtime.casgstatus(0xc0000864e0, 0x2, 0x8)\n"
				 "\t/go/src/runtime/proc.go:1052 +0x65\n";

/* Go 1.22.12, -race, the mend of 65607 taken out. */
static const char no_race_context[] = "SIGSEGV: segmentation violation\n"
				      "PC=0x536b80 m=0 sigcode=1 addr=0x4\n"
				      "\n"
				      "goroutine 0 gp=0x677fa0 m=0 mp=0x678560 [idle]:\n"
				      "runtime: g 0 gp=0x677fa0: unknown pc 0x536b80\n"
				      "stack: frame={sp:0x7ffd9f569a88, fp:0x0}\n"
				      "\n"
				      "goroutine 1 gp=0xc00 m=0 mp=0x678560 [running]:\n"
				      "runtime.systemstack_switch()\n"
				      "\t/go/src/runtime/asm_amd64.s:474 +0x8\n"
				      "runtime.traceAdvance(0x1)\n"
				      "\t/go/src/runtime/trace2.go:519 +0x4c9\n";

static const char region[] = "fatal error: traceRegion: alloc too large\n"
			     "\n"
			     "goroutine 7 gp=0xc000007500 m=0 mp=0x5d6b60 [running]:\n"
			     "runtime.throw({0x4a5b6c?, 0x1?})\n"
			     "\t/go/src/runtime/panic.go:1077 +0x5c\n"
			     "runtime.(*traceRegionAlloc).alloc(0xc0000, 0x10)\n"
			     "\t/go/src/runtime/traceregion.go:68 +0x2\n";

static const char index_out_of_range[] =
	"panic: runtime error: index out of range [17] with length 3\n"
	"\n"
	"goroutine 12 [running]:\n"
	"main.perform(...)\n"
	"\t/driver/perform.go:12\n"
	"created by main.main in goroutine 1\n"
	"\t/driver/main.go:30 +0x1\n";

static const char nil_pointer[] =
	"fatal error: unexpected signal during runtime execution\n"
	"[signal SIGSEGV: segmentation violation code=0x1 addr=0x4 pc=0x41d920]\n"
	"\n"
	"runtime stack:\n"
	"runtime.throw({0x4a5b6c?, 0x1?})\n"
	"\t/go/src/runtime/panic.go:1077 +0x5c\n"
	"runtime.sigpanic()\n"
	"\t/go/src/runtime/signal_unix.go:861 +0x3e5\n"
	"runtime.traceStackTable.dump({0x1})\n"
	"\t/go/src/runtime/tracestack.go:1 +0x2\n";

static const char race[] = "==================\n"
			   "WARNING: DATA RACE\n"
			   "Write at 0x00c0000b4010 by goroutine 8:\n"
			   "  main.work()\n"
			   "      /driver/work.go:12 +0x44\n"
			   "\n"
			   "Previous read at 0x00c0000b4010 by main goroutine:\n"
			   "  runtime.mapaccess1()\n"
			   "      /go/src/runtime/map.go:1 +0x1\n";

static void check(const char *messages, bool is_race_build, enum verdict_kind kind,
		  const char *where)
{
	struct verdict verdict;
	assert_true(symptom_judge(messages, is_race_build, &verdict));
	assert_string_equal(verdict_name(verdict.kind), verdict_name(kind));
	assert_string_equal(verdict.where, where);
}

static void last_words_become_verdicts(void **state)
{
	(void)state;
	check(lock_order, false, VERDICT_LOCK_ORDER,
	      "lock ordering problem: sysmon, traceBuf, gscan in runtime.casgstatus");
	check(no_race_context, true, VERDICT_NO_RACE_CONTEXT,
	      "SIGSEGV: segmentation violation in runtime.traceAdvance");
	check(region, false, VERDICT_THROW,
	      "fatal error: traceRegion: alloc too large in runtime.(*traceRegionAlloc).alloc");
	check(index_out_of_range, false, VERDICT_THROW,
	      "panic: runtime error: index out of range [#] with length # in main.perform");
	check(nil_pointer, true, VERDICT_THROW,
	      "fatal error: unexpected signal during runtime execution in "
	      "runtime.traceStackTable.dump");
	check(race, true, VERDICT_RACE, "WARNING: DATA RACE in runtime.mapaccess1");
	check("fatal error: all goroutines are asleep - deadlock!\n", false, VERDICT_DEADLOCK,
	      "fatal error: all goroutines are asleep - deadlock!");
}

/* In C code of a program without the race library it is no more than a crash. */
static void the_race_library_is_only_in_race_builds(void **state)
{
	(void)state;
	check(no_race_context, false, VERDICT_THROW,
	      "SIGSEGV: segmentation violation in runtime.traceAdvance");
	check("SIGSEGV: segmentation violation\nPC=0x1 m=0 sigcode=1 addr=0x7f0000001000\n", true,
	      VERDICT_THROW, "SIGSEGV: segmentation violation");
}

static void the_locks_are_the_text(void **state)
{
	(void)state;
	struct verdict verdict;
	assert_true(symptom_judge(lock_order, false, &verdict));
	assert_int_equal(strncmp(verdict.text, "0 : sysmon", strlen("0 : sysmon")), 0);
	assert_contains(verdict.text, "runtime.casgstatus");
}

static void harmless_words_are_none(void **state)
{
	(void)state;
	struct verdict verdict;
	assert_false(symptom_judge("", false, &verdict));
	assert_false(
		symptom_judge("driver: line 3: dance, expected an operation\n", false, &verdict));
	assert_false(symptom_judge("note: the fatal error: of another\n", true, &verdict));
}

static void a_hang_is_told_by_its_stacks(void **state)
{
	(void)state;
	struct verdict verdict;
	symptom_judge_hang("a warning\nSIGQUIT: quit\nPC=0x46a2c1 m=0 sigcode=0\n\n"
			   "goroutine 1 [semacquire]:\nruntime.gopark(0x1)\n\t/a.go:1 +0x1\n"
			   "runtime.StopTrace()\n\t/a.go:2 +0x1\n",
			   &verdict);
	assert_int_equal(verdict.kind, VERDICT_DEADLOCK);
	assert_string_equal(verdict.where, "did not end in runtime.StopTrace");
	assert_int_equal(strncmp(verdict.text, "SIGQUIT: quit", strlen("SIGQUIT: quit")), 0);
	symptom_judge_hang("", &verdict);
	assert_string_equal(verdict.where, "did not end");
	assert_contains(verdict.text, "no stacks");
}

static void numbers_and_addresses_are_all_alike(void **state)
{
	(void)state;
	char line[32];
	symptom_normalize("p=12 at 0xc000beef of 3 bytes\nmore", line, sizeof line);
	assert_string_equal(line, "p=# at # of # bytes");
	symptom_normalize("0123456789 0123456789 abcdefghijklmnopqrstuvwxyz", line, sizeof line);
	assert_string_equal(line, "# # abcdefghijklmnopqrstuvwxyz");
	symptom_normalize("a longer one that has to be cut somewhere", line, sizeof line);
	assert_string_equal(line, "a longer one that has to be cut");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(last_words_become_verdicts),
		cmocka_unit_test(the_race_library_is_only_in_race_builds),
		cmocka_unit_test(the_locks_are_the_text),
		cmocka_unit_test(harmless_words_are_none),
		cmocka_unit_test(a_hang_is_told_by_its_stacks),
		cmocka_unit_test(numbers_and_addresses_are_all_alike),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
