/* What a ring of CPU samples must do, told plainly: a list of what was written, which the reader
 * gets in order, each sample exactly as written or, in a row with its neighbours, counted as lost.
 *
 * Sample n of a seed is always the same, so that only numbers are kept. Un-instrumented code, of
 * one writer at a time and one reader: both tell the model, and ThreadSanitizer sees no order in
 * that. A fault is a text "RULE: what is wrong", the thread's own until the next one, NULL where
 * there is none. Source: algorithms.md 6 and 14 (I25, I26).
 *
 *   begun_count, ended_count    written by the writer, release    read by the reader, acquire
 *   must_fit, overflow          writer only; the ring's lock of writers orders them
 *   the rest                    reader only */
#ifndef RING_MODEL_RING_MODEL_H
#define RING_MODEL_RING_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "trace/cpu_sample_ring.h"

enum {
	RING_MODEL_WORD_COUNT_MAX = 64,
	RING_MODEL_STACK_MAX = RING_MODEL_WORD_COUNT_MAX + 4, /* more than any ring has room for */
	/* A read gives at most the whole ring. */
	RING_MODEL_TAG_COUNT_MAX = RING_MODEL_WORD_COUNT_MAX,
};

struct ring_model_sample {
	uint64_t tag;
	uint64_t time;
	uint64_t header[CPU_SAMPLE_HEADER_WORDS_MAX];
	uint32_t header_count;
	uint64_t stack[RING_MODEL_STACK_MAX];
	uint32_t stack_count;
};

struct ring_model {
	const struct cpu_sample_ring *ring; /* words that it shows to everybody */
	uint64_t seed;
	uint32_t begun_count; /* writes */
	uint32_t ended_count;
	uint32_t told_count; /* samples that the reader got or was told of as lost */
	uint32_t lost_count; /* the latter */
	uint32_t due_count;  /* ended when the read began: it has to tell something */
	/* Of the write that goes on. */
	bool must_fit;
	uint64_t overflow;
	/* Of the read that goes on: whether no write was going on when it began. */
	bool is_quiet;
	uint32_t begun_before;
};

/* What a read gave, copied. */
struct ring_model_read {
	uint64_t words[RING_MODEL_WORD_COUNT_MAX];
	uint32_t word_count;
	uint64_t tags[RING_MODEL_TAG_COUNT_MAX];
	uint32_t tag_count;
	bool is_end;
};

/* RING is new. */
void ring_model_init(struct ring_model *model, const struct cpu_sample_ring *ring, uint64_t seed);

/* What the next write must write. */
void ring_model_write_begins(struct ring_model *model, struct ring_model_sample *ret_sample);
const char *ring_model_write_ended(struct ring_model *model);

void ring_model_read_begins(struct ring_model *model);
const char *ring_model_read_ended(struct ring_model *model, const struct ring_model_read *read);

/* Whether a reader that waits has to be awake: samples were lost, or the ring is half full. */
bool ring_model_is_reader_wanted(const struct ring_model *model);

#endif
