#include "truth/sample.h"

#include <stddef.h>

#include "profile/profiler.h"
#include "trace/symbol.h"
#include "trace_v1/tracer.h"
#include "truth/observe.h"
#include "truth/tracer_words.h"

/* A record in a ring: word 0 its length, 1 its time, then the header, then the stack. */
enum { RECORD_HEADER_AT = 2 };

static uint64_t word_now(const void *word)
{
	return atomic_u64_peek(word);
}

static const struct cpu_sample_ring *ring_of(enum point point, const void *word)
{
	size_t offset = point == POINT_ring_publish ? offsetof(struct cpu_sample_ring, written)
			: point == POINT_ring_close ? offsetof(struct cpu_sample_ring, is_closed)
						    : offsetof(struct cpu_sample_ring, overflow);
	return (const struct cpu_sample_ring *)(const void *)((const char *)word - offset);
}

static bool is_of_profile(const struct cpu_sample_ring *ring)
{
	return ring->header_word_count == PROFILE_HEADER_WORD_COUNT;
}

/* The books of RING; a ring that nobody has written to yet begins new ones, wherever it lies. */
static struct truth_ring *books_of(const struct cpu_sample_ring *ring)
{
	struct truth_ring *books = &truth_log.rings[0];
	for (unsigned i = 0; i < TRUTH_RING_COUNT; i++) {
		struct truth_ring *candidate = &truth_log.rings[i];
		if (candidate->ring == ring) {
			books = candidate;
			break;
		}
		if (candidate->last_use < books->last_use)
			books = candidate;
	}
	bool is_new = word_now(&ring->overflow) == 0 &&
		      cpu_sample_index_words(word_now(&ring->written)) == 0;
	if (books->ring != ring || is_new)
		*books = (struct truth_ring){.ring = ring};
	books->last_use = ++truth_log.ring_use_count;
	return books;
}

/* ---- Records ------------------------------------------------------------- */

static void add_to_profile(struct truth_profile_item item)
{
	struct truth_log *log = &truth_log;
	uint32_t index = truth_log_add(&log->profile_count, TRUTH_PROFILE_COUNT_MAX);
	log->profile[index] = item;
}

static struct truth_stack stack_of(const uint64_t *pcs, uint64_t count)
{
	struct truth_stack stack = {0};
	for (uint64_t i = 0; i < count; i++)
		truth_stack_add(&stack, pcs[i]);
	return stack;
}

static bool is_same_stack(const struct truth_stack *left, const struct truth_stack *right)
{
	return left->hash == right->hash && left->depth == right->depth;
}

static void check_context(bool is_same, const char *what, const struct truth_handler *handler)
{
	if (!is_same)
		truth_end_run(TRUTH_RULE_sample_context, "%s differs: M %lu, goroutine %ld, P %ld",
			      what, (unsigned long)handler->m, (long)handler->g, (long)handler->p);
}

/* The handler has looked at the clock once. */
static uint64_t time_of_sample(void)
{
	return (tracer_words->is_v1 ? sim_thread_last_tick_ns() : sim_thread_last_time_ns()) /
	       tracer_words->clock_unit_ns;
}

/* v1: 0 while its trace has not written anything. */
static void check_age(const struct truth_handler *handler, uint64_t time)
{
	if (tracer_words->is_v1 && time < truth_log.sessions[handler->session - 1].first_time)
		truth_end_run(TRUTH_RULE_sample_context, "a sample is older than its trace: M %lu",
			      (unsigned long)handler->m);
}

static void sample_written(struct truth_handler *handler, const uint64_t *record)
{
	const uint64_t *header = &record[RECORD_HEADER_AT];
	const uint32_t header_words = tracer_words->sample_header_word_count;
	struct truth_stack stack = stack_of(header + header_words,
					    record[0] - RECORD_HEADER_AT - header_words);
	if (handler == NULL || handler->generation == 0 || handler->is_in_trace_ring)
		truth_end_run(TRUTH_RULE_sample_context, "a sample is written without a signal");
	handler->is_in_trace_ring = true;
	uint64_t p_word = handler->p == TRUTH_NONE ? 2 : handler->p << 1 | 1;
	check_context(header[0] == p_word, "the P", handler);
	check_context(header[1] == (handler->g == TRUTH_NONE ? 0 : handler->g), "the goroutine",
		      handler);
	check_context(tracer_words->is_v1 || header[2] == handler->m, "the thread", handler);
	check_context(is_same_stack(&stack, &handler->stack), "the stack", handler);
	const uint64_t time = time_of_sample();
	check_context(record[1] == time, "the time", handler);
	check_age(handler, time);

	struct truth_log *log = &truth_log;
	uint32_t index = truth_log_add(&log->sample_count, TRUTH_SAMPLE_COUNT_MAX);
	log->samples[index] = (struct truth_sample){.session = handler->session,
						    .generation = handler->generation,
						    .time = time,
						    .m = handler->m,
						    .p = handler->p,
						    .g = handler->g,
						    .stack = handler->stack};
}

