#include "truth/log.h"

#include <string.h>
#include <sys/mman.h>

#include "base/fatal.h"
#include "truth/tracer_words.h"

struct truth_log truth_log;

/* Address space, not memory: pages are there once touched. */
static void *reserve(size_t size_bytes)
{
	void *pages = mmap(NULL, size_bytes, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	ensure(pages != MAP_FAILED);
	return pages;
}

static void reserve_all(void)
{
	struct truth_log *log = &truth_log;
	log->records = reserve(TRUTH_RECORD_COUNT_MAX * sizeof log->records[0]);
	log->generations = reserve(TRUTH_GENERATION_COUNT_MAX * sizeof log->generations[0]);
	log->snapshots = reserve(TRUTH_SNAPSHOT_COUNT_MAX * sizeof log->snapshots[0]);
	log->sessions = reserve(TRUTH_SESSION_COUNT_MAX * sizeof log->sessions[0]);
	log->samples = reserve(TRUTH_SAMPLE_COUNT_MAX * sizeof log->samples[0]);
	log->profile = reserve(TRUTH_PROFILE_COUNT_MAX * sizeof log->profile[0]);
}

uint32_t truth_log_add(uint32_t *count, uint32_t limit)
{
	ensure(*count < limit);
	return (*count)++;
}

void truth_log_reset(uint32_t dialect)
{
	struct truth_log *log = &truth_log;
	if (log->records == NULL)
		reserve_all();
	log->dialect = dialect;
	memset(log->ms, 0, log->m_count * sizeof log->ms[0]);
	memset(log->g_slots, 0, sizeof log->g_slots);
	memset(log->syscalls, 0, sizeof log->syscalls);
	log->m_count = 0;
	log->g_count = 0;
	log->record_count = 0;
	log->generation_count = 0;
	log->snapshot_count = 0;
	log->session_count = 0;
	log->judged_session_count = 0;
	log->is_starting = false;
	log->memory_limit_mib = 0;
	log->is_v1_on = false;
	log->queued_by = NULL;
	log->is_queued_at_give_up = false;
	log->heap_live_bytes = 0;
	log->flushed_generation = 0;
	memset(log->sweeps, 0, sizeof log->sweeps);
	memset(log->rings, 0, sizeof log->rings);
	log->ring_use_count = 0;
	log->nobody_count = 0;
	log->sample_count = 0;
	log->profile_count = 0;
	log->profile_told_count = 0;
}

/* An extra M brings its P along, which is not its own yet, and a goroutine that is in a system
 * call. */
static void bring_extra(struct truth_m *seen, const struct m *m)
{
	for (uint32_t i = 0; i < truth_log.m_count; i++)
		if (truth_log.ms[i].p == m->p)
			truth_log.ms[i].p = NULL;
	seen->p = m->p;
	seen->syscall_g = m->current_g;
}

struct truth_m *truth_log_m(unsigned index, const struct m *m)
{
	ensure(index < SIM_THREAD_COUNT_MAX);
	struct truth_m *seen = &truth_log.ms[index];
	if (index >= truth_log.m_count)
		truth_log.m_count = index + 1;
	if (m == NULL)
		seen->m = NULL;
	if (seen->m == m)
		return seen;
	bool is_first = !seen->is_known;
	*seen = (struct truth_m){
		.m = m,
		.is_known = true,
		.procid = seen->procid,
		.world_start_record = TRUTH_NO_RECORD,
		.exit_record = TRUTH_NO_RECORD,
		.snapshot_generation = TRUTH_NO_RECORD,
		.first_record = is_first ? TRUTH_NO_RECORD : seen->first_record,
		.last_record = is_first ? TRUTH_NO_RECORD : seen->last_record,
		.next_to_compare = is_first ? TRUTH_NO_RECORD : seen->next_to_compare,
	};
	if (m->is_extra)
		bring_extra(seen, m);
	return seen;
}

struct truth_m *truth_log_thread_of(const struct m *m)
{
	for (uint32_t i = 0; m->procid != 0 && i < truth_log.m_count; i++)
		if (truth_log.ms[i].m == m)
			return &truth_log.ms[i];
	return NULL;
}

struct truth_g *truth_log_g(const struct g *g)
{
	struct truth_log *log = &truth_log;
	/* Goroutines are aligned to 64 bytes at least. */
	uint64_t slot = ((uintptr_t)g >> 6) * UINT64_C(0x9e3779b97f4a7c15) >> 54;
	for (; log->g_slots[slot] != 0; slot = (slot + 1) % TRUTH_G_SLOT_COUNT) {
		struct truth_g *found = &log->gs[log->g_slots[slot] - 1];
		if (found->g == g)
			return found;
	}
	ensure(log->g_count < G_COUNT_MAX);
	struct truth_g *added = &log->gs[log->g_count++];
	log->g_slots[slot] = (uint16_t)log->g_count;
	*added = (struct truth_g){.g = g, .status = G_DEAD};
	return added;
}

struct truth_record *truth_log_record(struct truth_m *seen, uint8_t type)
{
	struct truth_log *log = &truth_log;
	uint32_t index = truth_log_add(&log->record_count, TRUTH_RECORD_COUNT_MAX);
	const struct m *m = seen->m;
	log->records[index] = (struct truth_record){
		.type = type,
		.session = seen->entry_session,
		.m = (uint32_t)(seen - log->ms),
		.next = TRUTH_NO_RECORD,
		.generation = seen->entry_generation,
		.p = m->p == NULL ? TRUTH_NONE : m->p->id,
		.g = m->current_g == NULL ? TRUTH_NONE : m->current_g->id,
	};
	if (seen->last_record == TRUTH_NO_RECORD)
		seen->first_record = index;
	else
		log->records[seen->last_record].next = index;
	seen->last_record = index;
	return &log->records[index];
}

void truth_log_generation(uint64_t generation)
{
	struct truth_log *log = &truth_log;
	ensure(log->session_count > 0);
	uint32_t index = truth_log_add(&log->generation_count, TRUTH_GENERATION_COUNT_MAX);
	log->generations[index] = (struct truth_generation){.number = generation};
	log->sessions[log->session_count - 1].generation_count++;
}

/* To a trace: a preempted one waits, one whose M goes on for it runs, and one that is on its way
 * out of a system call without a P is still in it. */
static uint32_t traced_status(const struct truth_g *known)
{
	if (known->status == G_RUNNING && known->g->syscall_pc != 0 && known->g->m->p == NULL)
		return G_SYSCALL;
	if (known->status == G_PREEMPTED)
		return G_WAITING;
	if (known->status == G_WAITING && known->g->wait_reason >= WAIT_STOPPING_THE_WORLD)
		return G_RUNNING;
	return known->status;
}

static void take_snapshot(struct truth_session *session)
{
	struct truth_log *log = &truth_log;
	for (uint32_t i = 0; i < log->g_count; i++) {
		const struct truth_g *known = &log->gs[i];
		if (known->status == G_DEAD || known->status == G_DEAD_EXTRA)
			continue;
		uint32_t index = truth_log_add(&log->snapshot_count, TRUTH_SNAPSHOT_COUNT_MAX);
		uint32_t status = traced_status(known);
		log->snapshots[index] = (struct truth_snapshot){
			.id = known->id,
			.m = status == G_RUNNING || status == G_SYSCALL ? known->g->m->procid
									: TRUTH_NONE,
			.status = status,
			.is_in_mark_assist = known->g->is_in_mark_assist,
			.stack = truth_stack_of(known->g),
		};
	}
	session->snapshot_count = log->snapshot_count - session->first_snapshot;
}

void truth_log_session(const struct truth_m *seen, uint64_t generation)
{
	struct truth_log *log = &truth_log;
	uint32_t index = truth_log_add(&log->session_count, TRUTH_SESSION_COUNT_MAX);
	log->sessions[index] = (struct truth_session){
		.first_generation = log->generation_count,
		.running_p = seen->m->p == NULL ? TRUTH_NONE : seen->m->p->id,
	};
	log->sessions[index].first_snapshot = log->snapshot_count;
	if (!tracer_words->is_v1) {
		log->is_starting = true;
		take_snapshot(&log->sessions[index]);
	}
	truth_log_generation(generation);
}

void truth_stack_add(struct truth_stack *stack, uint64_t pc)
{
	if (stack->depth++ == 0)
		stack->innermost_pc = (uint32_t)pc;
	stack->hash = (stack->hash ^ pc) * UINT64_C(0x9e3779b97f4a7c15);
	stack->hash ^= stack->hash >> 29;
}

struct truth_stack truth_stack_of(const struct g *g)
{
	struct truth_stack stack = {0};
	if (g == NULL)
		return stack;
	if (g->operation_pc != 0)
		truth_stack_add(&stack, g->operation_pc);
	for (uint32_t i = g->shadow_depth; i-- > 0;)
		truth_stack_add(&stack, g->shadow_pcs[i]);
	return stack;
}
