/* The picture of the recorded run: one HTML file that stands alone. */
#ifndef SHOW_PAGE_H
#define SHOW_PAGE_H

#include <stdio.h>

#include "run/run.h"
#include "scenario/text.h"
#include "show/decision.h"

struct page {
	const char *name;   /* of the scenario */
	const char *defect; /* what is switched on, "" */
	const struct scenario *scenario;
	const struct scenario_text *text;
	const struct run_result *result;
	const struct decisions *decisions;
	uint32_t first, last; /* steps that are shown one by one */
};

/* Writes PAGE to STREAM, whose errors are the caller's to look for. Same page, same bytes. */
void page_write(const struct page *page, FILE *stream);

/* ---- page_data.c --------------------------------------------------------- */

/* What page.js draws, as JSON that may stand in a script element. */
void page_write_data(const struct page *page, FILE *stream);

#endif
