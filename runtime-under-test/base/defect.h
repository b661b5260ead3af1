/* Switchable historic defects: defects.def. Settings belong to the process and change only while
 * nothing runs. */
#ifndef BASE_DEFECT_H
#define BASE_DEFECT_H

#include <stdbool.h>
#include <stddef.h>

enum defect {
#define DEFECT(name, tracer, settings, sentence) DEFECT_##name,
#include "defects.def"
#undef DEFECT
	DEFECT_COUNT,
};

struct defect_row {
	const char *name;
	const char *tracer;
	const char *settings; /* separated by single spaces */
	const char *sentence;
};

/* The number of the setting of defect NAME, 0 by default. A call, so that a coverage-guided engine
 * gets no edge of its own for a defect that is off. */
#define DEFECT(name) defect_setting(DEFECT_##name)
unsigned defect_setting(enum defect defect);

/* Whether the line of a defect that is switched on was executed, since it was. */
bool defect_was_reached(void);

/* The row that a text as below belongs to; NULL when there is no such defect. */
const struct defect_row *defect_row_named(const char *text);

/* Switches by text: "issue_65318" or "issue_65318:fix_1_23". False when there is no such defect or
 * setting. */
bool defect_switch(const char *text);

/* All off. */
void defect_reset(void);

const struct defect_row *defect_row(enum defect defect);

/* Copies the name of setting NUMBER of DEFECT to TEXT; false when it has fewer. */
bool defect_setting_name(enum defect defect, unsigned number, char *text, size_t size_bytes);

/* The text form of what is switched on, "" when all are off. Static. */
const char *defect_switched_text(void);

#endif
