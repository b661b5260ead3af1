/* Package runtime/trace since Go 1.25, as a program sees it. */
#include "api/runtime.h"
#include "sched/goroutine.h"
#include "subscribe/subscribe.h"
#include "trace/symbol.h"

bool runtime_has_subscribers(uint32_t dialect)
{
	return dialect >= TRACE_DIALECT_1_26;
}

static void operation_begin(enum symbol symbol)
{
	g_self()->operation_pc = symbol_pc(symbol);
}

static void operation_end(void)
{
	g_self()->operation_pc = 0;
}

bool runtime_trace_subscribe(struct trace_sink *sink)
{
	operation_begin(SYMBOL_start_trace);
	bool is_added = subscribe_writer(sink);
	operation_end();
	return is_added;
}

struct trace_sink *runtime_trace_unsubscribe(uint64_t *ret_generation)
{
	operation_begin(SYMBOL_stop_trace);
	struct trace_sink *sink = unsubscribe_writer(ret_generation);
	operation_end();
	return sink;
}

bool runtime_recorder_start(void)
{
	operation_begin(SYMBOL_start_trace);
	bool is_started = recorder_start();
	operation_end();
	return is_started;
}

bool runtime_recorder_stop(void)
{
	operation_begin(SYMBOL_stop_trace);
	bool is_stopped = recorder_stop();
	operation_end();
	return is_stopped;
}

bool runtime_recorder_snapshot(struct trace_sink *sink)
{
	operation_begin(SYMBOL_trace_advance);
	bool is_written = recorder_snapshot(sink);
	operation_end();
	return is_written;
}
