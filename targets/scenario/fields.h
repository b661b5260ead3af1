/* The table of configuration fields: name in text, place in the binary header, values. Decoder,
 * text form, generator and mutator follow it; a new field is a member of struct
 * scenario_configuration and a row in fields.c. */
#ifndef SCENARIO_FIELDS_H
#define SCENARIO_FIELDS_H

#include "scenario/scenario.h"

struct scenario_choice {
	uint64_t value;
	const char *text;
	bool is_never_drawn; /* by generator and mutator */
};

struct scenario_field {
	const char *name;
	uint8_t header_offset;
	bool is_always_printed;
	bool is_of_v2;   /* scenarios of the v1 tracer have the initial value */
	uint16_t offset; /* in struct scenario_configuration */
	uint16_t size_bytes;
	uint64_t initial;
	/* Either choices, whose index is the code in the header (append-only), or, with NULL, a
	 * number. */
	const struct scenario_choice *choices;
	size_t choice_count;
	uint8_t min;
	uint8_t max;
};

extern const struct scenario_field scenario_fields[];
extern const size_t scenario_field_count;

/* Texts of enum scenario_policy and enum scenario_action. */
extern const char *const scenario_policy_names[SCENARIO_POLICY_COUNT];
extern const char *const scenario_action_names[SCENARIO_ACTION_COUNT];

/* Whether ACTION names an M. */
static inline bool scenario_action_has_target(uint8_t action)
{
	return action == SCENARIO_RUN || action == SCENARIO_SIGNAL || action == SCENARIO_FLUSH;
}

uint64_t scenario_field_get(const struct scenario_field *field,
			    const struct scenario_configuration *configuration);
void scenario_field_set(const struct scenario_field *field,
			struct scenario_configuration *configuration, uint64_t value);

/* The byte that stands for VALUE in the header; VALUE must be valid. */
uint8_t scenario_field_code(const struct scenario_field *field, uint64_t value);

/* Any byte stands for some value. */
uint64_t scenario_field_value(const struct scenario_field *field, uint8_t code);

/* VALUE itself if it is valid, otherwise a valid one. */
uint64_t scenario_field_fold(const struct scenario_field *field, uint64_t value);

/* How many values of FIELD generator and mutator draw from, and the one of INDEX below that. */
size_t scenario_field_drawn_count(const struct scenario_field *field);
uint64_t scenario_field_drawn(const struct scenario_field *field, size_t index);

/* VALUE folded into MIN..MAX: itself when inside. */
static inline uint64_t scenario_fold(uint64_t value, uint64_t min, uint64_t max)
{
	return value >= min && value <= max ? value : min + value % (max - min + 1);
}

#endif
