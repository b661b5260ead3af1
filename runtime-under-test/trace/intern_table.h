/* Content to id: the table behind stacks and strings. Source: algorithms.md 3.7, 3.8, 5.9, 16.11.
 *
 *            | put | find | put_locked | steal_id | visit | reset
 * put        |  -  |  -   |     X      |    -     |   X   |   X
 * find       |  -  |  -   |     -      |    -     |   X   |   X
 * put_locked |  X  |  -   |     X      |    X     |   X   |   X
 * steal_id   |  -  |  -   |     X      |    -     |   X   |   X
 * visit      |  X  |  X   |     X      |    X     |   -   |   X
 * reset      |  X  |  X   |     X      |    X     |   X   |   X
 *
 * A table is used by put and steal_id (v2), or by find and put_locked (v1), which its lock keeps
 * apart. put finds without a lock and inserts by CAS at the head of a chain, put_locked by a store;
 * a node is immutable once linked. Both release, partner: the acquire of a chain's head. The loser
 * of a race between puts burns its id, so ids can have gaps. visit and reset belong to who knows
 * that nobody puts any more: v2's advance, after the barrier (I17); v1's reader at the end of the
 * trace, and its stop after that. upstream: put all seq_cst.
 */
#ifndef TRACE_INTERN_TABLE_H
#define TRACE_INTERN_TABLE_H

#include "host/atomic.h"
#include "lock/lock.h"

enum { INTERN_BUCKET_COUNT = 64, INTERN_BLOCK_SIZE_BYTES = 4096 };

struct intern_node {
	uintptr_t next; /* older node of the chain */
	uint64_t id;
	uint32_t hash;
	uint32_t size_bytes;
	uint8_t content[];
};

struct intern_block {
	struct intern_block *next;
	struct atomic_u32 used_bytes; /* relaxed, a counter */
	_Alignas(8) uint8_t bytes[];
};

struct intern_table {
	struct atomic_u64 last_id; /* relaxed, a counter */
	struct atomic_address chains[INTERN_BUCKET_COUNT];
	struct lock lock;             /* new blocks of put; all of put_locked */
	struct atomic_address blocks; /* newest first; release under lock, acquire by put */
};

/* RANK: of its lock. */
void intern_table_init(struct intern_table *table, enum lock_rank rank);

/* The id of CONTENT, 1 and up; the same content has the same id until reset. RET_IS_NEW may be
 * NULL. Any stack, in a tracer's section or as the advance. Its slow path takes its lock on the
 * system stack. */
uint64_t intern_table_put(struct intern_table *table, const void *content, uint32_t size_bytes,
			  bool *ret_is_new);

/* The id of CONTENT, or 0 when it has none yet. Any stack, beside put_locked. */
uint64_t intern_table_find(const struct intern_table *table, const void *content,
			   uint32_t size_bytes);

/* As put, by the holder of the table's lock; the ids have no gaps. */
uint64_t intern_table_put_locked(struct intern_table *table, const void *content,
				 uint32_t size_bytes, bool *ret_is_new);

/* An id that no content has. */
uint64_t intern_table_steal_id(struct intern_table *table);

/* Calls VISIT for each node, in order of chains, newest first. */
void intern_table_visit(const struct intern_table *table,
			void (*visit)(void *context, const struct intern_node *node),
			void *context);

/* Forgets everything and gives the memory back. */
void intern_table_reset(struct intern_table *table);

#endif
