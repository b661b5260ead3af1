#include "host/point.h"

#include <stddef.h>

static const char *const names[POINT_LOCK_FIRST] = {
#define POINT(number, identifier, name) [number] = name,
#include "host/point.def"
#undef POINT
};

const char *point_name(uint16_t number)
{
	return number < POINT_LOCK_FIRST ? names[number] : NULL;
}
