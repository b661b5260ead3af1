#include "host/point.h"

#include <stddef.h>

static const struct {
	uint16_t number;
	const char *name;
} points[] = {
#define POINT(number, identifier, name) {number, name},
#include "host/point.def"
#undef POINT
};

static const char *const names[POINT_LOCK_FIRST] = {
#define POINT(number, identifier, name) [number] = name,
#include "host/point.def"
#undef POINT
};

const char *point_name(uint16_t number)
{
	return number < POINT_LOCK_FIRST ? names[number] : NULL;
}

void point_visit(void (*visit)(void *context, uint16_t number, const char *name), void *context)
{
	for (size_t i = 0; i < sizeof points / sizeof points[0]; i++)
		visit(context, points[i].number, points[i].name);
}
