/* What a scenario does with traces where package runtime/trace has subscribers: start, stop, and
 * the flight recorder. The reader is the package's own. */
#include "api/runtime.h"
#include "base/fatal.h"
#include "executor/executor.h"
#include "perform/internal.h"

/* Whom a trace or a snapshot is written to; allocated anew for each. */
struct sink {
	struct trace_sink base; /* first */
	size_t number;          /* for user_data */
	bool is_snapshot;
	/* Within the books. */
	struct session *session; /* NULL until the first bytes */
	struct session_moment promised_from;
};

bool perform_has_subscribers(void)
{
	return runtime_has_subscribers(performance.options.scenario->configuration.dialect);
}

/* Within the books. */
static void begin_session(struct sink *sink)
{
	struct sessions *sessions = performance.options.sessions;
	sink->session = sink->is_snapshot ? sessions_begin_snapshot(sessions)
					  : sessions_begin(sessions);
	ensure(sink->session != NULL);
	sink->session->promised_from = sink->promised_from;
}

static void append(struct sink *sink, const uint8_t *bytes, size_t size_bytes)
{
	struct sessions *sessions = performance.options.sessions;
	executor_enter_shared();
	if (sink->session == NULL)
		begin_session(sink);
	if (sink->is_snapshot)
		sessions_append_snapshot(sessions, sink->session, bytes, size_bytes);
	else if (!performance.is_misuse)
		sessions_append(sessions, bytes, size_bytes);
	executor_leave_shared();
}

static void write_trace(struct trace_sink *base, const uint8_t *bytes, size_t size_bytes)
{
	struct sink *sink = (struct sink *)base;
	user_data_session_read(sink->number);
	user_data_bytes_write(sink->number, bytes, size_bytes);
	append(sink, bytes, size_bytes);
	perform_stall();
}

static void write_snapshot(struct trace_sink *base, const uint8_t *bytes, size_t size_bytes)
{
	append((struct sink *)base, bytes, size_bytes);
}

static struct sink *new_sink(bool is_snapshot)
{
	struct sink *sink = executor_allocate(sizeof *sink);
	sink->base.write = is_snapshot ? write_snapshot : write_trace;
	sink->is_snapshot = is_snapshot;
	executor_enter_shared();
	sink->number = performance.sink_count++;
	executor_leave_shared();
	return sink;
}

void perform_subscribe(void)
{
	struct sink *sink = new_sink(false);
	const struct user_word *seen = user_data_before_acquire(&performance.trace_calls);
	const struct user_word *written = user_data_before_release();
	user_data_session_write(sink->number);
	bool is_started = runtime_trace_subscribe(&sink->base);
	user_data_after_acquire(seen);
	user_data_after_release(&performance.trace_calls, written);
	if (!is_started)
		return;
	struct session_moment from = perform_moment();
	executor_enter_shared();
	performance.is_tracing = true;
	sink->promised_from = from;
	if (sink->session != NULL)
		sink->session->promised_from = from;
	executor_leave_shared();
}

void perform_unsubscribe(void)
{
	uint64_t generation;
	struct session_moment to = perform_moment();
	executor_enter_shared();
	performance.is_tracing = false;
	performance.stop_count++;
	performance.stops_under_way++;
	executor_leave_shared();
	const struct user_word *seen = user_data_before_acquire(&performance.trace_calls);
	const struct user_word *written = user_data_before_release();
	struct sink *sink = (struct sink *)runtime_trace_unsubscribe(&generation);
	user_data_bytes_read(generation);
	user_data_after_acquire(seen);
	user_data_after_release(&performance.trace_calls, written);
	executor_enter_shared();
	performance.stops_under_way--;
	if (sink != NULL) {
		ensure(sink->session != NULL);
		sink->session->is_ended = true;
		sink->session->promised_to = to;
	}
	executor_leave_shared();
}

void perform_recorder_start(void)
{
	if (!perform_has_subscribers() || !runtime_recorder_start())
		return;
	executor_enter_shared();
	performance.recorder_count++;
	executor_leave_shared();
}

void perform_recorder_stop(void)
{
	if (!perform_has_subscribers())
		return;
	executor_enter_shared();
	performance.recorder_count--;
	performance.recorder_stop_count++;
	performance.recorder_stops_under_way++;
	executor_leave_shared();
	const bool is_stopped = runtime_recorder_stop();
	executor_enter_shared();
	performance.recorder_count += !is_stopped;
	performance.recorder_stops_under_way--;
	executor_leave_shared();
}

void perform_snapshot(void)
{
	if (!perform_has_subscribers() || !perform_has_room_for_session())
		return;
	struct sink *sink = new_sink(true);
	executor_enter_shared();
	const bool is_on = performance.recorder_count > 0;
	const uint32_t stop_count = performance.recorder_stop_count;
	bool has_stop_beside = performance.recorder_stops_under_way > 0;
	executor_leave_shared();
	struct session_moment to = perform_moment();
	if (!runtime_recorder_snapshot(&sink->base))
		return;
	executor_enter_shared();
	sink->session->is_ended = true;
	/* A stop beside it takes away what it has not written yet. */
	has_stop_beside |= stop_count != performance.recorder_stop_count;
	if (has_stop_beside)
		to.generation = 0;
	sink->session->promised_to = to;
	sink->session->is_promised_on = is_on;
	executor_leave_shared();
}
