/* rut points and rut defects: what scenarios can name. */
#include <stdio.h>

#include "base/defect.h"
#include "perform/points.h"
#include "rut/command.h"

static void print_point(void *context, uint16_t number, const char *name)
{
	(void)context;
	printf("%5u  %s\n", number, name);
}

int rut_points(int argc, char **argv)
{
	if (argc > 1) {
		printf("Usage: %s\nLists the yield points: numbers and names, for ever.\n",
		       argv[0]);
		return RUT_USAGE;
	}
	perform_points_visit(print_point, NULL);
	return RUT_FINE;
}

int rut_defects(int argc, char **argv)
{
	if (argc > 1) {
		printf("Usage: %s\nLists the defects that can be switched on.\n", argv[0]);
		return RUT_USAGE;
	}
	for (unsigned i = 0; i < DEFECT_COUNT; i++) {
		const struct defect_row *row = defect_row((enum defect)i);
		printf("%s (%s)\n  settings: %s\n  %s\n", row->name, row->tracer, row->settings,
		       row->sentence);
	}
	return RUT_FINE;
}
