#include "sched/boot.h"

#include "base/fatal.h"
#include "sched/gc.h"
#include "sched/heap.h"
#include "sched/procs.h"
#include "sched/semaphore.h"

struct sched *sched;
const struct trace_hooks *trace_hooks;

void sched_boot(struct m *m, const struct sched_configuration *configuration,
		const struct trace_hooks *hooks)
{
	trace_hooks = hooks;
	sched = host_allocate(sizeof *sched);
	sched->configuration = *configuration;
	ensure(configuration->run_queue_length <= P_RUN_QUEUE_LENGTH_MAX);
	lock_init(&sched->lock, LOCK_RANK_sched);
	lock_init(&sched->allp_lock, LOCK_RANK_allp);
	lock_init(&sched->allg_lock, LOCK_RANK_allg);
	lock_init(&sched->timers.lock, LOCK_RANK_timers);
	lock_init(&sched->sysmon_lock, LOCK_RANK_sysmon);
	heap_init();
	m->procid = host_thread_id();
	m->random = 0x9e3779b9u;
	sched->all_ms = m;
	sched->m_count = 1;
	semaphore_init(&sched->world_semaphore, 1);
	if (configuration->has_collector) {
		semaphore_init(&sched->goroutine_profile_semaphore, 1);
		gc_boot(&configuration->collector);
	}
	procs_init(configuration->proc_count);
}
