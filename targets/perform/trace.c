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

void perform_stall(void)
{
	for (uint32_t i = 0; i < reader_stall() && !executor_is_winding_down(); i++)
		runtime_yield();
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
	if (session->is_read_first)
		runtime_release(performance.first_read);
	while (runtime_trace_read(&bytes, &size_bytes)) {
		user_data_bytes_write(index_of(session), bytes, size_bytes);
		append(bytes, size_bytes);
		perform_stall();
	}
	executor_enter_shared();
	session->is_ended = true;
	executor_leave_shared();
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

static void begin_call(void)
{
	executor_enter_shared();
	performance.trace_call_count++;
	executor_leave_shared();
}

static void end_call(void)
{
	executor_enter_shared();
	performance.trace_call_count--;
	executor_leave_shared();
}

void perform_stop_trace(void)
{
	if (perform_has_subscribers()) {
		perform_unsubscribe();
		return;
	}
	begin_call();
	perform_set_is_tracing(false);
	const struct user_word *seen = user_data_before_acquire(&performance.trace_calls);
	const struct user_word *written = user_data_before_release();
	user_data_bytes_read(runtime_trace_stop());
	user_data_after_acquire(seen);
	user_data_after_release(&performance.trace_calls, written);
	end_call();
}

static void start_reader(struct session *session)
{
	user_data_session_write(index_of(session));
	if (runtime_go(read_session, session, NULL) == 0)
		fatal("no goroutine for the trace reader");
}

/* Within the books: whether a reader may wait for a trace that is not there yet. Tracing is off,
 * and the last stop has returned: until then v1 would tell another reader the end once more. A
 * reader of v2 that comes after a trace would end its last generation once more, so before the
 * first only. */
static bool may_read_first(void)
{
	const struct scenario_configuration *configuration =
		&performance.options.scenario->configuration;
	const struct sessions *sessions = performance.options.sessions;
	if (performance.is_misuse || performance.trace_call_count > 0)
		return false;
	if (sessions->count == 0)
		return scenario_dialect_is_v1(configuration->dialect) ||
		       configuration->initial_generation == 0;
	return scenario_dialect_is_v1(configuration->dialect) &&
	       sessions->all[sessions->count - 1].is_ended;
}

/* Begins the call, and before it, where one may wait, a reader. */
static void read_first(void)
{
	struct session *session = NULL;
	executor_enter_shared();
	if (may_read_first()) {
		session = sessions_begin(performance.options.sessions);
		ensure(session != NULL);
		session->is_read_first = true;
	}
	performance.trace_call_count++;
	executor_leave_shared();
	if (session == NULL)
		return;
	start_reader(session);
	runtime_acquire(performance.first_read);
}

/* A trace has begun. It has a reader if one waited; since there is a session for each trace, who is
 * back first may take that of another start, which then makes one for this trace. */
static void begin_session(void)
{
	struct sessions *sessions = performance.options.sessions;
	struct session *session = NULL;
	executor_enter_shared();
	performance.start_count++;
	performance.is_tracing = true;
	bool has_reader = sessions->count >= performance.start_count;
	if (!has_reader)
		session = sessions_begin(sessions);
	executor_leave_shared();
	ensure(has_reader || session != NULL);
	if (!has_reader)
		start_reader(session);
}

bool perform_has_room_for_session(void)
{
	return perform_session_count() < SESSION_COUNT_MAX - GOROUTINE_COUNT_MAX;
}

void perform_start_trace(bool reads_first)
{
	if (!perform_has_room_for_session())
		return;
	if (perform_has_subscribers()) {
		perform_subscribe();
		return;
	}
	if (reads_first)
		read_first();
	else
		begin_call();
	if (start_trace())
		begin_session();
	end_call();
}

void perform_read_wrongly(void)
{
	const uint8_t *bytes;
	size_t size_bytes;
	runtime_trace_read(&bytes, &size_bytes);
}
