/* Yield points as scenarios know them: numbers and names. */
#ifndef PERFORM_POINTS_H
#define PERFORM_POINTS_H

#include "scenario/scenario.h"

/* For the text form. */
extern const struct scenario_points perform_points;

/* Lets generator and mutator draw from all points of the runtime. Call once, before either. */
void perform_points_teach_generator(void);

/* Calls VISIT for every point, locks' included, in order of number. */
void perform_points_visit(void (*visit)(void *context, uint16_t number, const char *name),
			  void *context);

#endif
