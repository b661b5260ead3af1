#include "rut/interrupt.h"

#include <signal.h>

static volatile sig_atomic_t has_come;

static void note_interrupt(int number)
{
	(void)number;
	has_come = 1;
}

void interrupt_catch(void)
{
	struct sigaction action = {.sa_handler = note_interrupt, .sa_flags = (int)SA_RESETHAND};

	has_come = 0;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

bool interrupt_has_come(void)
{
	return has_come != 0;
}
