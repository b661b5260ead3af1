#include "engine/coverage.h"

#include <string.h>

/* Where libFuzzer looks for counters that are not the compiler's. */
uint8_t coverage_pairs[PAGE_PAIR_COUNT]
	__attribute__((section("__libfuzzer_extra_counters"), aligned(64)));

/* The compiler's counters of all instrumented files, as the linker joins them; there are none in a
 * build without an engine, and in one by AFL++'s compiler. */
extern uint8_t edges_begin[] __asm__("__start___sancov_cntrs")
	__attribute__((weak, visibility("hidden")));
extern uint8_t edges_end[] __asm__("__stop___sancov_cntrs")
	__attribute__((weak, visibility("hidden")));

/* AFL++'s map, in which its own compiler counts; not there in other builds. */
extern uint8_t *__afl_area_ptr __attribute__((weak));
extern uint32_t __afl_map_size __attribute__((weak));

/* Where it numbers the edges of the whole program, and so a place of its own for each pair; all 0
 * where it counts otherwise. */
static uint32_t pair_places[PAGE_PAIR_COUNT] __attribute__((section("__sancov_guards"), used));

static uint8_t held_edges[PAGE_EDGE_COUNT_MAX];
static uint8_t held_pairs[PAGE_PAIR_COUNT];

static uint8_t *edges(void)
{
	if (edges_begin != NULL)
		return edges_begin;
	return &__afl_area_ptr != NULL ? __afl_area_ptr : NULL;
}

static size_t edge_count(void)
{
	size_t count = 0;
	if (edges_begin != NULL)
		count = (size_t)(edges_end - edges_begin);
	else if (edges() != NULL)
		count = __afl_map_size;
	return count < PAGE_EDGE_COUNT_MAX ? count : PAGE_EDGE_COUNT_MAX;
}

void coverage_clear(void)
{
	if (edge_count() > 0)
		memset(edges(), 0, edge_count());
	memset(coverage_pairs, 0, sizeof coverage_pairs);
}

/* Which of eight bytes are not zero, a bit each. */
static uint64_t nonzero_of(uint64_t eight)
{
	const uint64_t low = UINT64_C(0x7f7f7f7f7f7f7f7f);
	uint64_t tops = (((eight & low) + low) | eight) & ~low;
	return (tops >> 7) * UINT64_C(0x0102040810204080) >> 56;
}

/* Which of COUNT counters, 64 at most, are not zero. */
static uint64_t nonzero_of_word(const uint8_t *counters, size_t count)
{
	uint64_t bits = 0;
	uint64_t eight;
	size_t i = 0;
	for (; i + sizeof eight <= count; i += sizeof eight) {
		memcpy(&eight, counters + i, sizeof eight);
		if (eight != 0)
			bits |= nonzero_of(eight) << i;
	}
	for (; i < count; i++)
		bits |= (uint64_t)(counters[i] != 0) << i;
	return bits;
}

/* How many of COUNT counters are new to SEEN. */
static uint64_t add(const uint8_t *counters, size_t count, _Atomic uint64_t *seen)
{
	uint64_t new_count = 0;
	for (size_t i = 0; i < count; i += PAGE_WORD_BITS) {
		const size_t size = count - i < PAGE_WORD_BITS ? count - i : PAGE_WORD_BITS;
		_Atomic uint64_t *word = &seen[i / PAGE_WORD_BITS];
		const uint64_t before = atomic_load_explicit(word, memory_order_relaxed);
		const uint64_t fresh = nonzero_of_word(counters + i, size) & ~before;
		if (fresh == 0)
			continue;
		atomic_store_explicit(word, before | fresh, memory_order_relaxed);
		new_count += (uint64_t)__builtin_popcountll(fresh);
	}
	return new_count;
}

void coverage_tell(struct engine_page *page)
{
	uint64_t new_edges = add(edges(), edge_count(), page->edges);
	uint64_t new_pairs = add(coverage_pairs, sizeof coverage_pairs, page->pairs);
	page_count_up(&page->edge_count, new_edges);
	page_count_up(&page->pair_count, new_pairs);
}

/* A pair is in AFL++'s map what an edge is; the pairs themselves are nobody else's business there.
 */
void coverage_give_pairs(void)
{
	if (edges_begin != NULL || edges() == NULL)
		return;
	for (size_t i = 0; i < PAGE_PAIR_COUNT; i++)
		if (coverage_pairs[i] != 0 && pair_places[i] != 0)
			edges()[pair_places[i]] = 1;
	memset(coverage_pairs, 0, sizeof coverage_pairs);
}

void coverage_flatten(void)
{
	const size_t count = edge_count();
	uint8_t *counters = edges();
	for (size_t i = 0; i < count; i++)
		counters[i] = counters[i] != 0;
}

void coverage_copy(uint8_t *map, size_t size)
{
	size_t count = edge_count() < size ? edge_count() : size;
	size_t pairs = size - count < sizeof coverage_pairs ? size - count : sizeof coverage_pairs;
	if (count > 0)
		memcpy(map, edges(), count);
	memcpy(map + count, coverage_pairs, pairs);
}

void coverage_hold(void)
{
	if (edge_count() > 0)
		memcpy(held_edges, edges(), edge_count());
	memcpy(held_pairs, coverage_pairs, sizeof held_pairs);
}

void coverage_release(void)
{
	if (edge_count() > 0)
		memcpy(edges(), held_edges, edge_count());
	memcpy(coverage_pairs, held_pairs, sizeof held_pairs);
}
