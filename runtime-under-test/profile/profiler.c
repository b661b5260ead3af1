#include "profile/profiler.h"

#include "base/defect.h"
#include "base/fatal.h"
#include "sched/goroutine.h"
#include "sched/race_context.h"
#include "trace/symbol.h"

struct profiler *profiler;

void profiler_boot(const struct profiler_configuration *configuration)
{
	profiler = host_allocate(sizeof *profiler);
	profiler->configuration = *configuration;
	lock_init(&profiler->lock, LOCK_RANK_profile);
}

/* ---- The switch ---------------------------------------------------------- */

static void lock_signals(void)
{
	while (!atomic_u32_compare_exchange(POINT_profile_lock, &profiler->signal_lock, 0, 1,
					    memory_order_acquire))
		host_pause(POINT_profile_wait);
}

static void unlock_signals(void)
{
	atomic_u32_store(POINT_profile_unlock, &profiler->signal_lock, 0, memory_order_release);
}

/* All other Ms follow when they next run a goroutine (take_g). */
static void set_rate(uint32_t hz)
{
	struct m *m = acquirem();
	/* This M's own handler must not spin for what this M holds. */
	atomic_u32_store(POINT_profile_set_m, &m->profile_hz, 0, memory_order_relaxed);
	host_signal_fence();
	lock_signals();
	atomic_u32_store(POINT_profile_set_rate, &profiler->hz, hz, memory_order_relaxed);
	unlock_signals();
	atomic_u32_store(POINT_profile_set_rate, &sched->profile_hz, hz, memory_order_relaxed);
	host_signal_fence();
	atomic_u32_store(POINT_profile_set_m, &m->profile_hz, hz, memory_order_relaxed);
	releasem(m);
}

/* What follows is written by whoever holds signal_lock, or when handlers find the rate 0. */
static void write_lost(void)
{
	const uint64_t stack[] = {symbol_pc(SYMBOL_lost_external_code)};
	if (profiler->lost_count == 0)
		return;
	cpu_sample_ring_write(profiler->log, 0, 0, &profiler->lost_count, PROFILE_HEADER_WORD_COUNT,
			      stack, 1);
	if (DEFECT(issue_21836) == 0)
		profiler->lost_count = 0;
}

static struct cpu_sample_ring *new_log(uint32_t hz)
{
	const struct cpu_sample_ring_configuration configuration = {
		.word_count = profiler->configuration.ring_word_count,
		.tag_count = profiler->configuration.ring_word_count / CPU_SAMPLE_WORDS_FOR_TAG,
		.header_word_count = PROFILE_HEADER_WORD_COUNT};
	struct cpu_sample_ring *log = cpu_sample_ring_new(&configuration);
	const uint64_t header = hz;
	cpu_sample_ring_write(log, 0, host_nanotime(), &header, PROFILE_HEADER_WORD_COUNT, NULL, 0);
	return log;
}

struct switch_request {
	uint32_t hz;
	bool ret_is_done;
};

static void start_on_system_stack(void *argument)
{
	struct switch_request *request = argument;
	lock_acquire(&profiler->lock);
	if (!profiler->is_on && profiler->log == NULL) {
		profiler->log = new_log(request->hz);
		profiler->is_on = true;
		set_rate(request->hz);
		request->ret_is_done = true;
	}
	lock_release(&profiler->lock);
}

static void stop_on_system_stack(void *argument)
{
	(void)argument;
	lock_acquire(&profiler->lock);
	if (profiler->is_on) {
		set_rate(0);
		profiler->is_on = false;
		write_lost();
		cpu_sample_ring_close(profiler->log);
	}
	lock_release(&profiler->lock);
}

bool profiler_start(uint32_t hz)
{
	ensure(hz > 0);
	struct switch_request request = {.hz = hz};
	function_prologue(POINT_profile_switch);
	on_system_stack(start_on_system_stack, &request);
	return request.ret_is_done;
}

void profiler_stop(void)
{
	function_prologue(POINT_profile_switch);
	on_system_stack(stop_on_system_stack, NULL);
}

/* ---- Reading ------------------------------------------------------------- */

static void look_at_log(void *argument)
{
	struct cpu_sample_ring **log = argument;
	lock_acquire(&profiler->lock);
	*log = profiler->log;
	lock_release(&profiler->lock);
}

static void free_log(void *argument)
{
	(void)argument;
	lock_acquire(&profiler->lock);
	cpu_sample_ring_free(profiler->log);
	profiler->log = NULL;
	profiler->has_told_rate = false;
	lock_release(&profiler->lock);
}

