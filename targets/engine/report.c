#include "engine/report.h"

#include <stdio.h>
#include <stdlib.h>

_Noreturn void engine_report(const struct verdict *verdict)
{
	fprintf(stderr, "FINDING verdict=%s rule=%s where=%s\n", verdict_name(verdict->kind),
		verdict->rule[0] != '\0' ? verdict->rule : "-", verdict->where);
	if (verdict->session > 0)
		fprintf(stderr, "trace %u of the run, generation %llu, offset %llu\n",
			verdict->session, (unsigned long long)verdict->generation,
			(unsigned long long)verdict->offset);
	fprintf(stderr, "%s\n", verdict->text);
	fflush(stderr);
	abort();
}
