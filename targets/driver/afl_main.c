/* A main for a fuzz target under AFL++: persistent mode, inputs through shared memory.
 *
 *   afl-fuzz -i INPUTS -o OUTPUT -- fuzz_x.afl
 *
 * The target is compiled once for libFuzzer and AFL++: the compiler counts edges in its own
 * counters, which become AFL++'s map after each execution, and with them the (point, state) pairs
 * (engine/coverage.h). The rest is AFL++'s own run-time library. Files are replayed by the target's
 * other programs. */
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>

#include "engine/coverage.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
__attribute__((weak)) int LLVMFuzzerInitialize(int *argc, char ***argv);

/* AFL++'s run-time library. */
extern uint8_t *__afl_area_ptr;
extern uint8_t *__afl_fuzz_ptr;
extern uint32_t *__afl_fuzz_len;
extern uint32_t __afl_map_size;
void __afl_manual_init(void);
int __afl_persistent_loop(unsigned count);

/* It looks for this one, and afl-fuzz for the texts in the program. */
extern int __afl_sharedmem_fuzzing;
int __afl_sharedmem_fuzzing = 1;
extern const char *volatile afl_marks[2];
const char *volatile afl_marks[2] = {"##SIG_AFL_PERSISTENT##", "##SIG_AFL_DEFER_FORKSRV##"};

/* A process lasts that many executions. */
enum { LOOP_COUNT = 100000 };

/* What instrumented code calls beside its counters, and AFL++'s library leaves to others. */
void __sanitizer_cov_8bit_counters_init(uint8_t *begin, uint8_t *end);
void __sanitizer_cov_pcs_init(const uintptr_t *begin, const uintptr_t *end);
void __sanitizer_cov_trace_pc_indir(uintptr_t callee);
void __sanitizer_cov_trace_div4(uint32_t value);
void __sanitizer_cov_trace_div8(uint64_t value);
void __sanitizer_cov_trace_gep(uintptr_t index);

void __sanitizer_cov_8bit_counters_init(uint8_t *begin, uint8_t *end)
{
	(void)begin;
	(void)end;
}

void __sanitizer_cov_pcs_init(const uintptr_t *begin, const uintptr_t *end)
{
	(void)begin;
	(void)end;
}

void __sanitizer_cov_trace_pc_indir(uintptr_t callee)
{
	(void)callee;
}

void __sanitizer_cov_trace_div4(uint32_t value)
{
	(void)value;
}

void __sanitizer_cov_trace_div8(uint64_t value)
{
	(void)value;
}

void __sanitizer_cov_trace_gep(uintptr_t index)
{
	(void)index;
}

/* The stack is not measured; a sanitizer may have it, too. */
extern __thread uintptr_t __sancov_lowest_stack;
__attribute__((weak)) __thread uintptr_t __sancov_lowest_stack;

int main(int argc, char **argv)
{
	if (getenv("__AFL_SHM_ID") == NULL) {
		fprintf(stderr, "%s runs under afl-fuzz; the program without .afl replays files\n",
			argv[0]);
		return 2;
	}
	if (LLVMFuzzerInitialize)
		LLVMFuzzerInitialize(&argc, &argv);
	(void)afl_marks[0];
	__afl_manual_init();
	/* AFL++ leaves a stopped child behind when it is killed. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (__afl_persistent_loop(LOOP_COUNT)) {
		coverage_clear();
		LLVMFuzzerTestOneInput(__afl_fuzz_ptr, *__afl_fuzz_len);
		/* The first entry says that there is instrumentation at all. */
		coverage_copy(__afl_area_ptr + 1, __afl_map_size - 1);
	}
	return 0;
}
