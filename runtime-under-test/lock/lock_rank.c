#include "lock/lock_rank.h"

#include <stdio.h>
#include <string.h>

#include "base/defect.h"
#include "base/fatal.h"
#include "host/point.h"

/* Names in the texts of orders: all ranks, then the upper-case ones. */
enum { NAME_COUNT_MAX = 32, NAME_SIZE_BYTES = 32 };

static const char *const rank_names[LOCK_RANK_COUNT] = {
#define LOCK_RANK(number, identifier) [number] = #identifier,
#include "lock/lock_rank.def"
#undef LOCK_RANK
};

#define LOCK_ORDER(text) text,
static const char *const order_1_19[] = {
#include "lock/lock_order_1_19.def"
};
static const char *const order_1_20[] = {
#include "lock/lock_order_1_20.def"
};
#undef LOCK_ORDER

static const struct {
	const char *const *lines;
	size_t line_count;
} orders[LOCK_ERA_COUNT] = {
	[LOCK_ERA_1_19] = {order_1_19, sizeof order_1_19 / sizeof order_1_19[0]},
	[LOCK_ERA_1_20] = {order_1_20, sizeof order_1_20 / sizeof order_1_20[0]},
};

static char names[NAME_COUNT_MAX][NAME_SIZE_BYTES];
static unsigned name_count;
/* Bit n of below[era][held]: name n may be taken. */
static uint32_t below[LOCK_ERA_COUNT][NAME_COUNT_MAX];
static char point_names[2 * LOCK_RANK_COUNT][NAME_SIZE_BYTES + 8];
static bool is_parsed;

static unsigned find_or_add_name(const char *text, size_t length)
{
	for (unsigned i = 0; i < name_count; i++)
		if (strlen(names[i]) == length && memcmp(names[i], text, length) == 0)
			return i;
	/* A misspelled rank must not become a name of its own. */
	ensure(text[0] >= 'A' && text[0] <= 'Z');
	ensure(name_count < NAME_COUNT_MAX && length < NAME_SIZE_BYTES);
	memcpy(names[name_count], text, length);
	return name_count++;
}

/* Reads "a, b" from *CURSOR on into a set of names. */
static uint32_t parse_set(const char **cursor)
{
	uint32_t set = 0;
	for (;;) {
		*cursor += strspn(*cursor, " ");
		size_t length = strcspn(*cursor, " ,<");
		ensure(length > 0);
		set |= UINT32_C(1) << find_or_add_name(*cursor, length);
		*cursor += length;
		*cursor += strspn(*cursor, " ");
		if (**cursor != ',')
			return set;
		++*cursor;
	}
}

/* Adds what LINE says to ORDER, one row of below. */
static void parse_line(uint32_t *order, const char *line)
{
	uint32_t lower = parse_set(&line);
	while (*line == '<') {
		line++;
		uint32_t upper = parse_set(&line);
		for (unsigned i = 0; i < name_count; i++)
			if (lower & (UINT32_C(1) << i))
				order[i] |= upper;
		lower = upper;
	}
	ensure(*line == '\0');
}

static void parse_order(enum lock_era era)
{
	uint32_t *order = below[era];
	for (size_t i = 0; i < orders[era].line_count; i++)
		parse_line(order, orders[era].lines[i]);
	for (unsigned via = 0; via < name_count; via++)
		for (unsigned i = 0; i < name_count; i++)
			if (order[i] & (UINT32_C(1) << via))
				order[i] |= order[via];
	for (unsigned i = 0; i < name_count; i++)
		ensure((order[i] & (UINT32_C(1) << i)) == 0);
}

static void parse(void)
{
	is_parsed = true;
	for (unsigned i = 0; i < LOCK_RANK_COUNT; i++) {
		memcpy(names[i], rank_names[i], strlen(rank_names[i]) + 1);
		snprintf(point_names[2 * i], sizeof point_names[0], "lock/%s", names[i]);
		snprintf(point_names[2 * i + 1], sizeof point_names[0], "unlock/%s", names[i]);
	}
	name_count = LOCK_RANK_COUNT;
	for (unsigned era = 0; era < LOCK_ERA_COUNT; era++)
		parse_order((enum lock_era)era);
}

void lock_rank_init(void)
{
	if (!is_parsed)
		parse();
}

/* What was learnt of a semaphore's lock, under which its goroutine parks: the event may need a
 * place in the stack table, and a buffer. */
static bool is_learnt_late(enum lock_rank held, enum lock_rank wanted)
{
	if (held != LOCK_RANK_root)
		return false;
	return (wanted == LOCK_RANK_trace && DEFECT(commit_c5be4ed7df)) ||
	       (wanted == LOCK_RANK_trace_stack_tab && DEFECT(issue_45774));
}

bool lock_rank_is_below(enum lock_era era, enum lock_rank held, enum lock_rank wanted)
{
	lock_rank_init();
	if (is_learnt_late(held, wanted))
		return false;
	return (below[era][held] & (UINT32_C(1) << wanted)) != 0;
}

const char *lock_rank_name(enum lock_rank rank)
{
	return rank_names[rank];
}

const char *lock_rank_point_name(uint16_t number)
{
	lock_rank_init();
	if (number < POINT_LOCK_FIRST)
		return point_name(number);
	unsigned index = number - POINT_LOCK_FIRST;
	return index < 2 * LOCK_RANK_COUNT ? point_names[index] : NULL;
}

bool lock_rank_point_number(const char *name, uint16_t *ret_number)
{
	for (uint16_t number = 0; number < POINT_LIMIT; number++) {
		const char *candidate = lock_rank_point_name(number);
		if (candidate != NULL && strcmp(candidate, name) == 0) {
			*ret_number = number;
			return true;
		}
	}
	return false;
}
