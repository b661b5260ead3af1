#include "trace/cpu_sample_ring.h"

#include <string.h>

#include "base/defect.h"
#include "base/fatal.h"
#include "sched/race_context.h"
#include "sched/syscall.h"

enum {
	RECORD_START_WORDS = 2, /* length and time */
	LENGTH_MAX = 1 << 28,
	ALIGNMENT_BYTES = 64,
};

const uint8_t cpu_sample_label_sync;

/* ---- Birth and death ----------------------------------------------------- */

static uint32_t round_up(uint32_t count)
{
	uint32_t rounded = 1;
	while (rounded < count && rounded < LENGTH_MAX)
		rounded *= 2;
	if (rounded >= LENGTH_MAX)
		fatal("newProfBuf: buffer too large");
	return rounded;
}

struct cpu_sample_ring *
cpu_sample_ring_new(const struct cpu_sample_ring_configuration *configuration)
{
	const uint32_t header_count = configuration->header_word_count;
	const uint32_t words_min = RECORD_START_WORDS + header_count + 1;
	ensure(header_count >= 1 && header_count <= CPU_SAMPLE_HEADER_WORDS_MAX);
	const uint32_t word_count = round_up(
		configuration->word_count < words_min ? words_min : configuration->word_count);
	const uint32_t tag_count = round_up(configuration->tag_count);
	const size_t start_bytes = (sizeof(struct cpu_sample_ring) + ALIGNMENT_BYTES - 1) /
				   ALIGNMENT_BYTES * ALIGNMENT_BYTES;
	const size_t size_bytes = start_bytes + ((size_t)word_count + tag_count) * sizeof(uint64_t);

	struct cpu_sample_ring *ring = host_pages_allocate(size_bytes);
	/* As upstream allocates it: who looks where nothing was written yet sees that. */
	memset(ring, 0, size_bytes);
	ring->size_bytes = size_bytes;
	ring->word_count = word_count;
	ring->tag_count = tag_count;
	ring->header_word_count = header_count;
	ring->words = (uint64_t *)((uint8_t *)ring + start_bytes);
	ring->tags = ring->words + word_count;
	lock_init(&ring->wake_lock, LOCK_RANK_ring_wake);
	return ring;
}

void cpu_sample_ring_free(struct cpu_sample_ring *ring)
{
	host_pages_free(ring, ring->size_bytes);
}

/* ---- The count of what was lost ------------------------------------------ */

struct loss {
	uint32_t count;
	uint64_t time;
};

/* Where the processor has no such atomics, a table of spinlocks stands for them, and a handler may
 * find its own thread holding one. */
static void lock_word(struct cpu_sample_ring *ring)
{
	while (!atomic_u32_compare_exchange(POINT_ring_lock_word, &ring->word_lock, 0, 1,
					    memory_order_relaxed))
		host_pause(POINT_ring_wait_for_word);
}

static void unlock_word(struct cpu_sample_ring *ring)
{
	atomic_u32_store(POINT_ring_unlock_word, &ring->word_lock, 0, memory_order_relaxed);
}

static uint64_t look_at_overflow(struct cpu_sample_ring *ring)
{
	const bool is_emulated = DEFECT(issue_20146) != 0;
	if (is_emulated)
		lock_word(ring);
	uint64_t overflow = atomic_u64_load(POINT_ring_look_overflow, &ring->overflow,
					    memory_order_acquire);
	if (is_emulated)
		unlock_word(ring);
	return overflow;
}

/* Takes what OVERFLOW counts, unless it has changed: of a reader and a writer that both want it,
 * one gets it. */
static bool overflow_take(struct cpu_sample_ring *ring, uint64_t overflow, struct loss *ret_loss)
{
	ret_loss->count = cpu_sample_overflow_count(overflow);
	ret_loss->time = atomic_u64_load(POINT_ring_overflow_time, &ring->overflow_time,
					 memory_order_relaxed);
	return atomic_u64_compare_exchange(POINT_ring_take_overflow, &ring->overflow, overflow,
					   ((overflow >> 32) + 1) << 32, memory_order_release);
}

