/* A P dies and comes back (GOMAXPROCS), and is used, at any place of a trace that ends, begins
 * again and goes through two more generations. What a P keeps per generation, three status slots
 * and two sequences, is clean whenever a generation begins, for dead Ps too. Source:
 * algorithms.md 12.4, 16.5, 16.6; I18; issue 65318. */
#include <string.h>

#include "base/fatal.h"
#include "exhaust/scheduler_boot.h"
#include "exhaust/world.h"
#include "exhaust/written_event.h"
#include "sched/procs.h"
#include "sched/schedule.h"
#include "sched/semaphore.h"
#include "trace_v2/generation.h"
#include "trace_v2/proc_preparation.h"
#include "trace_v2/reader.h"

enum {
	M_COUNT = 3,
	P_COUNT = 2,
	MORTAL = 1,
	BUFFER_SIZE_BYTES = 2048,
	GENERATION_COUNT = 4, /* the first is 1 */
	TURN_POINT = POINT_LOCK_FIRST + 2 * LOCK_RANK_root,
};

/* Of a P in a generation. */
struct account {
	bool was_live; /* when the generation ended */
	unsigned status_count;
	unsigned start_count;
	uint64_t sequence_max;
};

static struct {
	/* Stands for the world semaphore and for P 0: who waits for it has no P. */
	struct host_mutex turn;
	struct p ps[P_COUNT];
	struct trace_buffer_queue read[GENERATION_COUNT + 1]; /* by generation */
	struct account accounts[GENERATION_COUNT + 1][P_COUNT];
	bool is_stale;
	uint64_t closed; /* 0: none */
	bool is_stopped;
} state;

static void set_up(void)
{
	memset(&state, 0, sizeof state);
	scheduler_boot(TRACE_DIALECT_1_26, BUFFER_SIZE_BYTES);
	tracer->generation.value = 1;
	tracer->is_enabled.value = 1;
	lock_init(&sched->allp_lock, LOCK_RANK_allp);
	semaphore_init(&sched->world_semaphore, 1);
	sched->has_sysmon.value = 1;
	sched->spinning_count.value = 1; /* nobody is woken for an idle P */
	sched->allp_length = sched->allp_capacity = P_COUNT;
	for (uint32_t i = P_COUNT; i-- > 0;) {
		sched->allp[i] = &state.ps[i];
		state.ps[i].id = i;
		state.ps[i].trace_proc.syscall_m_id = TRACE_NO_M;
	}
	sched->idle_ps = &state.ps[MORTAL];
	sched->idle_p_count.value = 1;
	/* It has run in the first generation. */
	state.ps[MORTAL].trace.status_traced[1].value = 1;
	state.ps[MORTAL].trace.sequence[1].value = 1;
	state.accounts[1][MORTAL].status_count = 1;
	state.accounts[1][MORTAL].start_count = 1;
	for (unsigned i = 0; i < M_COUNT; i++) {
		world_m(i)->all_next = sched->all_ms;
		sched->all_ms = world_m(i);
	}
}

static void take_turn(void)
{
	host_mutex_lock(&state.turn, (enum point)TURN_POINT);
	p_acquire(&state.ps[0]);
}

static void end_turn(void)
{
	p_release();
	host_mutex_unlock(&state.turn, (enum point)(TURN_POINT + 1));
}

/* I18. */
static void look_for_stale(uint64_t generation)
{
	for (uint32_t i = 0; i < sched->allp_capacity; i++) {
		const struct trace_resource *trace = &sched->allp[i]->trace;
		state.is_stale |= status_was_traced(trace, generation);
		state.is_stale |= atomic_u64_load(POINT_status_look,
						  &trace->sequence[generation_parity(generation)],
						  memory_order_relaxed) != 0;
	}
}

/* What is left to do for the Ps of the generation before comes with the next turn. */
static void take_turn_to_trace(void)
{
	take_turn();
	if (state.closed != 0)
		proc_preparation()->after_flush(state.closed, state.is_stopped);
	state.closed = 0;
}

static void prepare(uint64_t closed)
{
	proc_preparation()->before_switch(closed);
	for (uint32_t i = 0; i < sched->allp_length; i++)
		state.accounts[closed][i].was_live = true;
}

/* Its buffers go to the reader. Who resizes waits meanwhile, which he does not have to: sections
 * against the barrier are for other worlds. */
