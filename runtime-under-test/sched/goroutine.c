#include "sched/goroutine.h"

#include "base/defect.h"
#include "base/fatal.h"
#include "sched/gc.h"
#include "sched/lock_thread.h"
#include "sched/race_context.h"
#include "sched/schedule.h"
#include "sched/stack_memory.h"
#include "sched/suspend.h"
#include "sched/thread_end.h"
#include "sched/trace_hooks.h"

/* ---- Status -------------------------------------------------------------- */

void g_change_status(struct g *g, enum g_status from, enum g_status to)
{
	while (!atomic_u32_compare_exchange(POINT_g_change_status, &g->status, from, to,
					    memory_order_acq_rel)) {
		uint32_t now = atomic_u32_load(POINT_g_look_at_status, &g->status,
					       memory_order_relaxed);
		if ((now & ~(uint32_t)G_SCAN) != from)
			fatal("casgstatus: bad incoming values");
		host_pause(POINT_g_wait_for_scan);
	}
}

bool g_try_set_scan(struct g *g, enum g_status status)
{
	return atomic_u32_compare_exchange(POINT_g_set_scan, &g->status, status, status | G_SCAN,
					   memory_order_acquire);
}

void g_drop_scan(struct g *g, enum g_status status)
{
	if (!atomic_u32_compare_exchange(POINT_g_drop_scan, &g->status, status | G_SCAN, status,
					 memory_order_release))
		fatal("casfrom_Gscanstatus: bad oldval");
}

/* ---- Between the stacks of an M ------------------------------------------ */

void assert_system_stack(const char *what)
{
	if (host_stack_kind() != HOST_STACK_SYSTEM)
		host_violate(HOST_WRONG_STACK, what);
}

void on_system_stack(void (*call)(void *argument), void *argument)
{
	if (!is_on_user_stack()) {
		call(argument);
		return;
	}
	struct m *m = m_self();
	m->request = M_REQUEST_SYSTEM_CALL;
	m->system_call = call;
	m->system_argument = argument;
	host_stack_leave();
}

void goroutine_call_and_leave(struct g *(*call)(struct g *g))
{
	struct m *m = m_self();
	ensure(is_on_user_stack());
	m->request = M_REQUEST_MCALL;
	m->mcall = call;
	host_stack_leave();
}

void goroutine_drop(struct g *g)
{
	struct m *m = m_self();
	ensure(m->current_g == g);
	g->m = NULL;
	m->current_g = NULL;
}

/* ---- Create and end ------------------------------------------------------ */

static void goroutine_main(void *argument)
{
	struct g *g = argument;
	g->entry(g->entry_argument);
	goroutine_exit();
}

/* Walkers of all goroutines see a new one only when its fields are set. */
static bool add_to_all(struct g *g)
{
	lock_acquire(&sched->allg_lock);
	uint32_t count = atomic_u32_peek(&sched->g_count);
	bool is_added = count < G_COUNT_MAX;
	if (is_added) {
		g->index = count;
		sched->all_gs[count] = g;
		atomic_u32_store(POINT_g_count, &sched->g_count, count + 1, memory_order_release);
	}
	lock_release(&sched->allg_lock);
	return is_added;
}

/* A dead one, that walkers already see: one that came to life first could be missed for a whole
 * generation. */
static struct g *take_g(void)
{
	lock_acquire(&sched->allg_lock);
	struct g *g = sched->free_gs;
	if (g != NULL)
		sched->free_gs = g->queue_next;
	lock_release(&sched->allg_lock);
	if (g != NULL)
		return g;
	g = host_allocate(sizeof *g);
	g->sleep_timer.heap_index = -1;
	atomic_u32_store(POINT_g_init_status, &g->status, G_DEAD, memory_order_relaxed);
	return add_to_all(g) ? g : NULL;
}

struct start_request {
	g_entry *entry;
	void *argument;
	uint32_t pc;
	bool is_system;
	bool is_waiting; /* until somebody switches to it */
	void *user;
	uint64_t ret_id;
	struct g *ret_g;
};

void goroutine_reset_sequence(struct g *g)
{
	for (int i = 0; i < 2; i++)
		atomic_u64_store(POINT_trace_reset_sequence, &g->trace.sequence[i], 0,
				 memory_order_relaxed);
}

/* A reused G keeps its status words: the advance has prepared them; its sequence starts anew. */
static void reset_g(struct g *g, const struct start_request *request)
{
	g->entry = request->entry;
	g->entry_argument = request->argument;
	g->entry_pc = request->pc;
	g->is_system = request->is_system;
	g->user = request->user;
	g->stack = host_stack_new(goroutine_main, g);
	g->wait_reason = request->is_waiting ? WAIT_COROUTINE : WAIT_NONE;
	g->shadow_depth = 1;
	g->shadow_pcs[0] = request->pc;
	g->operation_pc = 0;
	g->syscall_pc = 0;
	g->label = 0;
	g->is_in_mark_assist = false;
	g->assist_debt = 0;
	stack_memory_init(g);
	gc_store_pointer();
	g->profile_label = 0;
	atomic_u32_store(POINT_g_clear_preempt, &g->is_preempt_wanted, 0, memory_order_relaxed);
	atomic_u32_store(POINT_g_clear_preempt, &g->is_preempt_stop_wanted, 0,
			 memory_order_relaxed);
	goroutine_reset_sequence(g);
}