static void overflow_count(struct cpu_sample_ring *ring, uint64_t now)
{
	for (;;) {
		uint64_t overflow = look_at_overflow(ring);
		uint64_t counted = overflow + 1;
		if (cpu_sample_overflow_count(overflow) == 0) {
			counted = ((overflow >> 32) + 1) << 32 | 1;
			atomic_u64_store(POINT_ring_overflow_time, &ring->overflow_time, now,
					 memory_order_relaxed);
		}
		if (cpu_sample_overflow_count(overflow) == UINT32_MAX)
			return;
		if (atomic_u64_compare_exchange(POINT_ring_count_overflow, &ring->overflow,
						overflow, counted, memory_order_release))
			return;
	}
}

/* ---- Waking the reader --------------------------------------------------- */

static void wake_reader(struct cpu_sample_ring *ring)
{
	const bool is_locked = DEFECT(issue_61768) != 0;
	if (is_locked)
		lock_acquire(&ring->wake_lock);
	host_note_wake(&ring->wait);
	if (is_locked)
		lock_release(&ring->wake_lock);
}

/* Says that there is more than records: the reader must look, also when the ring is nearly empty.
 * The sleeping flag goes in the same step, or the next one to come would wake it again. */
static void wake_for_extra(struct cpu_sample_ring *ring)
{
	const uint64_t kept = DEFECT(issue_63043) ? UINT64_MAX : ~CPU_SAMPLE_READER_SLEEPS;
	for (;;) {
		uint64_t old = atomic_u64_load(POINT_ring_load_written, &ring->written,
					       memory_order_relaxed);
		if (!atomic_u64_compare_exchange(POINT_ring_wake_extra, &ring->written, old,
						 (old | CPU_SAMPLE_EXTRA) & kept,
						 memory_order_acq_rel))
			continue;
		if ((old & CPU_SAMPLE_READER_SLEEPS) != 0)
			wake_reader(ring);
		return;
	}
}

/* ---- Writing ------------------------------------------------------------- */

/* Where the next record would go. */
struct room {
	uint32_t word_count;
	uint32_t position;
	uint32_t free_words; /* those before `position` and behind, as far as the reader's */
	uint32_t free_tags;
};

static struct room room_now(const struct cpu_sample_ring *ring)
{
	uint64_t read = atomic_u64_load(POINT_ring_load_read, &ring->read, memory_order_acquire);
	uint64_t written = atomic_u64_load(POINT_ring_load_written, &ring->written,
					   memory_order_relaxed);
	return (struct room){
		.word_count = ring->word_count,
		.position = cpu_sample_index_words(written) % ring->word_count,
		.free_words = ring->word_count - cpu_sample_words_between(read, written),
		.free_tags = ring->tag_count - cpu_sample_tags_between(read, written),
	};
}

static uint32_t rewound_words(const struct room *room, uint64_t length)
{
	return length > room->word_count - room->position ? room->word_count - room->position : 0;
}

/* Takes LENGTH words in one piece, and a tag; false when they are not there. */
static bool room_take(struct room *room, uint64_t length)
{
	uint32_t rewound = rewound_words(room, length);
	if (room->free_tags == 0 || room->free_words < rewound + length)
		return false;
	room->position = rewound > 0 ? (uint32_t)length : room->position + (uint32_t)length;
	room->free_words -= rewound + (uint32_t)length;
	room->free_tags--;
	return true;
}

/* Hands over WORD_COUNT words and a tag. Below half of the ring the reader goes on sleeping. */
static void publish(struct cpu_sample_ring *ring, uint32_t word_count)
{
	for (;;) {
		uint64_t old = atomic_u64_load(POINT_ring_load_written, &ring->written,
					       memory_order_relaxed);
		uint64_t new = cpu_sample_index_add(old, word_count, 1);
		uint64_t read = atomic_u64_load(POINT_ring_load_read, &ring->read,
						memory_order_relaxed);
		if (cpu_sample_words_between(read, new) < ring->word_count / 2)
			new |= old &CPU_SAMPLE_READER_SLEEPS;
		if (!atomic_u64_compare_exchange(POINT_ring_publish, &ring->written, old, new,
						 memory_order_acq_rel))
			continue;
		if ((old & ~new &CPU_SAMPLE_READER_SLEEPS) != 0)
			wake_reader(ring);
		return;
	}
}