/* A sample, and the end of a profile, come after the count of those before with nobody to charge.
 */
static void check_nobody_is_told(void)
{
	if (truth_log.nobody_count > 0)
		truth_end_run(TRUTH_RULE_sample_count, "%lu with nobody to charge are not told",
			      (unsigned long)truth_log.nobody_count);
}

/* The rate that begins a profile, a sample, or a count of those with nobody to charge. */
static void profile_written(struct truth_handler *handler, const uint64_t *record, uint64_t label)
{
	uint64_t count = record[RECORD_HEADER_AT];
	const uint64_t *pcs = &record[RECORD_HEADER_AT + PROFILE_HEADER_WORD_COUNT];
	struct truth_stack stack = stack_of(pcs, record[0] - RECORD_HEADER_AT -
							 PROFILE_HEADER_WORD_COUNT);
	bool is_lost = stack.innermost_pc == symbol_pc(SYMBOL_lost_external_code);
	if (is_lost) {
		if (count != truth_log.nobody_count)
			truth_end_run(TRUTH_RULE_sample_count, "nobody's: %lu, true: %lu",
				      (unsigned long)count, (unsigned long)truth_log.nobody_count);
		truth_log.nobody_count = 0;
	} else if (stack.depth > 0) {
		if (handler == NULL || handler->is_in_profile)
			truth_end_run(TRUTH_RULE_sample_context,
				      "a sample is written without a signal");
		handler->is_in_profile = true;
		check_nobody_is_told();
		check_context(count == 1, "the count", handler);
		check_context(label == handler->label, "the label", handler);
		check_context(is_same_stack(&stack, &handler->stack), "the stack", handler);
	}
	add_to_profile((struct truth_profile_item){.count = count, .label = label, .stack = stack});
}

/* The writer has taken the count before it writes the record. */
static void loss_written(const struct cpu_sample_ring *ring, struct truth_ring *books,
			 uint64_t count)
{
	if (count != books->taken_count)
		truth_end_run(TRUTH_RULE_sample_count, "%lu losses are told, true: %lu",
			      (unsigned long)count, (unsigned long)books->taken_count);
	books->taken_count = 0;
	if (is_of_profile(ring))
		add_to_profile((struct truth_profile_item){.is_loss = true, .count = count});
}

static bool is_all_zero(const uint64_t *header, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		if (header[i] != 0)
			return false;
	return true;
}

static void published(struct truth_handler *handler, const void *word, uint64_t before)
{
	const struct cpu_sample_ring *ring = ring_of(POINT_ring_publish, word);
	/* Flags alone may have changed, and the attempt failed. */
	if (cpu_sample_words_between(before, word_now(word)) == 0)
		return;
	struct truth_ring *books = books_of(ring);
	const uint64_t *record = &ring->words[cpu_sample_index_words(before) % ring->word_count];
	if (record[0] == 0)
		record = ring->words; /* it did not fit before the end */
	if (record[0] < RECORD_HEADER_AT + ring->header_word_count ||
	    record[0] > (uint64_t)(ring->words + ring->word_count - record))
		truth_end_run(TRUTH_RULE_sample_lost, "a record is written over another");
	uint64_t tag = ring->tags[cpu_sample_index_tags(before) % ring->tag_count];
	if (is_all_zero(&record[RECORD_HEADER_AT], ring->header_word_count))
		loss_written(ring, books, record[RECORD_HEADER_AT + ring->header_word_count]);
	else if (is_of_profile(ring))
		profile_written(handler, record, tag);
	else
		sample_written(handler, record);
}

/* ---- Losses -------------------------------------------------------------- */

