/* Who is who in the traces of a run: which goroutines perform programs of the scenario. Ids are the
 * same in all traces of a process. */
#ifndef REAL_GO_STORY_CAST_H
#define REAL_GO_STORY_CAST_H

#include <stdbool.h>
#include <stdint.h>

#include "oracle/id_map.h"
#include "oracle/oracle.h"

/* Each outweighs those before it. */
enum story_part {
	STORY_PART_UNKNOWN,
	STORY_PART_STRANGER, /* its outermost function is no program */
	STORY_PART_PROGRAM,
	STORY_PART_READER, /* it looks like a program and is none */
};

struct story_goroutine {
	uint64_t id;
	uint8_t part;  /* enum story_part */
	uint32_t name; /* 1 is g1; 0: not told of yet */
	/* What is coming belongs to a wait or stop that is not told. */
	bool is_unblock_hidden;
	bool is_start_hidden;
	bool is_in_told_syscall;
};

struct story_cast {
	struct id_map goroutine_of_id;
	struct story_goroutine *goroutines;
	uint32_t count, capacity;
	uint32_t name_count;
	uint64_t starter_id; /* who has just created the advancer, and creates the reader next */
};

void story_cast_create(struct story_cast *cast);
void story_cast_destroy(struct story_cast *cast);
void story_cast_clear(struct story_cast *cast);

/* Draws from EVENT what can be known. All events of all traces come first here, before anything is
 * told. */
void story_cast_learn(struct story_cast *cast, const struct oracle_event *event);

/* The goroutine ID, or NULL unless it performs a program, which the stack of one event or record in
 * any of the traces must have told: the records of Go 1.22 are without one. Valid until the next
 * call of story_cast_learn(). */
struct story_goroutine *story_cast_find(struct story_cast *cast, uint64_t id);

/* The number in its name; gives it the next one when it has none. */
uint32_t story_cast_name(struct story_cast *cast, struct story_goroutine *goroutine);

/* The id of the stack of the goroutine that the event is of, 0: the event has none. */
uint64_t story_own_stack(const struct oracle_event *event);

/* Whether a function of STACK has PART in its name. */
bool story_stack_has(const struct oracle_event *event, uint64_t stack, const char *part);

#endif