struct record {
	uint64_t tag;
	uint64_t time;
	const uint64_t *header;
	uint32_t header_count;
	const uint64_t *stack;
	uint32_t stack_count;
};

/* There is room. */
static void write_record(struct cpu_sample_ring *ring, const struct record *record)
{
	uint64_t written = atomic_u64_peek(&ring->written);
	const uint32_t header_count = ring->header_word_count;
	const uint32_t length = RECORD_START_WORDS + header_count + record->stack_count;
	const struct room room = {.word_count = ring->word_count,
				  .position = cpu_sample_index_words(written) % ring->word_count};
	const uint32_t rewound = rewound_words(&room, length);
	if (rewound > 0)
		ring->words[room.position] = 0;

	uint64_t *words = &ring->words[rewound > 0 ? 0 : room.position];
	words[0] = length;
	words[1] = record->time;
	for (uint32_t i = 0; i < header_count; i++)
		words[RECORD_START_WORDS + i] = i < record->header_count ? record->header[i] : 0;
	for (uint32_t i = 0; i < record->stack_count; i++)
		words[RECORD_START_WORDS + header_count + i] = record->stack[i];
	ring->tags[cpu_sample_index_tags(written) % ring->tag_count] = record->tag;
	publish(ring, rewound + length);
}

/* Unless the reader was faster. */
static void write_loss(struct cpu_sample_ring *ring)
{
	struct loss loss;
	uint64_t overflow;
	do {
		overflow = look_at_overflow(ring);
		if (cpu_sample_overflow_count(overflow) == 0)
			return;
	} while (!overflow_take(ring, overflow, &loss));
	const uint64_t count = loss.count;
	const struct record record = {.time = loss.time, .stack = &count, .stack_count = 1};
	write_record(ring, &record);
}

void cpu_sample_ring_write(struct cpu_sample_ring *ring, uint64_t tag, uint64_t now,
			   const uint64_t *header, uint32_t header_count, const uint64_t *stack,
			   uint32_t stack_count)
{
	host_yield(POINT_ring_write, ring);
	if (header_count > ring->header_word_count)
		fatal("misuse of profBuf.write");
	const struct record record = {.tag = tag,
				      .time = now,
				      .header = header,
				      .header_count = header_count,
				      .stack = stack,
				      .stack_count = stack_count};
	const uint64_t start = RECORD_START_WORDS + (uint64_t)ring->header_word_count;
	bool has_lost = cpu_sample_overflow_count(look_at_overflow(ring)) > 0;
	struct room room = room_now(ring);
	if ((has_lost && !room_take(&room, start + 1)) || !room_take(&room, start + stack_count)) {
		overflow_count(ring, now);
		if (DEFECT(control_overflow_flag) == 0)
			wake_for_extra(ring);
		return;
	}
	if (has_lost)
		write_loss(ring);
	write_record(ring, &record);
}

void cpu_sample_ring_close(struct cpu_sample_ring *ring)
{
	if (atomic_u32_load(POINT_ring_look_closed, &ring->is_closed, memory_order_relaxed) != 0)
		fatal("runtime: profBuf already closed");
	atomic_u32_store(POINT_ring_close, &ring->is_closed, 1, memory_order_release);
	wake_for_extra(ring);
}

/* ---- Reading ------------------------------------------------------------- */

/* How many words the whole records at WORDS take, of at most LENGTH words and TAG_COUNT records. */
static uint32_t count_records(const uint64_t *words, uint32_t length, uint32_t tag_count,
			      uint32_t *ret_record_count)
{
	uint32_t used = 0;
	uint32_t record_count = 0;
	while (used < length && words[used] != 0 && record_count < tag_count) {
		if (words[used] > length - used)
			fatal("malformed profBuf buffer - invalid size");
		used += (uint32_t)words[used];
		record_count++;
	}
	*ret_record_count = record_count;
	return used;
}

static uint32_t smaller(uint32_t left, uint32_t right)
{
	return left < right ? left : right;
}

