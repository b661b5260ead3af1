/* One generation of a v2 trace, gathered: its batches by thread, and its tables (format-v2 2.1, 5).
 *
 * The event bodies are not looked into; they stay where they are in the source. Memory is kept
 * from one generation to the next, so that it grows to what the largest one needs. */
#ifndef ORACLE_GENERATION_H
#define ORACLE_GENERATION_H

#include <stdbool.h>
#include <stdint.h>

#include "oracle/fault.h"
#include "oracle/id_map.h"
#include "oracle/sync.h"
#include "oracle/wire.h"

#define GENERATION_NO_BATCH UINT32_MAX

/* First version whose generations end with a byte of their own. */
enum { GENERATION_END_MINOR = 26 };

/* A batch of timed events. */
struct generation_batch {
	const uint8_t *body;
	uint32_t body_size;
	uint32_t next; /* of the same thread, or GENERATION_NO_BATCH */
	uint64_t time; /* trace clock units */
};

/* The event batches of one thread, in file order. */
struct generation_thread {
	uint64_t m; /* WIRE_NO_THREAD: the batches without a thread */
	uint32_t first_batch;
	uint32_t last_batch;
};

struct generation_string {
	const uint8_t *bytes; /* in the source */
	uint64_t text_hash;   /* of the bytes, once asked for; else 0 */
	uint32_t size;
};

struct generation_frame {
	uint64_t pc;
	uint64_t function; /* string ids */
	uint64_t file;
	uint64_t line;
	uint64_t offset; /* of the stack record that brought it */
};

struct generation_stack {
	uint32_t first_reference; /* into frame_references */
	uint32_t frame_count;
	bool is_incomplete; /* a frame behind the first misses its pc, function, file or line */
};

struct generation_sample {
	uint64_t arguments[5]; /* time m p g stack, as event.def has it */
	uint64_t offset;
};

/* An experimental batch. */
struct generation_experiment {
	struct wire_batch batch;
};

struct generation {
	uint64_t number;
	size_t offset; /* of its first batch */
	size_t end_offset;
	size_t strings_offset; /* of the last strings batch; 0: none yet */
	size_t late_offset;    /* of the first other batch after it; 0: none */
	uint8_t minor;         /* version of the file; kept over reads */
	bool may_wrap;         /* 4 may follow 2^64-1 (algorithms.md 5.1); kept over reads */
	bool has_events_batch; /* one was read, though it may be empty */
	struct sync sync;
	struct fault tail; /* why nothing can be read at end_offset; RULE_NONE: nothing is wrong */
	uint64_t batch_count_all;

	struct generation_batch *batches;
	struct generation_thread *threads;
	struct generation_string *strings;
	struct generation_stack *stacks;
	struct generation_frame *frames;
	uint32_t *frame_references;
	struct generation_sample *samples; /* by time, equal ones in file order */
	struct generation_experiment *experiments;
	uint32_t batch_count, batch_capacity;
	uint32_t thread_count, thread_capacity;
	uint32_t string_count, string_capacity;
	uint32_t stack_count, stack_capacity;
	uint32_t frame_count, frame_capacity;
	uint32_t frame_reference_count, frame_reference_capacity;
	uint32_t sample_count, sample_capacity;
	uint32_t experiment_count, experiment_capacity;

	struct id_map thread_of_m;
	struct id_map string_of_id;
	struct id_map stack_of_id;
	struct id_map frame_of_pc; /* the first frame told for a pc counts */
};

void generation_create(struct generation *generation);
void generation_destroy(struct generation *generation);

enum generation_answer {
	GENERATION_READ,
	GENERATION_NONE, /* the file is at its end; only from version 26 on */
	GENERATION_BROKEN,
};

/* Reads the generation that begins at OFFSET; the next one begins at end_offset. STRICT adds the
 * rules of that level. GENERATION_BROKEN: FAULT tells why.
 *
 * Before version 26 a batch that cannot be read ends its generation as the end of the file does,
 * because it may be the first of the next one: the generation is judged as far as it goes, and tail
 * tells what follows it. From 26 on a generation that does not end is broken as a whole. */
enum generation_answer generation_read(struct generation *generation,
				       const struct wire_source *source, size_t offset, bool strict,
				       struct fault *fault);

/* The number that follows the one of GENERATION. */
uint64_t generation_next_number(const struct generation *generation);

/* The string ID, or NULL if the generation does not define it. Id 0 is the empty string. */
struct generation_string *generation_string_find(struct generation *generation, uint64_t id);

/* A hash of the text of STRING, never 0, the same in all generations. */
uint64_t generation_string_hash(struct generation_string *string);

/* The stack ID, or NULL if the generation does not define it. Id 0 is the empty stack. */
const struct generation_stack *generation_stack_find(const struct generation *generation,
						     uint64_t id);

#endif
