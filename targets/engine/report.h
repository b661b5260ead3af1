/* How a target tells a finding: the one place that engines, `rut fuzz` and the canaries' check rely
 * on. */
#ifndef ENGINE_REPORT_H
#define ENGINE_REPORT_H

#include "judge/verdict.h"

/* Prints one line, `FINDING verdict=.. rule=.. where=..`, and what a person needs to know to
 * standard error, and aborts, so that the engine keeps the input. Returns where the page says that
 * the finding is known: it is counted there. */
void engine_report(const struct verdict *verdict);

#endif
