/* Events that a user's program asks for. From a user stack; nothing happens when tracing is off. */
#ifndef TRACE_V1_EVENTS_H
#define TRACE_V1_EVENTS_H

#include <stdbool.h>
#include <stdint.h>

/* As tracer_kind.h says. */
void v1_user_task_begin(uint64_t task, uint64_t parent, const char *name);
void v1_user_task_end(uint64_t task);
void v1_user_region(bool is_begin, uint64_t task, const char *name);
void v1_user_log(uint64_t task, const char *category, const char *message);

#endif
