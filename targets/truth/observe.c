/* Every step of every M. Before the simulator goes on with an M's operation, it may let others run;
 * so when an M is seen again, the operation that it announced last is done, and nobody else has run
 * since it was. */
#include "truth/truth.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include "lock/lock_rank.h"
#include "trace/symbol.h"
#include "trace_v2/tracer.h"
#include "truth/observe.h"
#include "truth/sample.h"
#include "truth/tracer_words.h"

#define POINT_LOCK(rank) (POINT_LOCK_FIRST + 2 * LOCK_RANK_##rank)

const uint8_t truth_traits[POINT_LIMIT] = {
	[POINT_g_change_status] = TRUTH_DONE,
	[POINT_preempt_park] = TRUTH_DONE,
	[POINT_suspend_claim_preempted] = TRUTH_DONE,
	[POINT_section_look_enabled] = TRUTH_DONE | TRUTH_ANNOUNCED,
	[POINT_section_set_writing] = TRUTH_DONE,
	[POINT_section_load_generation] = TRUTH_DONE,
	[POINT_section_clear_writing] = TRUTH_ANNOUNCED,
	[POINT_section_look_on] = TRUTH_DONE | TRUTH_ANNOUNCED,
	[POINT_section_leave] = TRUTH_ANNOUNCED,
	[POINT_syscall_take_p] = TRUTH_DONE,
	[POINT_extra_g_init_status] = TRUTH_DONE,
	[POINT_start_store_generation] = TRUTH_DONE,
	[POINT_advance_store_generation] = TRUTH_DONE,
	[POINT_stop_store_generation] = TRUTH_DONE,
	[POINT_stop_clear] = TRUTH_DONE | TRUTH_ANNOUNCED,
	[POINT_start_look_at_goroutine] = TRUTH_DONE,
	[POINT_start_on] = TRUTH_DONE | TRUTH_ANNOUNCED,
	[POINT_stop_off] = TRUTH_ANNOUNCED,
	[POINT_stop_shutting_down] = TRUTH_DONE,
	[POINT_stack_allocate] = TRUTH_DONE,
	[POINT_stack_free] = TRUTH_DONE,
	[POINT_heap_live] = TRUTH_DONE,
	[POINT_gc_account] = TRUTH_DONE,
	[POINT_gc_begin] = TRUTH_DONE,
	[POINT_gc_start_world] = TRUTH_DONE,
	[POINT_gc_assist_begin] = TRUTH_DONE,
	[POINT_gc_assist_end] = TRUTH_DONE,
	[POINT_gc_sweep_begin] = TRUTH_DONE,
	[POINT_gc_sweep_span] = TRUTH_DONE,
	[POINT_gc_sweep_end] = TRUTH_DONE,
	[POINT_flush_queue] = TRUTH_ANNOUNCED,
	[POINT_host_nanotime] = TRUTH_DONE | TRUTH_ANNOUNCED,
	[POINT_read_register] = TRUTH_DONE,
	[POINT_read_next_generation] = TRUTH_DONE,
	[POINT_advance_publish_flushed] = TRUTH_DONE,
	[POINT_LOCK(sched)] = TRUTH_ANNOUNCED,
	[POINT_LOCK(mheap)] = TRUTH_DONE,
	[POINT_profile_set_rate] = TRUTH_RING,
	[POINT_ring_close] = TRUTH_RING,
	[POINT_ring_publish] = TRUTH_RING,
	[POINT_ring_count_overflow] = TRUTH_RING,
	[POINT_ring_take_overflow] = TRUTH_RING,
	[POINT_goroutine_sleep] = TRUTH_PROLOGUE,
	[POINT_wakeable_sleep] = TRUTH_PROLOGUE,
	[POINT_semaphore_acquire] = TRUTH_PROLOGUE,
	[POINT_goroutine_start] = TRUTH_PROLOGUE,
	[POINT_set_gc_percent] = TRUTH_PROLOGUE,
	[POINT_set_memory_limit] = TRUTH_PROLOGUE,
	[POINT_world_stop] = TRUTH_PROLOGUE,
	[POINT_set_gomaxprocs] = TRUTH_PROLOGUE,
	[POINT_for_each_p] = TRUTH_PROLOGUE,
	[POINT_work] = TRUTH_PROLOGUE,
	[POINT_call] = TRUTH_PROLOGUE,
	[POINT_pull] = TRUTH_PROLOGUE,
	[POINT_compute] = TRUTH_PROLOGUE,
	[POINT_netpoll_wait] = TRUTH_PROLOGUE,
	[POINT_after_func] = TRUTH_PROLOGUE,
	[POINT_syscall] = TRUTH_PROLOGUE,
	[POINT_cgo_call] = TRUTH_PROLOGUE,
	[POINT_advance] = TRUTH_PROLOGUE,
	[POINT_start] = TRUTH_PROLOGUE,
	[POINT_stop] = TRUTH_PROLOGUE,
	[POINT_read] = TRUTH_PROLOGUE,
	[POINT_panic] = TRUTH_PROLOGUE,
	[POINT_gc_enter] = TRUTH_PROLOGUE,
	[POINT_gc_start] = TRUTH_PROLOGUE,
	[POINT_host_note_sleep] = TRUTH_SLEEP,
};

