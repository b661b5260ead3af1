/* Who stops the world only to read it. User stack. */
#ifndef SCHED_WORLD_READER_H
#define SCHED_WORLD_READER_H

/* runtime.ReadMemStats. */
void world_read_mem_stats(void);

/* The profile of all goroutines: a stop to begin it, and one to end it. */
void world_profile_goroutines(void);

#endif