static void finish(uint64_t closed, bool is_stop)
{
	struct trace_buffer_queue *queue = &tracer->full[generation_parity(closed)];
	generation_pass_barrier(closed);
	state.read[closed] = *queue;
	*queue = (struct trace_buffer_queue){0};
	state.closed = closed;
	state.is_stopped = is_stop;
}

static void stop(uint64_t closed)
{
	take_turn_to_trace();
	prepare(closed);
	reader_begin_shut_down();
	finish(closed, true);
	end_turn();
}

static void start(uint64_t generation)
{
	take_turn_to_trace();
	world_stop("start trace");
	look_for_stale(generation);
	generation_open_first(generation);
	struct trace_section section = section_enter();
	proc_preparation()->at_start(section);
	section_leave(section);
	world_start();
	end_turn();
}

static void advance(uint64_t closed)
{
	take_turn_to_trace();
	prepare(closed);
	look_for_stale(generation_next(closed));
	generation_open_next(generation_next(closed));
	finish(closed, false);
	end_turn();
}

static void trace(void)
{
	stop(1);
	start(2);
	advance(2);
	advance(3);
}

static void die_and_come_back(void)
{
	for (uint32_t count = 1; count <= P_COUNT; count++) {
		take_turn();
		set_gomaxprocs(count);
		end_turn();
	}
}

static void work(void)
{
	lock_acquire(&sched->lock);
	struct p *p = idle_p_get_locked();
	lock_release(&sched->lock);
	if (p == NULL)
		return;
	p_acquire(p);
	if (safe_point_is_wanted(p))
		schedule_run_safe_point();
	schedule_hand_off(p_release());
}

static void account(void *context, const struct written_event *event)
{
	(void)context;
	struct account *accounts = state.accounts[event->generation];
	ensure(event->generation <= GENERATION_COUNT);
	if (event->type == TRACE_EVENT_proc_status) {
		accounts[event->arguments[0]].status_count++;
	} else if (event->type == TRACE_EVENT_proc_start) {
		struct account *of_p = &accounts[event->arguments[0]];
		of_p->start_count++;
		if (event->arguments[1] > of_p->sequence_max)
			of_p->sequence_max = event->arguments[1];
	}
}

static const char *check_account(uint64_t generation, unsigned p)
{
	const struct account *of_p = &state.accounts[generation][p];
	const bool is_closed = generation < GENERATION_COUNT;
	if (of_p->status_count > 1 || (of_p->start_count > 0 && of_p->status_count == 0))
		return "a P starts in a generation and has not one status there";
	if (is_closed && of_p->was_live && of_p->status_count == 0)
		return "a P that lives has no status in a generation";
	if (of_p->start_count > 0 && of_p->sequence_max > 0 &&
	    of_p->sequence_max != of_p->start_count)
		return "a P does not count from one in a generation";
	return NULL;
}

static const char *check(void)
{
	if (state.is_stale)
		return "a P is not clean when a generation begins";
	for (uint64_t generation = 1; generation < GENERATION_COUNT; generation++)
		written_events_of_queue(&state.read[generation], account, NULL);
	written_events_of_generation(GENERATION_COUNT, account, NULL);
	for (unsigned i = 0; i < M_COUNT; i++)
		written_events_of_m(world_m(i), account, NULL);
	for (uint64_t generation = 1; generation <= GENERATION_COUNT; generation++) {
		for (unsigned p = 0; p < P_COUNT; p++) {
			const char *wrong = check_account(generation, p);
			if (wrong != NULL)
				return wrong;
		}
	}
	if (sched->allp_length != P_COUNT || sched->idle_ps != &state.ps[MORTAL] ||
	    sched->idle_p_count.value != 1 || state.ps[MORTAL].status != P_IDLE)
		return "the P is lost";
	return NULL;
}

const struct world world_dead_p = {
	.name = "dead-p",
	.number = 23,
	.sentence = "a P dies, comes back and is used while a trace ends, begins and goes through "
		    "three generations",
	.set_up = set_up,
	.threads = {{.name = "trace", .run = trace},
		    {.name = "resize", .run = die_and_come_back},
		    {.name = "worker", .run = work}},
	.check = check,
	.controls = {"issue_65318:defect", "issue_65318:fix_1_23"},
};
