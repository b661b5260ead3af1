/* CPU samples on their way from signal handlers to a reader: a ring without locks, for one writer
 * at a time and one reader. A sample that finds no room is counted, not kept, and the count is told
 * once, in its place among the others. Source: algorithms.md 6, 16.10 (Go's profBuf, 1.26).
 *
 * An index is 64 bits: 0 to 31 count words (mod 2^32), 32 says that the reader sleeps, 33 that
 * there is more to say than records (overflow or end), 34 to 63 count tags (mod 2^30). Both flags
 * are set in `written` only. The place in an array is the count mod its length.
 *
 * A record: its length in words, its time, header_word_count words of header, the stack; and a tag.
 * It lies in one piece: one that does not fit before the end of the words begins at their start,
 * and a 0 in place of its length marks what was left out. A header that is all zero says that the
 * record is of lost samples: the one word of its stack is their count, its time that of the first
 * of them.
 *
 *              | write | close | read      Words and tags are plain memory, each side's own part:
 *   write      |   -   |   -   |   X       `written` hands over to the reader (publish: release,
 *   close      |   -   |   -   |   X       load_written: acquire), `read` back to the writer
 *   read       |   X   |   X   |   -       (give_back: release, load_read: acquire).
 *
 *   count_overflow, release             load_written and look_overflow, acquire: what was written
 *                                       before a loss is seen by who sees the loss
 *   overflow_time, relaxed              goes with count_overflow, and stays until it is taken:
 *   take_overflow, release              look_overflow, acquire, before the next overflow_time
 *   close, release                      look_closed, acquire: what was counted and written before
 *   set_sleeping, release               publish and wake_extra, acquire: the note is clear
 *   wake_extra, release                 load_written, acquire: overflow and end are seen with it
 */
#ifndef TRACE_CPU_SAMPLE_RING_H
#define TRACE_CPU_SAMPLE_RING_H

#include "host/atomic.h"
#include "lock/lock.h"

enum {
	CPU_SAMPLE_HEADER_WORDS_MAX = 3,
	CPU_SAMPLE_WORDS_FOR_TAG = 8, /* of data for each tag, as upstream's sizes have it */
};

/* Of `written`. */
#define CPU_SAMPLE_READER_SLEEPS (UINT64_C(1) << 32)
#define CPU_SAMPLE_EXTRA (UINT64_C(1) << 33)

struct cpu_sample_ring_configuration {
	uint32_t word_count;
	uint32_t tag_count;
	uint32_t header_word_count; /* 1 to CPU_SAMPLE_HEADER_WORDS_MAX */
};

struct cpu_sample_ring {
	/* Immutable. */
	size_t size_bytes; /* of this, words and tags: one block of the host's */
	uint32_t word_count;
	uint32_t tag_count;
	uint32_t header_word_count;
	uint64_t *words;
	uint64_t *tags;

	/* The writer adds to it, both set and clear its flags. */
	struct atomic_u64 written;

	/* The writer counts in the lower half, and in the upper one how often a count was begun and
	 * taken; the reader takes, and the writer when there is room again. At 2^32-1 it stays. */
	struct atomic_u64 overflow;
	struct atomic_u64 overflow_time; /* of the first lost sample; writer only */

	struct atomic_u32 is_closed; /* whoever closes, once */

	/* Reader only, `read` looked at by the writer. */
	struct atomic_u64 read; /* given back up to here */
	uint64_t next_read;     /* handed out up to here; no flags */
	uint64_t overflow_record[2 + CPU_SAMPLE_HEADER_WORDS_MAX + 1];
	struct host_note wait; /* woken by who clears the sleeping flag */

	struct lock wake_lock;       /* rank ring_wake; issue_61768 alone takes it */
	struct atomic_u32 word_lock; /* 0 or 1; issue_20146 alone takes it */
};

/* Sizes are rounded up to powers of two, words at least to hold an overflow record. Not from a
 * signal stack. */
struct cpu_sample_ring *
cpu_sample_ring_new(const struct cpu_sample_ring_configuration *configuration);

/* Nobody reads or writes any more. */
void cpu_sample_ring_free(struct cpu_sample_ring *ring);

/* Adds a record, or counts it as lost: HEADER is filled up with zeros and must not be all zero.
 * Signal context. One at a time: the caller holds a lock that a handler may take, which orders it
 * after the write before. */
void cpu_sample_ring_write(struct cpu_sample_ring *ring, uint64_t tag, uint64_t now,
			   const uint64_t *header, uint32_t header_count, const uint64_t *stack,
			   uint32_t stack_count);

/* Ends what there is to read. Once, after the last write; any stack. */
void cpu_sample_ring_close(struct cpu_sample_ring *ring);

struct cpu_samples {
	const uint64_t *words;
	uint32_t word_count; /* 0: nothing now */
	const uint64_t *tags;
	uint32_t tag_count; /* one for each record */
	bool is_end;        /* nothing any more */
};

enum cpu_sample_read_mode { CPU_SAMPLE_READ_NOW, CPU_SAMPLE_READ_WAITING };

/* What is there: one or more whole records, valid until the next read. Waiting, the reader sleeps
 * while there is nothing, and is woken when the ring is half full, by a loss, and by the end. With
 * a race context (sched/race_context.h); one reader. */
struct cpu_samples cpu_sample_ring_read(struct cpu_sample_ring *ring,
					enum cpu_sample_read_mode mode);

/* Its address orders who sets a goroutine's profile label before who reads a sample with it. */
extern const uint8_t cpu_sample_label_sync;

static inline uint32_t cpu_sample_index_words(uint64_t index)
{
	return (uint32_t)index;
}

static inline uint32_t cpu_sample_index_tags(uint64_t index)
{
	return (uint32_t)(index >> 34);
}

/* From one index to a later one. */
static inline uint32_t cpu_sample_words_between(uint64_t from, uint64_t to)
{
	return (uint32_t)to - (uint32_t)from;
}

static inline uint32_t cpu_sample_tags_between(uint64_t from, uint64_t to)
{
	return ((uint32_t)(to >> 34) - (uint32_t)(from >> 34)) & ((UINT32_C(1) << 30) - 1);
}

/* INDEX further on, without its flags. */
static inline uint64_t cpu_sample_index_add(uint64_t index, uint32_t word_count, uint32_t tag_count)
{
	uint64_t tags = (index >> 34) + tag_count;
	return tags << 34 | (uint32_t)(index + word_count);
}

/* The samples that OVERFLOW counts as lost and not told yet. */
static inline uint32_t cpu_sample_overflow_count(uint64_t overflow)
{
	return (uint32_t)overflow;
}

#endif
