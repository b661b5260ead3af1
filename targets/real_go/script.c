#include "real_go/script.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/fatal.h"

struct printer {
	char *target;
	size_t length;
};

__attribute__((format(printf, 2, 3))) static void print(struct printer *printer, const char *format,
							...)
{
	va_list arguments;
	size_t space = SCRIPT_SIZE_MAX - printer->length;
	va_start(arguments, format);
	int length = vsnprintf(printer->target + printer->length, space, format, arguments);
	va_end(arguments);
	ensure(length >= 0 && (size_t)length < space);
	printer->length += (size_t)length;
}

size_t script_print(const struct scenario *scenario, char *target)
{
	struct printer printer = {.target = target};
	print(&printer, "procs %u\n", scenario->configuration.procs);
	for (unsigned i = 0; i < scenario->program_count; i++) {
		const struct scenario_program *program = &scenario->programs[i];
		const struct scenario_operation *operations = scenario_program_operations(scenario,
											  i);
		print(&printer, "program %u copies %u\n", i, program->copies);
		for (unsigned j = 0; j < program->count; j++)
			print(&printer, "%s %u %u\n",
			      scenario_operation_row(operations[j].id)->name, operations[j].a,
			      operations[j].b);
	}
	print(&printer, "end\n");
	return printer.length;
}