static void counted(struct truth_handler *handler, const void *word, uint64_t before)
{
	const struct cpu_sample_ring *ring = ring_of(POINT_ring_count_overflow, word);
	/* A reader that took the count in between has made the attempt fail. */
	if (cpu_sample_overflow_count(word_now(word)) != cpu_sample_overflow_count(before) + 1)
		return;
	books_of(ring)->lost_count++;
	if (!is_of_profile(ring)) {
		if (handler != NULL)
			handler->is_in_trace_ring = true;
		return;
	}
	/* A count of nobody's samples finds no room either, and is one more loss then. */
	if (truth_log.nobody_count > 0 && (handler == NULL || !handler->has_lost_nobody)) {
		truth_log.nobody_count = 0;
		if (handler != NULL)
			handler->has_lost_nobody = true;
		return;
	}
	if (handler != NULL)
		handler->is_in_profile = true;
}

/* Of reader and writer one gets it, and the books say whether it is still there. */
static void taken(bool is_writer, const void *word, uint64_t before)
{
	const struct cpu_sample_ring *ring = ring_of(POINT_ring_take_overflow, word);
	struct truth_ring *books = books_of(ring);
	uint32_t count = cpu_sample_overflow_count(before);
	if (cpu_sample_overflow_count(word_now(word)) != 0 || books->lost_count == 0)
		return;
	if (count != books->lost_count)
		truth_end_run(TRUTH_RULE_sample_count, "%u losses are counted, true: %lu", count,
			      (unsigned long)books->lost_count);
	books->lost_count = 0;
	if (is_writer)
		books->taken_count = count;
	else if (is_of_profile(ring))
		add_to_profile((struct truth_profile_item){.is_loss = true, .count = count});
}

/* ---- Steps --------------------------------------------------------------- */

static void ring_done(struct truth_handler *handler, bool is_writer,
		      const struct truth_ring_step *last)
{
	switch ((unsigned)last->point) {
	case POINT_ring_publish:
		published(handler, last->object, last->before);
		break;
	case POINT_ring_count_overflow:
		counted(handler, last->object, last->before);
		break;
	case POINT_ring_take_overflow:
		taken(is_writer, last->object, last->before);
		break;
	default:
		break;
	}
}

static void announce(struct truth_ring_step *step, enum point point, const void *object)
{
	bool is_of_ring = point == POINT_ring_publish || point == POINT_ring_count_overflow ||
			  point == POINT_ring_take_overflow;
	*step = (struct truth_ring_step){
		.point = point, .object = object, .before = is_of_ring ? word_now(object) : 0};
}

/* It writes too: the rate, and nobody's samples. */
static bool is_switching_profile(const struct g *g)
{
	return g != NULL && (g->operation_pc == symbol_pc(SYMBOL_profile_start) ||
			     g->operation_pc == symbol_pc(SYMBOL_profile_stop));
}

/* A profile is on: its log has begun with the rate, before any sample. */
static void check_begins_with_rate(void)
{
	const struct truth_log *log = &truth_log;
	uint32_t hz = atomic_u32_peek(&profiler->hz);
	const struct truth_profile_item *last = log->profile_count == 0
							? NULL
							: &log->profile[log->profile_count - 1];
	if (hz == 0)
		return;
	if (last == NULL || last->is_loss || last->stack.depth > 0 || last->count != hz)
		truth_end_run(TRUTH_RULE_profile, "it does not begin with its rate, %u", hz);
}

void truth_sample_settle(struct truth_m *seen)
{
	if (seen->ring_step.point == POINT_profile_set_rate &&
	    seen->ring_step.object == &profiler->hz)
		check_begins_with_rate();
	ring_done(NULL, is_switching_profile(seen->m->current_g), &seen->ring_step);
	seen->ring_step = (struct truth_ring_step){0};
}

void truth_sample_step(struct truth_m *seen, enum point point, const void *object)
{
	truth_sample_settle(seen);
	if (point == POINT_ring_close && is_of_profile(ring_of(point, object)))
		check_nobody_is_told();
	announce(&seen->ring_step, point, object);
}

/* One that no thread has yet, or has no more, is charged with nothing. */
static const struct g *g_of(const struct m *m)
{
	const struct g *g = m->current_g;
	uint32_t status = g == NULL ? (uint32_t)G_DEAD : atomic_u32_peek(&g->status);
	return (status & ~(uint32_t)G_SCAN) == G_DEAD_EXTRA ? NULL : g;
}