void truth_end_run(enum truth_rule rule, const char *format, ...)
{
	char text[512];
	int used = snprintf(text, sizeof text, "%s: %s\n", truth_rule_id(rule),
			    truth_rule_sentence(rule));
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text + used, sizeof text - (size_t)used, format, arguments);
	va_end(arguments);
	sim_end(SIM_TRUTH_MISMATCH, text);
}

/* A thief: at the yield point it had not taken the P yet. */
static const struct p *p_of_syscall_g(const void *word)
{
	return (const struct p *)(const void *)((const char *)word - offsetof(struct p, syscall_g));
}

static const struct g *g_of_status(const void *word)
{
	return (const struct g *)(const void *)((const char *)word - offsetof(struct g, status));
}

static void generation_loaded(struct truth_m *seen)
{
	/* Nobody has run since the load. */
	uint64_t generation = tracer_words->generation();
	if (generation == 0)
		truth_section_refused(seen);
	else
		truth_section_entered(seen, generation);
}

/* Who stores a generation tells of its clocks next: looks at the one for the batch, for the
 * machine's, and for the trace's. */
static void looked_at_clock(struct truth_m *seen)
{
	if (seen->snapshot_generation == TRUTH_NO_RECORD)
		return;
	struct truth_generation *generation = &truth_log.generations[seen->snapshot_generation];
	seen->snapshot_look_count++;
	if (seen->snapshot_look_count == 2)
		generation->monotonic_ns = sim_thread_last_time_ns();
	if (seen->snapshot_look_count < 3)
		return;
	generation->trace_time = sim_thread_last_time_ns() / TRACE_CLOCK_UNIT_NS;
	seen->snapshot_generation = TRUTH_NO_RECORD;
}

static void generation_stored(struct truth_m *seen)
{
	if (seen->point == POINT_start_store_generation) {
		truth_check_start();
		truth_log_session(seen, tracer_words->generation());
		truth_pend(seen, (struct truth_pending){.kind = PENDING_FIRST_GENERATION});
	} else {
		truth_log_generation(tracer_words->generation());
		truth_pend(seen, (struct truth_pending){.kind = EVENT_procs_change,
							.numbers = {sched->allp_length}});
		if (truth_is_marking())
			truth_pend(seen, (struct truth_pending){.kind = EVENT_gc_active});
	}
	if (truth_log.dialect >= TRACE_DIALECT_1_26) {
		seen->snapshot_generation = truth_log.generation_count - 1;
		seen->snapshot_look_count = 0;
	}
}

/* The M has the heap's lock, and has stored the limit that it took it for: it yields next when it
 * writes the event. */
static void heap_lock_taken(struct truth_m *seen)
{
	const struct g *g = seen->m->current_g;
	/* A stack that grows takes it too, but on the goroutine's own stack. */
	if (g == NULL || host_stack_kind() != HOST_STACK_SYSTEM)
		return;
	bool commits_goal = g->operation_pc == symbol_pc(SYMBOL_set_gc_percent);
	if (g->operation_pc == symbol_pc(SYMBOL_set_memory_limit)) {
		commits_goal = sched->memory_limit_mib != truth_log.memory_limit_mib;
		truth_log.memory_limit_mib = sched->memory_limit_mib;
	}
	if (commits_goal)
		truth_pend(seen, (struct truth_pending){.kind = EVENT_heap_goal});
}

