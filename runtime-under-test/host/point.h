/* Yield points: every place where the runtime does something others can see has a number and a
 * name.
 *
 * Schedules refer to (name, occurrence), so numbers and names are append-only: host/point.def.
 * Points of locks are derived from the lock's rank (lock/lock_rank.def): "lock/<rank>" and
 * "unlock/<rank>". */
#ifndef HOST_POINT_H
#define HOST_POINT_H

#include <stdbool.h>
#include <stdint.h>

enum point {
#define POINT(number, identifier, name) POINT_##identifier = number,
#include "host/point.def"
#undef POINT
	POINT_LOCK_FIRST = 1000, /* + 2 * rank: lock; + 2 * rank + 1: unlock */
	POINT_LOCK_END = 1200,
};

/* One more than the greatest number a point can have. */
enum { POINT_LIMIT = POINT_LOCK_END };

/* Name of a point that is not a lock's, or NULL. */
const char *point_name(uint16_t number);

#endif
