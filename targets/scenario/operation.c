#include <string.h>

#include "scenario/scenario.h"

/* The words of operation.def, as initialisers. */
#define NONE {SCENARIO_ARGUMENT_NONE, 0, 0}
#define NUMBER(min, max) {SCENARIO_ARGUMENT_NUMBER, min, max}
#define PROGRAM() {SCENARIO_ARGUMENT_PROGRAM, 0, SCENARIO_PROGRAM_COUNT_MAX - 1}
#define SEMAPHORE(min, max) {SCENARIO_ARGUMENT_SEMAPHORE, min, max}
#define FUNCTION(min, max) {SCENARIO_ARGUMENT_FUNCTION, min, max}
#define NAME(min, max) {SCENARIO_ARGUMENT_NAME, min, max}
#define TIME_US(min, max) {SCENARIO_ARGUMENT_TIME_US, min, max}

const struct scenario_operation_row scenario_operation_rows[] = {
#define OPERATION(number, identifier, text, class, a, b, sentence)                                 \
	{number, SCENARIO_CLASS_##class, text, a, b, sentence},
#include "scenario/operation.def"
#undef OPERATION
};
const size_t scenario_operation_row_count = sizeof scenario_operation_rows /
					    sizeof scenario_operation_rows[0];

/* Above every id of the table. */
#define OPERATION(number, identifier, text, class, a, b, sentence)                                 \
	_Static_assert((number) < SCENARIO_OPERATION_ID_LIMIT, "raise the limit of ids");
#include "scenario/operation.def"
#undef OPERATION

/* Row number + 1 by id; 0 is no row. */
enum row_number {
#define OPERATION(number, identifier, text, class, a, b, sentence) ROW_##identifier,
#include "scenario/operation.def"
#undef OPERATION
};

static const uint8_t row_numbers[SCENARIO_OPERATION_ID_LIMIT] = {
#define OPERATION(number, identifier, text, class, a, b, sentence) [number] = ROW_##identifier + 1,
#include "scenario/operation.def"
#undef OPERATION
};

const struct scenario_operation_row *scenario_operation_row(uint16_t id)
{
	if (id >= SCENARIO_OPERATION_ID_LIMIT || row_numbers[id] == 0)
		return NULL;
	return &scenario_operation_rows[row_numbers[id] - 1];
}

const struct scenario_operation_row *scenario_operation_row_named(const char *name, size_t length)
{
	for (size_t i = 0; i < scenario_operation_row_count; i++) {
		const struct scenario_operation_row *row = &scenario_operation_rows[i];

		if (strlen(row->name) == length && memcmp(row->name, name, length) == 0)
			return row;
	}
	return NULL;
}

const char *scenario_toolchain_need(const struct scenario *scenario)
{
	if (scenario->configuration.dialect == SCENARIO_GO_1_21)
		return "go 1.21";
	for (uint16_t i = 0; i < scenario->operation_count; i++) {
		const struct scenario_operation_row *row = scenario_operation_row(
			scenario->operations[i].id);

		if (row->class == SCENARIO_CLASS_TOOLCHAIN)
			return row->name;
	}
	return NULL;
}