static void start_on_system_stack(void *argument)
{
	struct start_request *request = argument;
	struct m *m = acquirem();
	struct g *g = take_g();
	if (g == NULL) {
		releasem(m);
		return;
	}
	reset_g(g, request);
	uint64_t id = atomic_u64_add(POINT_g_take_id, &sched->last_g_id, 1, memory_order_relaxed);
	race_context_begin(g);

	struct trace_section section = trace_enter();
	g->id = id;
	g_change_status(g, G_DEAD, request->is_waiting ? G_WAITING : G_RUNNABLE);
	if (section.is_valid && request->is_waiting)
		trace_hooks->go_create_blocked(section, g);
	else if (section.is_valid)
		trace_hooks->go_create(section, g);
	trace_leave(section);

	request->ret_id = id;
	request->ret_g = g;
	if (!request->is_waiting) {
		run_queue_push(m->p, g);
		schedule_wake_p();
	}
	releasem(m);
}

uint64_t goroutine_start(g_entry *entry, void *argument, uint32_t pc, bool is_system, void *user)
{
	struct start_request request = {.entry = entry,
					.argument = argument,
					.pc = pc,
					.is_system = is_system,
					.user = user};
	function_prologue(POINT_goroutine_start);
	on_system_stack(start_on_system_stack, &request);
	return request.ret_id;
}

struct g *goroutine_create_waiting(g_entry *entry, void *argument, uint32_t pc, void *user)
{
	struct start_request request = {
		.entry = entry, .argument = argument, .pc = pc, .is_waiting = true, .user = user};
	function_prologue(POINT_goroutine_start);
	on_system_stack(start_on_system_stack, &request);
	return request.ret_g;
}

uint64_t goroutine_start_first(g_entry *entry, void *argument, uint32_t pc)
{
	struct start_request request = {.entry = entry, .argument = argument, .pc = pc};
	start_on_system_stack(&request);
	return request.ret_id;
}

struct g *goroutine_new_extra(struct m *m, void (*run)(void *g), uint32_t entry_pc,
			      uint32_t operation_pc)
{
	struct g *g = host_allocate(sizeof *g);
	g->sleep_timer.heap_index = -1;
	g->id = atomic_u64_add(POINT_g_take_id, &sched->last_g_id, 1, memory_order_relaxed);
	g->entry_pc = entry_pc;
	g->stack = host_stack_new(run, g);
	g->shadow_depth = 1;
	g->shadow_pcs[0] = entry_pc;
	g->operation_pc = operation_pc;
	g->syscall_pc = operation_pc;
	g->m = m;
	g->locked_m = m;
	race_context_begin(g);
	/* One section, so that a trace that starts finds it, or it finds the trace. */
	struct trace_section section = trace_enter();
	atomic_u32_store(POINT_extra_g_init_status, &g->status, G_DEAD_EXTRA, memory_order_relaxed);
	if (section.is_valid)
		trace_hooks->extra_m_created(section, g);
	if (!add_to_all(g))
		fatal("no goroutine for an extra M");
	trace_leave(section);
	return g;
}

void goroutine_give_back(struct g *g)
{
	host_stack_free(g->stack);
	g->stack = NULL;
	g->race_context = NULL;
	lock_acquire(&sched->allg_lock);
	g->queue_next = sched->free_gs;
	sched->free_gs = g;
	lock_release(&sched->allg_lock);
}

static struct g *exit_on_system_stack(struct g *g)
{
	bool takes_thread_along = g->locked_m != NULL;
	g_change_status(g, G_RUNNING, G_DEAD);
	goroutine_drop_thread(g);
	goroutine_drop(g);
	goroutine_give_back(g);
	if (takes_thread_along)
		schedule_end_m();
	return NULL;
}

_Noreturn void goroutine_exit(void)
{
	trace_tell(trace_hooks->go_end);
	goroutine_call_and_leave(exit_on_system_stack);
	fatal("a dead goroutine runs");
}

/* ---- Wait and be made ready ---------------------------------------------- */

/* Before commit d6a3d093c3 the event came last: when others may have the goroutine's stack. */
static bool is_told_after_change(void)
{
	return DEFECT(commit_d6a3d093c3) != 0;
}

void goroutine_make_runnable(struct g *g)
{
	struct trace_section section = trace_enter();
	g_change_status(g, G_WAITING, G_RUNNABLE);
	if (section.is_valid)
		trace_hooks->go_unpark(section, g);
	trace_leave(section);
}

