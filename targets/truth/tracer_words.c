#include "truth/tracer_words.h"

#include "sim/sim.h"
#include "trace_v1/tracer.h"
#include "trace_v2/tracer.h"
#include "truth/log.h"

const struct tracer_words *tracer_words;

uint32_t truth_newest_u32(const struct atomic_u32 *word)
{
	uint64_t held;
	return sim_find_held(word, &held)
		       ? (uint32_t)held
		       : atomic_load_explicit(&word->value, memory_order_relaxed);
}

/* ---- v1 ------------------------------------------------------------------ */

static uint64_t v1_generation(void)
{
	return atomic_u32_peek(&tracer_v1->is_enabled) != 0 ? V1_GENERATION : 0;
}

static const struct g *v1_reader(void)
{
	return (const struct g *)atomic_address_peek(&tracer_v1->reader);
}

/* Who flushes or stops a trace looks for the reader later, but for one way to flush. */
static bool is_work_for_v1_reader(void)
{
	return (atomic_address_peek(&tracer_v1->full_head) != 0 &&
		!truth_log.is_queued_at_give_up) ||
	       truth_newest_u32(&tracer_v1->is_shutting_down) != 0;
}

static uint32_t v1_text_size_bytes_max(void)
{
	return trace_text_size_bytes_max(tracer_v1->configuration.buffer_size_bytes);
}

static const struct tracer_words v1_words = {
	.is_v1 = true,
	.clock_unit_ns = V1_CLOCK_UNIT_NS,
	.sample_header_word_count = 2,
	.generation = v1_generation,
	.reader = v1_reader,
	.text_size_bytes_max = v1_text_size_bytes_max,
	.is_work_for_reader = is_work_for_v1_reader,
};

/* ---- v2 ------------------------------------------------------------------ */

static uint64_t v2_generation(void)
{
	return atomic_u64_peek(&tracer->generation);
}

static const struct g *v2_reader(void)
{
	return (const struct g *)atomic_address_peek(&tracer->reader);
}

/* Who flushed has looked for the reader since, or the reader for what was flushed. */
static bool is_work_for_v2_reader(void)
{
	return truth_newest_u32(&tracer->is_enabled) != 0 &&
	       (truth_newest_u32(&tracer->has_work) != 0 ||
		atomic_u64_peek(&tracer->flushed_generation) ==
			atomic_u64_peek(&tracer->reader_generation));
}

static uint32_t v2_text_size_bytes_max(void)
{
	return trace_text_size_bytes_max(tracer->configuration.buffer_size_bytes);
}

static const struct tracer_words v2_words = {
	.clock_unit_ns = TRACE_CLOCK_UNIT_NS,
	.sample_header_word_count = 3,
	.generation = v2_generation,
	.reader = v2_reader,
	.text_size_bytes_max = v2_text_size_bytes_max,
	.is_work_for_reader = is_work_for_v2_reader,
};

void tracer_words_choose(uint32_t dialect)
{
	tracer_words = dialect < TRACE_DIALECT_1_22 ? &v1_words : &v2_words;
}
