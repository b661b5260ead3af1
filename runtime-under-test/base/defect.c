#include "base/defect.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#undef DEFECT
static const struct defect_row rows[] = {
#define DEFECT(name, tracer, settings, sentence) {#name, #tracer, settings, sentence},
#include "defects.def"
#undef DEFECT
};

static unsigned current_settings[DEFECT_COUNT];
static atomic_uint reached[DEFECT_COUNT]; /* the setting that its line was executed with */

unsigned defect_setting(enum defect defect)
{
	const unsigned setting = current_settings[defect];
	/* Without a branch, for the same reason, and without an order that real threads would feel.
	 */
	atomic_store_explicit(&reached[defect], setting, memory_order_relaxed);
	return setting;
}

bool defect_was_reached(void)
{
	unsigned sum = 0;
	for (unsigned i = 0; i < DEFECT_COUNT; i++)
		sum |= atomic_load_explicit(&reached[i], memory_order_relaxed);
	return sum != 0;
}

const struct defect_row *defect_row(enum defect defect)
{
	return &rows[defect];
}

bool defect_setting_name(enum defect defect, unsigned number, char *text, size_t size_bytes)
{
	const char *name = rows[defect].settings;
	for (; number > 0; number--) {
		name = strchr(name, ' ');
		if (name == NULL)
			return false;
		name++;
	}
	snprintf(text, size_bytes, "%.*s", (int)strcspn(name, " "), name);
	return true;
}

static bool switch_to_setting(enum defect defect, const char *wanted)
{
	char name[64];
	for (unsigned number = 0; defect_setting_name(defect, number, name, sizeof name);
	     number++) {
		if (strcmp(name, wanted) == 0) {
			current_settings[defect] = number;
			return true;
		}
	}
	return false;
}

const struct defect_row *defect_row_named(const char *text)
{
	/* A part of a defect has a colon in its own name, so the longest name that fits
	 * is taken. */
	const struct defect_row *best = NULL;
	size_t best_length = 0;
	for (unsigned i = 0; i < DEFECT_COUNT; i++) {
		size_t length = strlen(rows[i].name);
		if (strncmp(text, rows[i].name, length) == 0 && length > best_length &&
		    (text[length] == '\0' || text[length] == ':')) {
			best_length = length;
			best = &rows[i];
		}
	}
	return best;
}

bool defect_switch(const char *text)
{
	const struct defect_row *row = defect_row_named(text);
	if (row == NULL)
		return false;
	const char *setting = text + strlen(row->name);
	enum defect defect = (enum defect)(row - rows);
	if (*setting == ':')
		return switch_to_setting(defect, setting + 1);
	current_settings[defect] = 1;
	return true;
}

void defect_reset(void)
{
	memset(current_settings, 0, sizeof current_settings);
}

const char *defect_switched_text(void)
{
	static char text[512];
	size_t used = 0;
	text[0] = '\0';
	for (unsigned i = 0; i < DEFECT_COUNT; i++) {
		char name[64];
		if (current_settings[i] == 0)
			continue;
		defect_setting_name((enum defect)i, current_settings[i], name, sizeof name);
		used += (size_t)snprintf(text + used, sizeof text - used, "%s%s:%s",
					 used > 0 ? "," : "", rows[i].name, name);
	}
	return text;
}
