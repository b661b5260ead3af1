#include "base/defect.h"
#include "base/fatal.h"
#include "sched/goroutine.h"
#include "subscribe/recorder.h"
#include "subscribe/subscribe.h"
#include "trace/symbol.h"

/* Whom the reader writes to. */
struct subscribers {
	struct trace_sink *writer; /* NULL: none */
	struct recorder *recorder; /* NULL: none */
};

struct multiplexer {
	const struct tracer_kind *kind;               /* immutable */
	struct subscribe_configuration configuration; /* immutable */

	struct mutex lock;
	/* Under lock. */
	uint32_t subscriber_count;

	struct mutex subscribers_lock;
	struct subscribers subscribers; /* under subscribers_lock */
};

static struct multiplexer *multiplexer;

void subscribe_boot(const struct tracer_kind *kind,
		    const struct subscribe_configuration *configuration)
{
	multiplexer = host_allocate(sizeof *multiplexer);
	multiplexer->kind = kind;
	multiplexer->configuration = *configuration;
	mutex_init(&multiplexer->lock);
	mutex_init(&multiplexer->subscribers_lock);
}

static struct subscribers look_at_subscribers(void)
{
	mutex_lock(&multiplexer->subscribers_lock);
	race_read(&multiplexer->subscribers);
	struct subscribers subscribers = multiplexer->subscribers;
	mutex_unlock(&multiplexer->subscribers_lock);
	return subscribers;
}

static void set_subscribers(struct subscribers subscribers)
{
	mutex_lock(&multiplexer->subscribers_lock);
	race_write(&multiplexer->subscribers);
	multiplexer->subscribers = subscribers;
	mutex_unlock(&multiplexer->subscribers_lock);
}

/* ---- The reader ---------------------------------------------------------- */

static bool read_trace(const uint8_t **ret_bytes, size_t *ret_size_bytes)
{
	g_self()->operation_pc = symbol_pc(SYMBOL_read_trace);
	bool has_bytes = multiplexer->kind->read(ret_bytes, ret_size_bytes);
	g_self()->operation_pc = 0;
	return has_bytes;
}

static void write_to(struct subscribers subscribers, const uint8_t *bytes, size_t size_bytes)
{
	if (subscribers.writer != NULL)
		subscribers.writer->write(subscribers.writer, bytes, size_bytes);
	if (subscribers.recorder != NULL)
		recorder_write(subscribers.recorder, bytes, size_bytes);
}

/* Who is there from the next generation on; who is new has to get the header first. */
static struct subscribers look_again(struct subscribers before, const uint8_t *header)
{
	struct subscribers now = look_at_subscribers();
	struct subscribers new = {
		.writer = now.writer != before.writer ? now.writer : NULL,
		.recorder = now.recorder != before.recorder ? now.recorder : NULL,
	};
	host_yield(POINT_subscribers_changed, multiplexer);
	if (!DEFECT(commit_c8c3d661b0))
		write_to(new, header, TRACE_HEADER_SIZE_BYTES);
	return now;
}

static bool is_end_of_generation(size_t size_bytes)
{
	return size_bytes == 1;
}

/* The subscribers of the trace's first generation are those of its start; nobody else comes in
 * before an advance. */
static void run_reader(void *argument)
{
	struct subscribers subscribers = *(const struct subscribers *)argument;
	const uint8_t *bytes;
	size_t size_bytes;
	ensure(read_trace(&bytes, &size_bytes));
	const uint8_t *header = bytes; /* static */
	write_to(subscribers, bytes, size_bytes);
	while (read_trace(&bytes, &size_bytes)) {
		write_to(subscribers, bytes, size_bytes);
		if (!is_end_of_generation(size_bytes))
			continue;
		if (subscribers.recorder != NULL)
			recorder_end_generation(subscribers.recorder);
		subscribers = look_again(subscribers, header);
	}
}

/* ---- Joining and leaving; under the lock --------------------------------- */

static bool start_reader(void)
{
	if (!multiplexer->kind->start())
		return false;
	struct subscribers *subscribers = host_allocate(sizeof *subscribers);
	*subscribers = look_at_subscribers();
	if (goroutine_start(run_reader, subscribers, symbol_pc(SYMBOL_subscribe_reader), false,
			    NULL) == 0)
		fatal("no goroutine for the trace reader");
	return true;
}

/* Whoever has joined is seen by the reader when this returns. */
static bool added(void)
{
	if (multiplexer->subscriber_count > 0)
		multiplexer->kind->advance();
	else if (!start_reader())
		return false;
	multiplexer->subscriber_count++;
	return true;
}

/* Whoever leaves gets everything up to here: the generation that ends. */
static uint64_t removing(void)
{
	/* Whoever leaves was there, but for the defect of unsubscribe_writer(). */
	if (multiplexer->subscriber_count == 0)
		return 0;
	return --multiplexer->subscriber_count == 0 ? multiplexer->kind->stop()
						    : multiplexer->kind->advance();
}

/* Whoever has left is no longer written to when this returns. */
static void removed(void)
{
	if (multiplexer->subscriber_count > 0)
		multiplexer->kind->advance();
}

bool subscribe_writer(struct trace_sink *sink)
{
	mutex_lock(&multiplexer->lock);
	struct subscribers subscribers = look_at_subscribers();
	bool is_added = subscribers.writer == NULL;
	if (is_added) {
		subscribers.writer = sink;
		set_subscribers(subscribers);
		is_added = added();
		subscribers.writer = NULL;
		if (!is_added)
			set_subscribers(subscribers);
	}
	mutex_unlock(&multiplexer->lock);
	return is_added;
}

struct trace_sink *unsubscribe_writer(uint64_t *ret_generation)
{
	mutex_lock(&multiplexer->lock);
	struct subscribers subscribers = look_at_subscribers();
	struct trace_sink *sink = subscribers.writer;
	*ret_generation = 0;
	if (sink != NULL || DEFECT(unreported_idle_stop)) {
		*ret_generation = removing();
		subscribers.writer = NULL;
		set_subscribers(subscribers);
		removed();
	}
	mutex_unlock(&multiplexer->lock);
	return sink;
}

bool recorder_start(void)
{
	mutex_lock(&multiplexer->lock);
	struct subscribers subscribers = look_at_subscribers();
	bool is_added = subscribers.recorder == NULL;
	if (is_added) {
		subscribers.recorder = recorder_new(&multiplexer->configuration,
						    multiplexer->kind->clock_unit_ns);
		set_subscribers(subscribers);
		is_added = added();
		subscribers.recorder = NULL;
		if (!is_added)
			set_subscribers(subscribers);
	}
	mutex_unlock(&multiplexer->lock);
	return is_added;
}

bool recorder_stop(void)
{
	mutex_lock(&multiplexer->lock);
	struct subscribers subscribers = look_at_subscribers();
	struct recorder *recorder = subscribers.recorder;
	if (recorder != NULL) {
		removing();
		subscribers.recorder = NULL;
		set_subscribers(subscribers);
		removed();
		recorder_clear(recorder);
	}
	mutex_unlock(&multiplexer->lock);
	return recorder != NULL;
}

/* ---- Snapshots ----------------------------------------------------------- */

bool recorder_snapshot(struct trace_sink *sink)
{
	struct recorder *recorder = look_at_subscribers().recorder;
	if (recorder == NULL || !recorder_claim(recorder))
		return false;
	multiplexer->kind->advance();
	bool is_written = recorder_write_to(recorder, sink);
	recorder_give_back(recorder);
	return is_written;
}
