/* What event.def says of each type byte, in the shapes in which readers want it. */
#ifndef ORACLE_EVENT_INFO_H
#define ORACLE_EVENT_INFO_H

#include <stddef.h>
#include <stdint.h>

enum event_type {
#define EVENT(identifier, name, number, since, arguments, strings, stacks)                         \
	EVENT_##identifier = number,
#include "trace_v2/event.def"
#undef EVENT
};

enum {
	EVENT_ARGUMENTS_MAX = 5,
	EVENT_TYPE_COUNT = 256,
	EVENT_EXPERIMENTAL_FIRST = 128,
};

enum event_kind {
	EVENT_KIND_UNKNOWN,    /* no such event */
	EVENT_KIND_STRUCTURAL, /* never among timed events */
	EVENT_KIND_TIMED,
};

struct event_info {
	const char *name;      /* "ProcStart"; "unknown" */
	const char *arguments; /* their names in wire order, a space between each */
	uint8_t kind;          /* enum event_kind */
	uint8_t since_minor;   /* version of the first traces that may hold it */
	uint8_t argument_count;
	uint8_t string_arguments; /* bit 0: first argument */
	uint8_t stack_arguments;
};

/* Indexed by type byte. Filled before main(), constant from then on. */
extern struct event_info event_info[EVENT_TYPE_COUNT];

/* Writes "ProcStart p=1 p_seq=14" into BUFFER, cut to SIZE with its NUL. */
void event_format(char *buffer, size_t size, uint8_t type, const uint64_t *arguments);

#endif
