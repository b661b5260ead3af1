#include "sched/world_reader.h"

#include "sched/gc.h"
#include "sched/procs.h"
#include "sched/semaphore.h"

void world_read_mem_stats(void)
{
	gc_exclude();
	world_stop("read mem stats");
	world_start();
	gc_allow();
}

void world_profile_goroutines(void)
{
	semaphore_acquire(&sched->goroutine_profile_semaphore);
	world_stop("goroutine profile");
	sched->is_goroutine_profile_on = true;
	world_start();
	world_stop("goroutine profile cleanup");
	sched->is_goroutine_profile_on = false;
	world_start();
	semaphore_release(&sched->goroutine_profile_semaphore, false);
}
