/* What is known of how our runtime differs from real ones: difference.def. */
#ifndef REAL_GO_DIFFERENCE_H
#define REAL_GO_DIFFERENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { STORY_MINOR_NEWEST = 255 };

/* How our runtime runs beside a release. */
struct story_form {
	uint8_t minor_first, minor_last;
	uint8_t dialect;     /* enum scenario_dialect */
	const char *setting; /* of a defect, as in "issue_65318:fix_1_23" */
	const char *sentence;
};

/* NULL: our runtime has no form for Go 1.MINOR. */
const struct story_form *story_form_for(unsigned minor);

enum story_side { STORY_SIDE_OURS, STORY_SIDE_GO };

struct story_difference {
	unsigned number;
	uint8_t side; /* enum story_side: who tells the line */
	uint8_t minor_first, minor_last;
	const char *beginning; /* behind the first word of the line */
	const char *part;      /* empty: any */
	const char *reason;
};

extern const struct story_difference story_differences[];
extern const size_t story_difference_count;

/* Which row explains that SIDE alone tells LINE, NULL: none does. LINE ends with a 0 or a newline.
 */
const struct story_difference *story_difference_find(unsigned minor, enum story_side side,
						     const char *line);

#endif
