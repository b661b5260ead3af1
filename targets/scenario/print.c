#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/fatal.h"
#include "scenario/fields.h"
#include "scenario/text.h"

/* A repeat without another one inside and with at most this many operations goes on one line. */
enum { ONE_LINE_OPERATIONS_MAX = 3 };

struct printer {
	const struct scenario *scenario;
	const struct scenario_text *text; /* may be NULL */
	const struct scenario_points *points;
	bool has_names; /* the text names the programs */
	char *target;
	size_t length;
};

__attribute__((format(printf, 2, 3))) static void print(struct printer *printer, const char *format,
							...)
{
	const size_t size_left = SCENARIO_TEXT_SIZE_MAX - printer->length;
	va_list arguments;

	va_start(arguments, format);
	const int length = vsnprintf(printer->target + printer->length, size_left, format,
				     arguments);
	va_end(arguments);
	ensure(length >= 0);
	ensure((size_t)length < size_left);
	printer->length += (size_t)length;
}

static bool has_distinct_names(const struct scenario *scenario, const struct scenario_text *text)
{
	for (size_t i = 0; i < scenario->program_count; i++) {
		if (text->program_names[i][0] == 0)
			return false;
		for (size_t j = 0; j < i; j++) {
			if (strcmp(text->program_names[i], text->program_names[j]) == 0)
				return false;
		}
	}
	return true;
}

static void print_program_name(struct printer *printer, size_t program)
{
	if (printer->has_names)
		print(printer, "%s", printer->text->program_names[program]);
	else
		print(printer, "%c", (char)('a' + program));
}

static void print_comment(struct printer *printer, const char *comment)
{
	while (*comment != 0) {
		const size_t length = strcspn(comment, "\n");

		print(printer, length > 0 ? "# %.*s\n" : "#%.*s\n", (int)length, comment);
		comment += length;
		if (*comment == '\n')
			comment++;
	}
}

static void print_field(struct printer *printer, const struct scenario_field *field)
{
	const uint64_t value = scenario_field_get(field, &printer->scenario->configuration);

	if (value == field->initial && !field->is_always_printed)
		return;
	if (field->choices == NULL) {
		print(printer, "%s %u\n", field->name, (unsigned)value);
		return;
	}
	const char *text = field->choices[scenario_field_code(field, value)].text;

	/* The dialect is the one value with a space in it. */
	if (strchr(text, ' ') != NULL)
		print(printer, "%s %s \"%s\"\n", field->name,
		      scenario_dialect_is_v1((unsigned)value) ? "v1" : "v2", text);
	else
		print(printer, "%s %s\n", field->name, text);
}

static void print_argument(struct printer *printer, const struct scenario_argument *argument,
			   uint16_t value)
{
	if (argument->kind == SCENARIO_ARGUMENT_NONE)
		return;
	print(printer, " ");
	if (argument->kind == SCENARIO_ARGUMENT_PROGRAM)
		print_program_name(printer, value);
	else
		print(printer, "%u", value);
}

static void print_operation(struct printer *printer, const struct scenario_operation *operation)
{
	const struct scenario_operation_row *row = scenario_operation_row(operation->id);

	print(printer, "%s", row->name);
	print_argument(printer, &row->a, operation->a);
	print_argument(printer, &row->b, operation->b);
}

static bool fits_one_line(const struct scenario_operation *operations, size_t first, size_t end)
{
	if (end - first > ONE_LINE_OPERATIONS_MAX)
		return false;
	for (size_t i = first; i < end; i++) {
		if (operations[i].id == SCENARIO_REPEAT)
			return false;
	}
	return true;
}

static void print_indent(struct printer *printer, size_t depth)
{
	print(printer, "%*s", (int)(4 * depth), "");
}

