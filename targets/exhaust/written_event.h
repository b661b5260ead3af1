/* What the v2 tracer has written, read back from its buffers: for the checks of worlds. */
#ifndef EXHAUST_WRITTEN_EVENT_H
#define EXHAUST_WRITTEN_EVENT_H

#include "trace_v2/writer.h"

struct written_event {
	uint64_t generation;
	uint64_t m_id;
	enum trace_event_type type;
	uint64_t arguments[TRACE_ARGUMENT_COUNT_MAX];
};

typedef void written_event_visit(void *context, const struct written_event *event);

/* Visits the timed events of BUFFER, which may be NULL, in order. */
void written_events_of_buffer(const struct trace_buffer *buffer, written_event_visit *visit,
			      void *context);

/* Those of QUEUE, buffer by buffer. */
void written_events_of_queue(const struct trace_buffer_queue *queue, written_event_visit *visit,
			     void *context);

/* Those of GENERATION that wait for the reader, then those in the buffers of M. */
void written_events_of_generation(uint64_t generation, written_event_visit *visit, void *context);
void written_events_of_m(const struct m *m, written_event_visit *visit, void *context);

#endif
