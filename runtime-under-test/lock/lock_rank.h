/* Ranks of locks (lock_rank.def) and the partial orders between them (lock_order_*.def), which a
 * person reads and this room parses. */
#ifndef LOCK_LOCK_RANK_H
#define LOCK_LOCK_RANK_H

#include <stdbool.h>
#include <stdint.h>

enum lock_rank {
#define LOCK_RANK(number, identifier) LOCK_RANK_##identifier = number,
#include "lock/lock_rank.def"
#undef LOCK_RANK
	LOCK_RANK_COUNT,
};

/* The order changed once, when issue 53979 was mended: until then the tracer's locks came before
 * those of the allocator. */
enum lock_era { LOCK_ERA_1_20, LOCK_ERA_1_19, LOCK_ERA_COUNT };

/* Reads the orders, once per process; everything here does when they are not yet read. A runtime
 * calls it before it has a second M: it is not synchronized. */
void lock_rank_init(void);

/* Whether ERA lets a lock of rank WANTED be taken while one of rank HELD is held. A rank is never
 * below itself. */
bool lock_rank_is_below(enum lock_era era, enum lock_rank held, enum lock_rank wanted);

const char *lock_rank_name(enum lock_rank rank);

/* The name of any yield point, those of locks included; NULL for an unknown number. The text is
 * static. */
const char *lock_rank_point_name(uint16_t number);

/* The number of the point with that name. */
bool lock_rank_point_number(const char *name, uint16_t *ret_number);

#endif
