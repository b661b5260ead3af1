/* What steers tracer and scheduler, and ends the program. */
#include "api/runtime.h"
#include "base/fatal.h"
#include "executor/executor.h"
#include "perform/internal.h"

void perform_controller(const struct scenario_operation *operation)
{
	switch (operation->id) {
	case SCENARIO_RECORDER_START:
		perform_recorder_start();
		break;
	case SCENARIO_RECORDER_SNAPSHOT:
		perform_snapshot();
		break;
	case SCENARIO_RECORDER_STOP:
		perform_recorder_stop();
		break;
	case SCENARIO_START:
		perform_start_trace(false);
		break;
	case SCENARIO_START_READ_FIRST:
		perform_start_trace(true);
		break;
	case SCENARIO_STOP:
		perform_stop_trace();
		break;
	case SCENARIO_ADVANCE:
		perform_note_complete(runtime_trace_advance());
		break;
	case SCENARIO_MAXPROCS:
		runtime_gomaxprocs(operation->a);
		break;
	case SCENARIO_READ:
		perform_read_wrongly();
		break;
	case SCENARIO_PROFILE_ON:
		perform_start_profile(operation->a);
		break;
	case SCENARIO_PROFILE_OFF:
		runtime_profile_stop();
		break;
	case SCENARIO_PANIC:
		perform_panic();
	case SCENARIO_EXIT_PROCESS:
		executor_exit();
	case SCENARIO_READER_STALL:
		executor_enter_shared();
		performance.reader_stall = operation->a;
		executor_leave_shared();
		break;
	default:
		if (scenario_operation_row(operation->id)->class != SCENARIO_CLASS_TOOLCHAIN)
			fatal("an operation without a performance");
	}
}
