/* Events that a user's program asks for. From a user stack; nothing happens when tracing is off. */
#ifndef TRACE_V2_EVENTS_H
#define TRACE_V2_EVENTS_H

#include <stdbool.h>
#include <stdint.h>

/* TASK is unique and not 0; PARENT 0 means none. */
void user_task_begin(uint64_t task, uint64_t parent, const char *name);
void user_task_end(uint64_t task);
void user_region(bool is_begin, uint64_t task, const char *name);
void user_log(uint64_t task, const char *category, const char *message);

#endif
