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

/* If its owner has let the trace go on all along, what was traced before is in it: that much a
 * crash says of what led to it. Nothing is owed to one whose first bytes come later: it may join a
 * flight recorder behind the generation that the panic ends. */
_Noreturn void perform_panic(void)
{
	executor_enter_shared();
	struct session *session = newest_session();
	const uint32_t stop_count = performance.stop_count;
	const bool is_stopping = performance.stops_under_way > 0;
	executor_leave_shared();
	struct session_moment before = perform_moment();
	perform_note_complete(runtime_panic());
	struct session_moment after = perform_moment();
	executor_enter_shared();
	if (session != NULL && !session->is_ended && before.period == after.period &&
	    !is_stopping && performance.stop_count == stop_count)
		session->promised_to = before;
	executor_leave_shared();
	executor_exit();
}
