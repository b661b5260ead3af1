/* The program ends before its time. */
#include "api/runtime.h"
#include "executor/executor.h"
#include "perform/internal.h"

struct session_moment perform_moment(void)
{
	const struct session_moment none = {0};
	return performance.options.moment_teller == NULL ? none
							 : performance.options.moment_teller();
}

/* Within the books: the trace that is on, or was last. */
static struct session *newest_session(void)
{
	struct sessions *sessions = performance.options.sessions;
	return sessions->newest_trace;
}

void perform_note_complete(uint64_t generation)
{
	user_data_bytes_read(generation);
	executor_enter_shared();
	struct session *session = newest_session();
	if (session != NULL && generation != 0)
		session->complete_generation = generation;
	executor_leave_shared();
}

/* If tracing has been on all along, what was traced before is in the trace: that much a crash says
 * of what led to it. */
_Noreturn void perform_panic(void)
{
	struct session_moment before = perform_moment();
	perform_note_complete(runtime_panic());
	struct session_moment after = perform_moment();
	executor_enter_shared();
	struct session *session = newest_session();
	if (session != NULL && before.period == after.period)
		session->promised_to = before;
	executor_leave_shared();
	executor_exit();
}