/* The rate comes first, by itself: package pprof takes it off, and its label. */
static void take_rate_apart(struct cpu_samples *samples)
{
	const uint32_t rate_words = (uint32_t)samples->words[0];
	const uint32_t rate_tags = DEFECT(issue_50007) ? 0 : 1;
	profiler->has_told_rate = true;
	profiler->behind_rate = (struct cpu_samples){.words = samples->words + rate_words,
						     .word_count = samples->word_count - rate_words,
						     .tags = samples->tags + rate_tags,
						     .tag_count = samples->tag_count - 1};
	samples->word_count = rate_words;
	samples->tag_count = 1;
}

struct cpu_samples profiler_read(void)
{
	struct cpu_sample_ring *log;
	if (profiler->behind_rate.word_count > 0) {
		struct cpu_samples rest = profiler->behind_rate;
		profiler->behind_rate.word_count = 0;
		return rest;
	}
	function_prologue(POINT_profile_read);
	on_system_stack(look_at_log, &log);
	if (log == NULL)
		return (struct cpu_samples){.is_end = true};
	struct cpu_samples samples = cpu_sample_ring_read(log, CPU_SAMPLE_READ_WAITING);
	if (samples.is_end)
		on_system_stack(free_log, NULL);
	else if (!profiler->has_told_rate)
		take_rate_apart(&samples);
	return samples;
}

void profiler_set_label(uint64_t label)
{
	race_release(&cpu_sample_label_sync);
	g_self()->profile_label = label;
}

/* ---- The handler --------------------------------------------------------- */

static void add_to_log(const struct cpu_sample *sample)
{
	const uint64_t count = 1;
	lock_signals();
	if (atomic_u32_load(POINT_profile_look, &profiler->hz, memory_order_relaxed) != 0) {
		write_lost();
		cpu_sample_ring_write(profiler->log, sample->label, host_nanotime(), &count,
				      PROFILE_HEADER_WORD_COUNT, sample->stack,
				      sample->stack_depth);
	}
	unlock_signals();
}

/* Of an M that runs no Go code, or of a foreign thread: counted, and told with the next sample of
 * one that does. */
static void add_lost(void)
{
	bool is_locked = DEFECT(issue_24991) == 0;
	if (is_locked)
		lock_signals();
	if (atomic_u32_load(POINT_profile_look, &profiler->hz, memory_order_relaxed) != 0) {
		profiler->lost_count++;
		if (!is_locked)
			write_lost();
	}
	if (is_locked)
		unlock_signals();
}

static void take_stack(const struct g *g, struct cpu_sample *sample)
{
	if (g->operation_pc != 0)
		sample->stack[sample->stack_depth++] = g->operation_pc;
	for (uint32_t i = g->shadow_depth; i-- > 0;)
		sample->stack[sample->stack_depth++] = g->shadow_pcs[i];
}

/* An extra M whose goroutine is not alive yet, or no more, is not: upstream keeps most such signals
 * off the thread. */
static bool is_lent(const struct m *m)
{
	return !m->is_extra || m->current_g == NULL ||
	       (atomic_u32_peek(&m->current_g->status) & ~(uint32_t)G_SCAN) != G_DEAD_EXTRA;
}

/* Whom to charge: the goroutine of the M, also while the M is on its system stack. */
static const struct g *interrupted_g(const struct m *m)
{
	if (DEFECT(issue_52693) && host_interrupted_stack_kind() == HOST_STACK_SYSTEM)
		return NULL;
	return is_lent(m) ? m->current_g : NULL;
}

/* In a system call the M's own word is not its own: somebody may take its P. */
static const struct p *interrupted_p(const struct m *m)
{
	if (m->syscall_p == NULL)
		return m->p;
	if (!is_lent(m))
		return NULL;
	uintptr_t holder = atomic_address_load(POINT_sample_look_p, &m->syscall_p->syscall_g,
					       memory_order_relaxed);
	return holder == (uintptr_t)m->current_g ? m->syscall_p : NULL;
}

void profiler_on_foreign_signal(void)
{
	host_yield(POINT_signal_handler, NULL);
	add_lost();
}

void profiler_on_signal(const struct m *m)
{
	host_yield(POINT_signal_handler, m);
	if (atomic_u32_load(POINT_profile_look_m, &m->profile_hz, memory_order_relaxed) == 0)
		return;
	const struct g *g = interrupted_g(m);
	struct cpu_sample sample = {.m = m, .p = interrupted_p(m), .g = g};
	if (g != NULL) {
		sample.label = g->profile_label;
		take_stack(g, &sample);
	}
	if (sample.stack_depth == 0)
		sample.stack[sample.stack_depth++] = symbol_pc(SYMBOL_system);
	if (sample.p == NULL && g == NULL)
		add_lost();
	else
		add_to_log(&sample);
	trace_hooks->cpu_sample(&sample);
}
