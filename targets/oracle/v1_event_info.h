/* What trace_v1/event.def says of each event number, in the shapes in which readers want it. */
#ifndef ORACLE_V1_EVENT_INFO_H
#define ORACLE_V1_EVENT_INFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum v1_event_type {
#define EVENT(identifier, name, number, since, arguments, strings, stacks)                         \
	V1_EVENT_##identifier = number,
#include "trace_v1/event.def"
#undef EVENT
};

enum {
	V1_EVENT_ARGUMENTS_MAX = 4,
	V1_EVENT_TYPE_COUNT = 64, /* that a head byte can tell */
};

struct v1_event_info {
	const char *name;         /* "ProcStart"; NULL: no such event */
	const char *arguments;    /* their names in wire order, a space between each */
	uint8_t since_minor;      /* first header version that knows it */
	uint8_t argument_count;   /* without dt */
	uint8_t string_arguments; /* bit 0: first argument */
	uint8_t stack_arguments;
	bool is_timed; /* has a dt */
};

/* Indexed by event number. Filled before main(), constant from then on. */
extern struct v1_event_info v1_event_info[V1_EVENT_TYPE_COUNT];

/* Writes "GoStart g=5 g_seq=3" into BUFFER, cut to SIZE with its NUL. */
void v1_event_format(char *buffer, size_t size, uint8_t type, const uint64_t *arguments);

#endif
