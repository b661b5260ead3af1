/* Texts of tasks, regions, categories and messages, by number or by length. */
#include <string.h>

#include "base/fatal.h"
#include "perform/internal.h"

/* Short and long, and the empty one, which has no id. */
static const char *const names[SCENARIO_NAME_COUNT] = {
	"",
	"a",
	"task",
	"request",
	"db.query",
	"handler",
	"parse",
	"render",
	"\xc3\xbcml\xc3\xa4ut",
	"a longer name, of more than one word",
	"name with \"quotes\" and \\ in it",
	"retry",
	"flush",
	"commit",
	"0123456789012345678901234567890123456789",
	"runtime.main",
};

enum { LONG_NAME_SIZE_BYTES = 128 << 10 };

/* The end of it is the name that an operation wants. Filled before a run. */
static char long_names[LONG_NAME_SIZE_BYTES + 1];

const char *perform_long_name(uint32_t size_kib)
{
	ensure(size_kib <= LONG_NAME_SIZE_BYTES >> 10);
	return &long_names[LONG_NAME_SIZE_BYTES - (size_kib << 10)];
}

void perform_names_prepare(void)
{
	memset(long_names, 'x', LONG_NAME_SIZE_BYTES);
}

const char *perform_name(uint16_t number)
{
	return names[number];
}
