/* What a scenario does with traces: start with a reader, stop, and what the reader gets. */
#include "api/runtime.h"
#include "base/fatal.h"
#include "executor/executor.h"
#include "perform/internal.h"

void perform_set_is_tracing(bool is_tracing)
{
	executor_enter_shared();
	performance.is_tracing = is_tracing;
	executor_leave_shared();
}

uint32_t perform_session_count(void)
{
	executor_enter_shared();
	uint32_t count = performance.options.sessions->count;
	executor_leave_shared();
	return count;
}

static void append(const uint8_t *bytes, size_t size_bytes)
{
	/* A second reader gives back what the first one has not looked at yet. */
	if (performance.is_misuse)
		return;
	executor_enter_shared();
	sessions_append(performance.options.sessions, bytes, size_bytes);
	executor_leave_shared();
}

static uint32_t reader_stall(void)
{
	executor_enter_shared();
	uint32_t stall = performance.reader_stall;
	executor_leave_shared();
	return stall;
}

static size_t index_of(const struct session *session)
{
	return (size_t)(session - performance.options.sessions->all);
}

static void read_session(void *argument)
{
	struct session *session = argument;
	const uint8_t *bytes;
	size_t size_bytes;
	user_data_session_read(index_of(session));
	while (runtime_trace_read(&bytes, &size_bytes)) {
		user_data_bytes_write(index_of(session), bytes, size_bytes);
		append(bytes, size_bytes);
		for (uint32_t i = 0; i < reader_stall() && !executor_is_winding_down(); i++)
			runtime_yield();
	}
	session->is_ended = true; /* its own: nobody else looks before the run has ended */
	runtime_release(performance.session_end);
}

static bool start_trace(void)
{
	const struct user_word *seen = user_data_before_acquire(&performance.trace_calls);
	const struct user_word *written = user_data_before_release();
	bool is_started = runtime_trace_start();
	user_data_after_acquire(seen);
	user_data_after_release(&performance.trace_calls, written);
	return is_started;
}

void perform_stop_trace(void)
{
	perform_set_is_tracing(false);
	const struct user_word *seen = user_data_before_acquire(&performance.trace_calls);
	const struct user_word *written = user_data_before_release();
	user_data_bytes_read(runtime_trace_stop());
	user_data_after_acquire(seen);
	user_data_after_release(&performance.trace_calls, written);
}

void perform_start_trace(void)
{
	/* Others may be on their way through here. */
	if (perform_session_count() >= SESSION_COUNT_MAX - GOROUTINE_COUNT_MAX || !start_trace())
		return;
	executor_enter_shared();
	struct session *session = sessions_begin(performance.options.sessions);
	performance.is_tracing = true;
	executor_leave_shared();
	ensure(session != NULL);
	user_data_session_write(index_of(session));
	if (runtime_go(read_session, session, NULL) == 0)
		fatal("no goroutine for the trace reader");
}

void perform_read_wrongly(void)
{
	const uint8_t *bytes;
	size_t size_bytes;
	runtime_trace_read(&bytes, &size_bytes);
}
