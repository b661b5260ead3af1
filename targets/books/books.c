#include "books/books.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/fatal.h"
#include "profile/profiler.h"

enum { THREAD_COUNT_MAX = 128, RECORD_HEADER_AT = 2 };

/* A step that an M has announced, and what the ring's word held then. */
struct step {
	enum point point;
	const void *object;
	uint64_t before;
};

/* Of one thread; touched by it alone, in its handler or not. */
struct page {
	struct step last[2]; /* [1]: in its handler */
	struct books_sums sums;
};

static struct page pages[THREAD_COUNT_MAX];
static struct books_sums read_sums; /* of profiles */
static bool may_ring_go;

void books_run_begin(bool ring_may_go)
{
	may_ring_go = ring_may_go;
	memset(pages, 0, sizeof pages);
	memset(&read_sums, 0, sizeof read_sums);
}

static uint64_t word_now(const void *word)
{
	const struct atomic_u64 *atomic = word;
	return atomic_load_explicit(&atomic->value, memory_order_relaxed);
}

static const struct cpu_sample_ring *ring_of(const struct step *step)
{
	size_t offset = step->point == POINT_ring_publish
				? offsetof(struct cpu_sample_ring, written)
				: offsetof(struct cpu_sample_ring, overflow);
	return (const struct cpu_sample_ring *)(const void *)((const char *)step->object - offset);
}

static bool is_loss(const struct cpu_sample_ring *ring, uint64_t before)
{
	const uint64_t *record = &ring->words[cpu_sample_index_words(before) % ring->word_count];
	if (record[0] == 0)
		record = ring->words; /* it did not fit before the end */
	for (uint32_t i = 0; i < ring->header_word_count; i++)
		if (record[RECORD_HEADER_AT + i] != 0)
			return false;
	return true;
}

/* Only the writer changes the counts, and it holds a lock until its next step. */
static void published(struct page *page, const struct step *step)
{
	const struct cpu_sample_ring *ring = ring_of(step);
	if (cpu_sample_words_between(step->before, word_now(step->object)) == 0 ||
	    is_loss(ring, step->before))
		return;
	if (ring->header_word_count == PROFILE_HEADER_WORD_COUNT)
		page->sums.profile_written++;
	else
		page->sums.written++;
}

/* An attempt that failed, since the reader took the count, looks at it again. */
static void counted(struct page *page, const struct step *step, enum point next)
{
	if (next == POINT_ring_look_overflow)
		return;
	if (ring_of(step)->header_word_count == PROFILE_HEADER_WORD_COUNT)
		page->sums.profile_lost++;
	else
		page->sums.lost++;
}

/* A handler that looks for the ring and then only lets its lock go has found none. */
static void looked_for_ring(struct page *page, enum point next)
{
	if (!may_ring_go || next != POINT_sample_unlock)
		page->sums.accepted++;
}

void books_observe(void *context, unsigned thread, enum point point, const void *object)
{
	(void)context;
	ensure(thread < THREAD_COUNT_MAX);
	struct page *page = &pages[thread];
	struct step *last = &page->last[host_stack_kind() == HOST_STACK_SIGNAL];
	if (last->point == POINT_ring_publish)
		published(page, last);
	else if (last->point == POINT_ring_count_overflow)
		counted(page, last, point);
	else if (last->point == POINT_sample_look_ring)
		looked_for_ring(page, point);
	bool is_of_ring = point == POINT_ring_publish || point == POINT_ring_count_overflow;
	*last = (struct step){
		.point = point, .object = object, .before = is_of_ring ? word_now(object) : 0};
}

void books_profile_read(const uint64_t *words, uint32_t word_count, const uint64_t *labels,
			uint32_t label_count)
{
	(void)labels;
	(void)label_count;
	for (uint32_t at = 0; at < word_count; at += (uint32_t)words[at]) {
		ensure(words[at] > RECORD_HEADER_AT && words[at] <= word_count - at);
		if (words[at + RECORD_HEADER_AT] == 0)
			read_sums.profile_lost_told +=
				words[at + RECORD_HEADER_AT + PROFILE_HEADER_WORD_COUNT];
		else
			read_sums.profile_told++;
	}
}

void books_add(struct books_sums *sums, const struct books_sums *other)
{
	sums->accepted += other->accepted;
	sums->written += other->written;
	sums->lost += other->lost;
	sums->told += other->told;
	sums->profile_written += other->profile_written;
	sums->profile_lost += other->profile_lost;
	sums->profile_told += other->profile_told;
	sums->profile_lost_told += other->profile_lost_told;
}

static struct books_sums add_up(uint64_t samples_told)
{
	struct books_sums sums = read_sums;
	sums.told = samples_told;
	for (unsigned i = 0; i < THREAD_COUNT_MAX; i++)
		books_add(&sums, &pages[i].sums);
	return sums;
}

const char *books_close(uint64_t samples_told, struct books_sums *ret_sums)
{
	static char text[256];
	struct books_sums sums = add_up(samples_told);
	*ret_sums = sums;
	if (sums.accepted != sums.written + sums.lost)
		snprintf(text, sizeof text,
			 "handlers accepted %" PRIu64 " samples for traces; %" PRIu64
			 " are in rings, %" PRIu64 " are counted as lost",
			 sums.accepted, sums.written, sums.lost);
	else if (sums.written != sums.told)
		snprintf(text, sizeof text,
			 "%" PRIu64 " samples were written, traces have %" PRIu64, sums.written,
			 sums.told);
	else if (sums.profile_written != sums.profile_told)
		snprintf(text, sizeof text,
			 "%" PRIu64 " records were written to profiles, %" PRIu64 " were read",
			 sums.profile_written, sums.profile_told);
	else if (sums.profile_lost != sums.profile_lost_told)
		snprintf(text, sizeof text,
			 "%" PRIu64 " samples of profiles were counted as lost, %" PRIu64
			 " were told",
			 sums.profile_lost, sums.profile_lost_told);
	else
		return NULL;
	return text;
}