/* The operation that the M announced last is done; NEXT is what it wants now. */
__attribute__((noinline)) static void see_done(struct truth_m *seen, enum point next)
{
	switch ((unsigned)seen->point) {
	case POINT_g_change_status:
	case POINT_preempt_park:
	case POINT_suspend_claim_preempted:
	case POINT_extra_g_init_status:
		truth_status_seen(seen, g_of_status(seen->object));
		break;
	case POINT_LOCK(mheap):
		heap_lock_taken(seen);
		break;
	case POINT_section_look_enabled:
		if (next != POINT_section_set_writing && !seen->is_in_section)
			truth_section_refused(seen);
		break;
	case POINT_section_set_writing:
		truth_check_section_flag(seen);
		break;
	case POINT_syscall_take_p:
		truth_p_taken(seen, p_of_syscall_g(seen->object));
		break;
	case POINT_section_look_on:
		truth_v1_check_section(seen, next);
		generation_loaded(seen);
		break;
	case POINT_section_load_generation:
		truth_check_buffers(seen);
		generation_loaded(seen);
		break;
	case POINT_start_store_generation:
	case POINT_advance_store_generation:
		generation_stored(seen);
		break;
	case POINT_host_nanotime:
		looked_at_clock(seen);
		truth_v1_done(seen);
		break;
	case POINT_stop_store_generation:
		truth_check_stop();
		break;
	case POINT_stop_clear:
		truth_world_started(seen);
		break;
	case POINT_stack_allocate:
	case POINT_stack_free:
		truth_stack_moved(seen);
		break;
	case POINT_read_register:
		truth_check_reader(seen);
		break;
	case POINT_read_next_generation:
	case POINT_advance_publish_flushed:
		truth_check_reader_generation(seen);
		break;
	case POINT_heap_live:
	case POINT_gc_account:
	case POINT_gc_begin:
	case POINT_gc_start_world:
	case POINT_gc_assist_begin:
	case POINT_gc_assist_end:
	case POINT_gc_sweep_begin:
	case POINT_gc_sweep_span:
	case POINT_gc_sweep_end:
		truth_gc_done(seen);
		break;
	default:
		truth_v1_done(seen);
	}
}

__attribute__((noinline)) static void see_announced(struct truth_m *seen, enum point point)
{
	switch ((unsigned)point) {
	case POINT_section_look_enabled:
		truth_see_syscall(seen);
		break;
	case POINT_section_clear_writing:
		truth_remember_buffers(seen);
		truth_section_left(seen);
		break;
	case POINT_LOCK(sched):
		/* Who has stopped the world takes it to start the world again. */
		if (seen->has_stopped_world) {
			seen->has_stopped_world = false;
			truth_pend(seen, (struct truth_pending){.kind = PENDING_WORLD_START});
		}
		break;
	default:
		truth_v1_announced(seen, point);
	}
}

/* SEEN, on any stack but a signal's, where there is something to see. */
static __attribute__((noinline)) void see_step(struct truth_m *seen, const struct m *m,
					       enum point point, const void *object)
{
	const unsigned last = truth_traits[seen->point];
	const unsigned next = truth_traits[point];
	if (seen->handler.is_active)
		truth_sample_handler_ended(seen);
	if (last & TRUTH_DONE)
		see_done(seen, point);
	if (m->p != seen->p)
		truth_p_changed(seen);
	if (next & TRUTH_ANNOUNCED)
		see_announced(seen, point);
	if ((last | next) & TRUTH_RING)
		truth_sample_step(seen, point, object);
	if (last & TRUTH_SLEEP)
		truth_check_all_asleep(m);
	seen->point = point;
	seen->object = object;
	if (next & TRUTH_PROLOGUE)
		truth_check_idle();
}

void truth_observe(void *context, const struct sim_who *who, enum point point, const void *object)
{
	(void)context;
	const struct m *m = who->owner;
	struct truth_m *seen = &truth_log.ms[who->index];
	if (m != seen->m)
		seen = truth_log_m(who->index, m);
	const unsigned traits = (truth_traits[seen->point] & TRUTH_AFTER) |
				(truth_traits[point] & TRUTH_BEFORE);
	/* A handler interrupts between announcement and operation. */
	if (who->stack_kind == HOST_STACK_SIGNAL) {
		truth_sample_handler_step(seen, m, point, object);
		return;
	}
	if (m == NULL) {
		truth_sample_handler_ended(seen);
		return;
	}
	if (traits != 0 || m->p != seen->p || seen->handler.is_active) {
		see_step(seen, m, point, object);
		return;
	}
	seen->point = point;
	seen->object = object;
}

void truth_run_begin(uint32_t dialect)
{
	tracer_words_choose(dialect);
	truth_log_reset(dialect);
}

void truth_note(enum truth_note note, uint64_t goroutine, uint64_t task, uint64_t parent,
		const char *first, const char *second)
{
	static const uint8_t types[] = {
		[TRUTH_TASK_BEGIN] = EVENT_user_task_begin,
		[TRUTH_TASK_END] = EVENT_user_task_end,
		[TRUTH_REGION_BEGIN] = EVENT_user_region_begin,
		[TRUTH_REGION_END] = EVENT_user_region_end,
		[TRUTH_LOG] = EVENT_user_log,
	};
	struct truth_m *seen = truth_log_m(sim_thread_index(), host_self());
	if (seen->m->current_g->id != goroutine)
		truth_end_run(TRUTH_RULE_annotation, "goroutine %lu is not the one that runs",
			      (unsigned long)goroutine);
	truth_pend(seen, (struct truth_pending){.kind = types[note],
						.numbers = {task, parent},
						.texts = {first, second}});
}

struct truth_moment truth_moment(void)
{
	if (tracer_words->generation() == 0)
		return (struct truth_moment){0};
	return (struct truth_moment){truth_log.session_count, truth_log.generation_count};
}
