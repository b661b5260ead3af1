#include "engine/report.h"

#include <stdio.h>
#include <stdlib.h>

#include "engine/execution.h"
#include "engine/page.h"

static bool is_known(const struct verdict *verdict)
{
	struct engine_page *page = page_attach();
	if (page->known_count == 0)
		return false;
	const uint64_t hash = page_hash(verdict_name(verdict->kind), verdict->rule, verdict->where);
	for (uint64_t i = 0; i < page->known_count && i < PAGE_KNOWN_COUNT_MAX; i++) {
		if (page->known[i] == hash) {
			page_count_up(&page->known_seen[i], 1);
			return true;
		}
	}
	return false;
}

void engine_report(const struct verdict *verdict)
{
	if (is_known(verdict))
		return;
	fprintf(stderr, "FINDING verdict=%s rule=%s where=%s\n", verdict_name(verdict->kind),
		verdict->rule[0] != '\0' ? verdict->rule : "-", verdict->where);
	if (verdict->session > 0)
		fprintf(stderr, "trace %u of the run, generation %llu, offset %llu\n",
			verdict->session, (unsigned long long)verdict->generation,
			(unsigned long long)verdict->offset);
	fprintf(stderr, "%s\n", verdict->text);
	fflush(stderr);
	execution_tell();
	abort();
}
