/* A run's result, as commands print it. */
#ifndef RUT_RESULT_TEXT_H
#define RUT_RESULT_TEXT_H

#include <stdbool.h>
#include <stdio.h>

#include "run/run.h"
#include "scenario/text.h"

/* "verdict   trace-rejected   rule R2   trace 3 ...". */
void result_print_verdict(const struct verdict *verdict, FILE *stream);

/* What the judge says of it, indented. */
void result_print_text(const struct verdict *verdict, FILE *stream);

/* The marks of TEXT, by the points of POINT_LIMIT that are reached; then the numbers of the run. */
void result_print_counts(const struct run_result *result, const struct scenario_text *text,
			 const bool *point_is_reached, FILE *stream);

#endif