/* There is something to read before WRITTEN. What lies behind the wrap takes a read of its own. */
static struct cpu_samples read_records(struct cpu_sample_ring *ring, uint64_t written)
{
	const uint64_t from = ring->next_read;
	uint32_t unread = cpu_sample_words_between(from, written);
	uint32_t start = cpu_sample_index_words(from) % ring->word_count;
	uint32_t rewound = 0;
	if (ring->words[start] == 0) {
		rewound = smaller(unread, ring->word_count - start);
		unread -= rewound;
		start = 0;
	}
	const uint32_t unread_tags = cpu_sample_tags_between(from, written);
	if (unread_tags == 0)
		fatal("malformed profBuf buffer - tag and data out of sync");
	const uint32_t first_tag = cpu_sample_index_tags(from) % ring->tag_count;
	struct cpu_samples samples = {.words = &ring->words[start], .tags = &ring->tags[first_tag]};
	samples.word_count = count_records(samples.words, smaller(unread, ring->word_count - start),
					   smaller(unread_tags, ring->tag_count - first_tag),
					   &samples.tag_count);
	ring->next_read = cpu_sample_index_add(from, rewound + samples.word_count,
					       samples.tag_count);
	race_acquire(&cpu_sample_label_sync);
	return samples;
}

static struct cpu_samples loss_as_record(struct cpu_sample_ring *ring, const struct loss *loss)
{
	static const uint64_t no_tag;
	const uint32_t length = RECORD_START_WORDS + ring->header_word_count + 1;
	memset(ring->overflow_record, 0, sizeof ring->overflow_record);
	ring->overflow_record[0] = length;
	ring->overflow_record[1] = loss->time;
	ring->overflow_record[length - 1] = loss->count;
	return (struct cpu_samples){.words = ring->overflow_record,
				    .word_count = length,
				    .tags = &no_tag,
				    .tag_count = 1};
}

/* What the last read handed out is the writer's again. */
static void give_back(struct cpu_sample_ring *ring)
{
	if (atomic_u64_peek(&ring->read) != ring->next_read)
		atomic_u64_store(POINT_ring_give_back, &ring->read, ring->next_read,
				 memory_order_release);
}

struct cpu_samples cpu_sample_ring_read(struct cpu_sample_ring *ring,
					enum cpu_sample_read_mode mode)
{
	struct loss loss;
	host_yield(POINT_ring_read, ring);
	give_back(ring);
	for (;;) {
		/* The end before the losses before the records: each look is to see all that came
		 * before what the look before it saw. Upstream looks the other way round, and a
		 * ring that fills in between tells its loss before what it still holds, or its end
		 * and not the rest. */
		bool is_closed = atomic_u32_load(POINT_ring_look_closed, &ring->is_closed,
						 memory_order_acquire) != 0;
		uint64_t overflow = look_at_overflow(ring);
		uint64_t written = atomic_u64_load(POINT_ring_load_written, &ring->written,
						   memory_order_acquire);
		if (cpu_sample_words_between(ring->next_read, written) > 0)
			return read_records(ring, written);
		if (cpu_sample_overflow_count(overflow) > 0) {
			if (overflow_take(ring, overflow, &loss))
				return loss_as_record(ring, &loss);
			continue;
		}
		if (is_closed)
			return (struct cpu_samples){.is_end = true};
		if ((written & CPU_SAMPLE_EXTRA) != 0) {
			/* What it spoke of may have come since the looks: looks again, and sees it
			 * by the acquire of load_written, whose release this leaves in place. */
			atomic_u64_compare_exchange(POINT_ring_clear_extra, &ring->written, written,
						    written & ~CPU_SAMPLE_EXTRA,
						    memory_order_relaxed);
			continue;
		}
		if (mode == CPU_SAMPLE_READ_NOW)
			return (struct cpu_samples){0};
		if (atomic_u64_compare_exchange(POINT_ring_set_sleeping, &ring->written, written,
						written | CPU_SAMPLE_READER_SLEEPS,
						memory_order_release)) {
			m_sleep_on_note(&ring->wait);
			host_note_clear(&ring->wait);
		}
	}
}
