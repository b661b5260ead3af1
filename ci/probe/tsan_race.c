/* Can this compiler's ThreadSanitizer judge fibers on one OS thread? Built and run at configure
 * time.
 *
 * Two fibers write one plain word, one after the other. `race`: nothing orders them, a report is
 * due (exit 66). `ordered`: the first releases, the second acquires, silence is due (exit 0). Exit
 * 2: wrong usage. */
#include <stdio.h>
#include <string.h>
#include <ucontext.h>

#include <sanitizer/tsan_interface.h>

#define UNINSTRUMENTED __attribute__((noinline, disable_sanitizer_instrumentation))

enum { STACK_SIZE_BYTES = 256 * 1024 };

static ucontext_t main_context, fiber_context[2];
static void *main_fiber, *fibers[2];
static char stacks[2][STACK_SIZE_BYTES];
static int is_ordered;
static int shared_word;

/* The flag says: a switch between two fibers that stand for two threads carries no order. */
UNINSTRUMENTED static void switch_to(ucontext_t *from, ucontext_t *to, void *fiber)
{
	__tsan_switch_to_fiber(fiber, __tsan_switch_to_fiber_no_sync);
	swapcontext(from, to);
}

__attribute__((noinline)) static void touch(int is_second)
{
	if (is_ordered && is_second)
		__tsan_acquire(&is_ordered);
	shared_word++;
	if (is_ordered && !is_second)
		__tsan_release(&is_ordered);
}

UNINSTRUMENTED static void fiber_main(int index)
{
	touch(index);
	switch_to(&fiber_context[index], &main_context, main_fiber);
}

UNINSTRUMENTED static void run_fiber(int index)
{
	fibers[index] = __tsan_create_fiber(0);
	getcontext(&fiber_context[index]);
	fiber_context[index].uc_stack.ss_sp = stacks[index];
	fiber_context[index].uc_stack.ss_size = STACK_SIZE_BYTES;
	fiber_context[index].uc_link = NULL;
	makecontext(&fiber_context[index], (void (*)(void))fiber_main, 1, index);
	switch_to(&main_context, &fiber_context[index], fibers[index]);
}

UNINSTRUMENTED int main(int argc, char **argv)
{
	if (argc != 2 || (strcmp(argv[1], "race") != 0 && strcmp(argv[1], "ordered") != 0)) {
		fprintf(stderr, "usage: tsan_race race|ordered\n");
		return 2;
	}
	is_ordered = strcmp(argv[1], "ordered") == 0;
	main_fiber = __tsan_get_current_fiber();
	run_fiber(0);
	run_fiber(1);
	printf("%d\n", shared_word);
	return 0;
}