static void print_program(struct printer *printer, size_t index)
{
	const struct scenario_program *program = &printer->scenario->programs[index];
	const struct scenario_operation *operations = scenario_program_operations(printer->scenario,
										  index);
	size_t depth = 1;

	print(printer, "\ngoroutine ");
	print_program_name(printer, index);
	if (program->copies != 1)
		print(printer, " * %u", program->copies);
	print(printer, "\n");
	for (size_t i = 0; i < program->count; i++) {
		const struct scenario_operation *operation = &operations[i];

		if (operation->id == SCENARIO_END_REPEAT)
			depth--;
		print_indent(printer, depth);
		print_operation(printer, operation);
		if (operation->id == SCENARIO_REPEAT) {
			print(printer, " {");
			if (fits_one_line(operations, i + 1, operation->match)) {
				for (i++; i < operation->match; i++) {
					print(printer,
					      operations[i - 1].id == SCENARIO_REPEAT ? " " : "; ");
					print_operation(printer, &operations[i]);
				}
				print(printer, " }");
			} else {
				depth++;
			}
		}
		print(printer, "\n");
	}
}

static void print_point(struct printer *printer, uint16_t point)
{
	const char *name = printer->points != NULL ? printer->points->name(point) : NULL;

	if (name != NULL)
		print(printer, "%s", name);
	else
		print(printer, "point/%u", point);
}

static void print_schedule(struct printer *printer)
{
	const struct scenario_schedule *schedule = &printer->scenario->schedule;

	print(printer, "\nschedule %s seed %lu", scenario_policy_names[schedule->policy],
	      (unsigned long)schedule->seed);
	if (schedule->parameter != 0)
		print(printer, " parameter %u", schedule->parameter);
	if (schedule->policy == SCENARIO_TARGET_BIASED) {
		print(printer, " target ");
		print_point(printer, schedule->target_point);
	}
	print(printer, "\n");
	for (size_t i = 0; i < printer->scenario->override_count; i++) {
		const struct scenario_override *override = &printer->scenario->overrides[i];

		print(printer, "    at ");
		print_point(printer, override->point);
		print(printer, " #%u %s", override->occurrence,
		      scenario_action_names[override->action]);
		if (scenario_action_has_target(override->action))
			print(printer, " m%u", override->target);
		print(printer, "\n");
	}
}

static void print_expectations(struct printer *printer)
{
	const struct scenario_text *text = printer->text;

	if (text->expectation_count + text->mark_count > 0)
		print(printer, "\n");
	for (size_t i = 0; i < text->expectation_count; i++) {
		const struct scenario_expectation *expectation = &text->expectations[i];

		print(printer, "expect %s %s", expectation->setting, expectation->verdict);
		if (expectation->rule[0] != 0)
			print(printer, " %s", expectation->rule);
		print(printer, "\n");
	}
	for (size_t i = 0; i < text->mark_count; i++)
		print(printer, "mark %s\n", text->marks[i]);
}

static void print_toolchain(struct printer *printer, const struct scenario_toolchain *toolchain)
{
	if (!toolchain->is_given)
		return;
	print(printer, "\ntoolchain 1.%u", toolchain->minor_first);
	if (toolchain->minor_last != SCENARIO_MINOR_NEWEST)
		print(printer, " to 1.%u", toolchain->minor_last);
	print(printer, " %s", scenario_build_names[toolchain->build]);
	for (unsigned i = 0; i < toolchain->edit_count; i++)
		print(printer, " %s", toolchain->edits[i]);
	print(printer, "\n");
	for (unsigned i = 0; i < SCENARIO_STANDING_COUNT; i++)
		if (toolchain->expected[i][0] != 0)
			print(printer, "toolchain-expect %s %s\n", scenario_standing_names[i],
			      toolchain->expected[i]);
}

size_t scenario_print(const struct scenario *scenario, const struct scenario_text *text,
		      const struct scenario_points *points, char *target)
{
	struct printer printer = {
		.scenario = scenario,
		.text = text,
		.points = points,
		.has_names = text != NULL && has_distinct_names(scenario, text),
		.target = target,
	};

	if (text != NULL)
		print_comment(&printer, text->comment);
	for (size_t i = 0; i < scenario_field_count; i++)
		print_field(&printer, &scenario_fields[i]);
	for (size_t i = 0; i < scenario->program_count; i++)
		print_program(&printer, i);
	print_schedule(&printer);
	if (text != NULL) {
		print_expectations(&printer);
		print_toolchain(&printer, &text->toolchain);
	}
	return printer.length;
}