static struct g *park_on_system_stack(struct g *g)
{
	struct m *m = m_self();
	struct trace_section section = trace_enter();
	if (section.is_valid && !is_told_after_change())
		trace_hooks->go_park(section, g->wait_reason);
	g_change_status(g, G_RUNNING, G_WAITING);
	if (section.is_valid && is_told_after_change())
		trace_hooks->go_park(section, g->wait_reason);
	trace_leave(section);
	goroutine_drop(g);

	park_unlock *unlock = m->wait_unlock;
	m->wait_unlock = NULL;
	if (unlock == NULL || unlock(g, m->wait_argument))
		return NULL;
	/* Still ours: whoever looks for waiters has not seen it. */
	goroutine_make_runnable(g);
	return g;
}

void goroutine_park(park_unlock *unlock, void *argument, enum wait_reason reason)
{
	struct m *m = m_self();
	m->wait_unlock = unlock;
	m->wait_argument = argument;
	m->current_g->wait_reason = reason;
	goroutine_call_and_leave(park_on_system_stack);
}

static bool unlock_after_parking(struct g *g, void *argument)
{
	(void)g;
	lock_release(argument);
	return true;
}

void goroutine_park_unlock(struct lock *lock, enum wait_reason reason)
{
	goroutine_park(unlock_after_parking, lock, reason);
}

static void ready_on_system_stack(void *argument)
{
	struct g *g = argument;
	struct m *m = acquirem();
	goroutine_make_runnable(g);
	run_queue_push(m->p, g);
	schedule_wake_p();
	releasem(m);
}

void goroutine_ready(struct g *g)
{
	on_system_stack(ready_on_system_stack, g);
}

/* ---- Yield and preemption ------------------------------------------------ */

static void stop_running(struct g *g, enum trace_stop_reason reason, bool is_told)
{
	struct trace_section section = trace_enter();
	if (section.is_valid && is_told)
		trace_hooks->go_stop(section, reason);
	g_change_status(g, G_RUNNING, G_RUNNABLE);
	trace_leave(section);
	goroutine_drop(g);
}

static void push_global(struct g *g)
{
	lock_acquire(&sched->lock);
	global_queue_push_locked(g);
	lock_release(&sched->lock);
	schedule_wake_p();
}

static struct g *yield_on_system_stack(struct g *g)
{
	stop_running(g, TRACE_STOP_GOSCHED, true);
	push_global(g);
	return NULL;
}

static struct g *yield_local_on_system_stack(struct g *g)
{
	struct p *p = m_self()->p;
	stop_running(g, TRACE_STOP_PREEMPTED, DEFECT(issue_36186) == 0);
	run_queue_push(p, g);
	return NULL;
}

static struct g *preempt_on_system_stack(struct g *g)
{
	stop_running(g, TRACE_STOP_PREEMPTED, true);
	push_global(g);
	return NULL;
}

void goroutine_yield(void)
{
	struct g *g = g_self();
	g->is_yielding = true;
	goroutine_call_and_leave(yield_on_system_stack);
	g->is_yielding = false;
}

void goroutine_yield_local(void)
{
	goroutine_call_and_leave(yield_local_on_system_stack);
}

/* Makes room, or stops for who wants to look at G. */
static void stop_as_wanted(const struct g *g)
{
	if (atomic_u32_peek(&g->is_preempt_stop_wanted) != 0)
		goroutine_call_and_leave(preempt_park);
	else
		goroutine_call_and_leave(preempt_on_system_stack);
}

void goroutine_stop_at_signal(void)
{
	stop_as_wanted(g_self());
}

static bool is_preemptible(const struct m *m)
{
	return m->lock.preemption_off_count == 0 && m->p != NULL && m->p->status == P_RUNNING;
}

void function_prologue(enum point point)
{
	if (!is_on_user_stack())
		return;
	struct m *m = m_self();
	struct g *g = m->current_g;
	bool is_wanted = atomic_u32_load(point, &g->is_preempt_wanted, memory_order_relaxed) != 0 ||
			 atomic_u32_peek(&m->p->time_slice) % 2 != 0;
	if (is_wanted && is_preemptible(m)) {
		stop_as_wanted(g);
		return;
	}
	if (host_stack_grows(point))
		stack_grow();
}

/* Of an M that the runtime made. */
enum { SYSTEM_STACK_SIZE_BYTES = 16 << 10 };

void function_frame(size_t size_bytes)
{
	if (!is_on_user_stack() && size_bytes > SYSTEM_STACK_SIZE_BYTES)
		fatal("runtime: morestack on g0");
}

/* ---- Shadow stack -------------------------------------------------------- */

bool shadow_push(uint32_t pc)
{
	struct g *g = g_self();
	if (g->shadow_depth == SHADOW_STACK_DEPTH_MAX)
		return false;
	/* A handler may look in between. */
	g->shadow_pcs[g->shadow_depth] = pc;
	host_signal_fence();
	g->shadow_depth++;
	return true;
}

void shadow_pop(void)
{
	struct g *g = g_self();
	ensure(g->shadow_depth > 1);
	g->shadow_depth--;
}
