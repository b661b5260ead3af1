#include "rut/fixed_fields.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/fields.h"

enum { FIXED_COUNT_MAX = 32 };

static struct {
	const struct scenario_field *field;
	uint64_t value;
} fixed[FIXED_COUNT_MAX];
static size_t fixed_count;

static const struct scenario_field *find_field(const char *name, size_t length)
{
	for (size_t i = 0; i < scenario_field_count; i++) {
		const struct scenario_field *field = &scenario_fields[i];
		if (strlen(field->name) == length && strncmp(field->name, name, length) == 0)
			return field;
	}
	return NULL;
}

static bool parse_number(const struct scenario_field *field, const char *text, uint64_t *ret_value)
{
	char *end;
	errno = 0;
	unsigned long long value = strtoull(text, &end, 10);
	*ret_value = value;
	return errno == 0 && end != text && *end == '\0' && value >= field->min &&
	       value <= field->max;
}

static bool parse_value(const struct scenario_field *field, const char *text, uint64_t *ret_value)
{
	if (field->choices == NULL)
		return parse_number(field, text, ret_value);
	for (size_t i = 0; i < field->choice_count; i++) {
		if (strcmp(field->choices[i].text, text) == 0) {
			*ret_value = field->choices[i].value;
			return true;
		}
	}
	return false;
}

bool fixed_fields_add(const char *setting)
{
	size_t name_length = strcspn(setting, "=");
	const struct scenario_field *field = find_field(setting, name_length);
	uint64_t value;
	if (field == NULL || setting[name_length] != '=' ||
	    !parse_value(field, setting + name_length + 1, &value) ||
	    fixed_count == FIXED_COUNT_MAX)
		return false;
	fixed[fixed_count].field = field;
	fixed[fixed_count].value = value;
	fixed_count++;
	return true;
}

void fixed_fields_apply(struct scenario *scenario)
{
	for (size_t i = 0; i < fixed_count; i++)
		scenario_field_set(fixed[i].field, &scenario->configuration, fixed[i].value);
	scenario_repair(scenario);
}
