/* Configuration fields that `rut explore --set` gives a value in every scenario. */
#ifndef RUT_FIXED_FIELDS_H
#define RUT_FIXED_FIELDS_H

#include <stdbool.h>

#include "scenario/scenario.h"

/* Remembers SETTING, FIELD=VALUE as the text form has them. False: no such field, or not one of its
 * values. */
bool fixed_fields_add(const char *setting);

/* Gives the remembered fields their values, as far as SCENARIO's tracer has them. */
void fixed_fields_apply(struct scenario *scenario);

#endif