/* In a system call the one that it had, until somebody is seen to have taken it. */
static const struct p *p_of(const struct m *m)
{
	if (m->syscall_p == NULL)
		return m->p;
	return g_of(m) == m->current_g ? m->syscall_p : NULL;
}

static void begin_handler(struct truth_handler *handler, const struct m *m)
{
	const struct g *g = m == NULL ? NULL : g_of(m);
	const struct p *p = m == NULL ? NULL : p_of(m);
	*handler = (struct truth_handler){
		.is_active = true,
		.m = m == NULL ? TRUTH_NONE : m->procid,
		.p = p == NULL ? TRUTH_NONE : p->id,
		.g = g == NULL ? TRUTH_NONE : g->id,
		.label = g == NULL ? 0 : g->profile_label,
		.stack = truth_stack_of(g),
	};
	if (handler->stack.depth == 0)
		truth_stack_add(&handler->stack, symbol_pc(SYMBOL_system));
}

static bool word_is_set(const void *word)
{
	return atomic_u32_peek(word) != 0;
}

/* It belongs to the trace whose ring it finds. */
static void looked_at_v1_ring(struct truth_handler *handler)
{
	if (atomic_address_peek(handler->step.object) == 0)
		return;
	handler->generation = V1_GENERATION;
	handler->session = truth_log.session_count;
}

/* In a system call the M looks whether it still has its P: somebody may have taken it since the
 * signal came, and it may not see that yet. */
static uint64_t looked_at_p(const struct truth_handler *handler)
{
	const struct p *p = (const struct p *)(const void *)((const char *)handler->step.object -
							     offsetof(struct p, syscall_g));
	const struct g *g = (const struct g *)atomic_address_peek(&p->syscall_g);
	return g != NULL && g->id == handler->g ? p->id : TRUTH_NONE;
}

static void handler_done(struct truth_handler *handler)
{
	switch ((unsigned)handler->step.point) {
	case POINT_profile_look_m:
		handler->is_taken = word_is_set(handler->step.object);
		break;
	case POINT_sample_look_p:
		handler->p = looked_at_p(handler);
		break;
	case POINT_sample_look_enabled:
		handler->has_asked_trace = true;
		break;
	case POINT_profile_look:
		handler->has_asked_profile = true;
		/* Under the signal lock, so nobody changes it. */
		handler->is_profiled = atomic_u32_peek(&profiler->hz) != 0;
		if (handler->is_profiled && handler->p == TRUTH_NONE && handler->g == TRUTH_NONE) {
			truth_log.nobody_count++;
			handler->is_in_profile = true;
		}
		break;
	case POINT_sample_load_generation:
		handler->generation = tracer_words->generation();
		handler->session = truth_log.session_count;
		break;
	case POINT_sample_look_ring:
		if (tracer_words->is_v1)
			looked_at_v1_ring(handler);
		break;
	default:
		ring_done(handler, true, &handler->step);
	}
}

void truth_sample_handler_step(struct truth_m *seen, const struct m *m, enum point point,
			       const void *object)
{
	struct truth_handler *handler = &seen->handler;
	if (point == POINT_signal_handler) {
		truth_sample_handler_ended(seen);
		begin_handler(handler, m);
	} else {
		handler_done(handler);
	}
	announce(&handler->step, point, object);
}

void truth_sample_handler_ended(struct truth_m *seen)
{
	struct truth_handler *handler = &seen->handler;
	if (!handler->is_active)
		return;
	/* One that ends here found the profiler off; the word may have changed since. */
	if (handler->step.point != POINT_profile_look_m)
		handler_done(handler);
	handler->is_active = false;
	if (handler->is_taken && !(handler->has_asked_profile && handler->has_asked_trace))
		truth_end_run(TRUTH_RULE_sample_lost, "%s never learns of the one on M %lu",
			      handler->has_asked_profile ? "the trace" : "the profile",
			      (unsigned long)handler->m);
	if (handler->generation != 0 && !handler->is_in_trace_ring)
		truth_end_run(TRUTH_RULE_sample_lost,
			      "the trace's, of generation %lu, on M %lu is in no ring",
			      (unsigned long)handler->generation, (unsigned long)handler->m);
	if (handler->is_profiled && !handler->is_in_profile)
		truth_end_run(TRUTH_RULE_sample_lost, "the profile's, on M %lu, is in no ring",
			      (unsigned long)handler->m);
}
