#include "truth/truth.h"

void truth_run_begin(void)
{
}

void truth_observe(void *context, void *owner, enum point point, const void *object)
{
	(void)context;
	(void)owner;
	(void)point;
	(void)object;
}

void truth_note(enum truth_note note, uint64_t goroutine, uint64_t task, uint64_t parent,
		const char *first, const char *second)
{
	(void)note;
	(void)goroutine;
	(void)task;
	(void)parent;
	(void)first;
	(void)second;
}

void truth_describe_goroutines(char *text, size_t size_bytes)
{
	(void)text;
	(void)size_bytes;
}

void truth_session_begin(uint64_t first_generation)
{
	(void)first_generation;
}

void truth_compare(const struct oracle_event *event)
{
	(void)event;
}

const struct truth_fault *truth_session_end(void)
{
	return NULL;
}
