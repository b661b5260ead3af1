/* The happens-before order of one execution, as a hash: executions that differ only in the order of
 * independent steps have the same.
 *
 * Two steps depend on each other when they are of one thread, or on one object that at least one of
 * them changed, or when one of them is not known to keep to its object. What a step did to its
 * object is seen, not declared: a store of the same value, or a compare-and-swap that failed, is a
 * look. Memory besides the objects has to be ordered by them; ThreadSanitizer judges that.
 *
 * With store buffers (sim/store_buffer.c), a store that is held is a look at its word, since others
 * do not see it; it becomes a change when it is flushed. The write of a read-modify-write that is
 * held is a change as well: whoever stores to that word next has to make it visible first, and
 * whether others hold a store decides if it is held at all. A step changes each word that it makes
 * visible, of its own thread's buffer or another's. The buffers are objects too: a step looks at
 * its own thread's, a lock at that of the mutex's last owner, even while that is empty. */
#ifndef EXHAUST_ORDER_H
#define EXHAUST_ORDER_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/sim.h"

enum {
	EXHAUST_THREAD_COUNT_MAX = 8, /* thread 0, which sets up, included */
	ORDER_OBJECT_COUNT_MAX = 512,
	ORDER_LOOK_COUNT_MAX = 64,
	EFFECT_WORD_COUNT_MAX = SIM_APPLIED_COUNT_MAX,
};

/* What a step did that others can see. */
struct effect {
	const void *object; /* NULL: nothing */
	uint8_t thread;
	uint8_t action; /* enum sim_action */
	bool changes;
	bool touches_more; /* than its object and its words */
	/* With store buffers. Threads, a bit each, whose held stores are not what they were, and
	 * whose would have made a difference. */
	uint8_t buffers_changed;
	uint8_t buffers_seen;
	/* What else has become visible; words of others' buffers are news to its own thread. */
	uint8_t word_count;
	uint8_t foreign_count; /* of them, first ones */
	const void **words;    /* room for EFFECT_WORD_COUNT_MAX */
};

/* A choice as a number: steps of all threads first, then signals, then flushes. */
enum { EXHAUST_SLOT_COUNT = SIM_ACTION_COUNT * EXHAUST_THREAD_COUNT_MAX };

static inline unsigned exhaust_slot(unsigned thread, unsigned action)
{
	return action * EXHAUST_THREAD_COUNT_MAX + thread;
}

bool effect_depends(const struct effect *effect, const struct effect *other);

/* Whether it changes the object number INDEX of its order_objects. */
bool effect_changes(const struct effect *effect, unsigned index);

/* Numbers of the steps that what comes next depends on; 0: none (race.h). */
struct order_place {
	uint16_t last_change;
	uint16_t last_lock;
	uint16_t looks[EXHAUST_THREAD_COUNT_MAX]; /* the last of each thread since then */
};

struct order_object {
	const void *address;
	uint64_t last_change; /* hash of the step */
	uint64_t looks;       /* sum of the hashes of the looks since then */
	uint32_t version;     /* changes so far */
	uint32_t execution;   /* in which the rest is valid */
	struct order_place place;
};

struct order_look {
	const struct order_object *object;
	uint32_t version;
};

struct order_thread {
	uint64_t last_step;
	uint32_t everything_version; /* changes by others of more than one object, until then */
	uint32_t look_count;
	struct order_look looks[ORDER_LOOK_COUNT_MAX]; /* since it began to wait */
};

struct order {
	uint64_t hash;
	uint32_t execution;
	struct order_object everything;
	struct order_object signals;
	struct order_object buffers[EXHAUST_THREAD_COUNT_MAX]; /* each thread's held stores */
	struct order_thread threads[EXHAUST_THREAD_COUNT_MAX];
	struct order_object objects[ORDER_OBJECT_COUNT_MAX]; /* by address, open addressing */
};

/* The order of an execution without steps. ORDER is zeroed before the first. */
void order_begin(struct order *order);

/* The objects of a step: the effect's own first, if it has one, then its words. */
struct order_objects {
	unsigned count;
	struct order_object *objects[1 + EFFECT_WORD_COUNT_MAX];
};

/* Adds the next step; tells what is known of its objects. */
void order_add(struct order *order, const struct effect *effect, enum point point, bool is_pause,
	       struct order_objects *ret_objects);

/* Whether anything that THREAD has looked at since it last paused has been changed meanwhile: a
 * thread that waits in a loop goes on only then. */
bool order_is_pause_over(const struct order *order, unsigned thread);

#endif
