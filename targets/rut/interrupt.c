#include "rut/interrupt.h"

#include <signal.h>
#include <stdint.h>

#include "rut/fuzz_files.h"

enum { SAME_WITHIN_MS = 500 };

static volatile sig_atomic_t has_come;
static int64_t first_ms; /* of the handlers, which do not interrupt each other */

static void note_interrupt(int number)
{
	if (!has_come) {
		has_come = 1;
		first_ms = fuzz_now_ms();
	} else if (fuzz_now_ms() - first_ms > SAME_WITHIN_MS) {
		signal(number, SIG_DFL);
		raise(number);
	}
}

void interrupt_catch(void)
{
	struct sigaction action = {.sa_handler = note_interrupt};

	has_come = 0;
	sigaddset(&action.sa_mask, SIGINT);
	sigaddset(&action.sa_mask, SIGTERM);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

bool interrupt_has_come(void)
{
	return has_come != 0;
}
