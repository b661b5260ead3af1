#include "oracle/sync.h"

#include <inttypes.h>

#include "base/fatal.h"
#include "oracle/event_info.h"
#include "oracle/varint_read.h"

enum { DT, MONO_NS, WALL_SECONDS, WALL_NS };

#define NS_PER_SECOND INT64_C(1000000000)

bool sync_is_batch(const struct wire_source *source, const struct wire_batch *batch, uint8_t minor)
{
	uint8_t first = minor < SYNC_MINOR ? EVENT_frequency : EVENT_sync;

	return batch->experiment == 0 && batch->body_size > 0 &&
	       source->bytes[batch->body_offset] == first;
}

/* Reads COUNT numbers of the record at OFFSET; false: FAULT tells why. */
static bool read_numbers(const uint8_t **at, const uint8_t *end, uint64_t *ret_numbers, int count,
			 size_t offset, struct fault *fault)
{
	for (int i = 0; i < count; i++) {
		bool is_cut = *at == end;
		*at = varint_read(*at, end, &ret_numbers[i]);
		if (*at == NULL)
			return fault_set(fault, is_cut ? RULE_w_record_cut : RULE_w_sync_body,
					 offset,
					 "a record of clocks is cut off or has too long a number");
	}
	return true;
}

static bool add_frequency(struct sync *sync, const uint8_t **at, const uint8_t *end, size_t offset,
			  struct fault *fault)
{
	if (sync->frequency_offset != 0)
		return fault_set(fault, RULE_w_frequency_duplicate, offset,
				 "the frequency was told before, at offset %zu",
				 sync->frequency_offset);
	sync->frequency_offset = offset;
	sync->is_out_of_order = sync->snapshot_offset != 0;
	return read_numbers(at, end, &sync->frequency, 1, offset, fault);
}

static bool add_snapshot(struct sync *sync, const uint8_t **at, const uint8_t *end, size_t offset,
			 struct fault *fault)
{
	if (sync->snapshot_offset != 0)
		return fault_set(fault, RULE_w_snapshot_duplicate, offset,
				 "a clock snapshot was told before, at offset %zu",
				 sync->snapshot_offset);
	sync->snapshot_offset = offset;
	return read_numbers(at, end, sync->snapshot, SYNC_SNAPSHOT_NUMBERS, offset, fault);
}

bool sync_add(struct sync *sync, const struct wire_source *source, const struct wire_batch *batch,
	      uint8_t minor, struct fault *fault)
{
	const uint8_t *at = source->bytes + batch->body_offset;
	const uint8_t *end = at + batch->body_size;

	ensure(sync_is_batch(source, batch, minor));
	if (sync->batch_count++ == 0)
		sync->batch_offset = batch->offset;
	sync->is_on_thread = sync->is_on_thread || batch->m != WIRE_NO_THREAD;
	if (minor >= SYNC_MINOR)
		at++;
	while (at < end) {
		size_t offset = (size_t)(at - source->bytes);
		uint8_t type = *at++;
		if (type == EVENT_frequency) {
			if (!add_frequency(sync, &at, end, offset, fault))
				return false;
		} else if (type == EVENT_clock_snapshot && minor >= SYNC_MINOR) {
			if (!add_snapshot(sync, &at, end, offset, fault))
				return false;
			sync->snapshot_time = batch->time + sync->snapshot[DT];
		} else {
			return fault_set(fault, RULE_w_sync_body, offset,
					 "a record of clocks begins with %s, here is %d",
					 minor < SYNC_MINOR ? "8" : "8 or 51", type);
		}
	}
	return true;
}

static bool finish_strictly(const struct sync *sync, uint8_t minor, struct fault *fault)
{
	if (sync->frequency == 0)
		return fault_set(fault, RULE_i37_frequency, sync->frequency_offset,
				 "the frequency is 0");
	if (sync->batch_count != 1)
		return fault_set(fault, RULE_i37_sync, sync->batch_offset,
				 "%" PRIu32 " batches tell of clocks", sync->batch_count);
	if (sync->is_on_thread || sync->is_out_of_order)
		return fault_set(fault, RULE_i37_sync, sync->batch_offset, "%s",
				 sync->is_on_thread ? "the batch names a thread"
						    : "the frequency follows the snapshot");
	if (minor < SYNC_MINOR)
		return true;
	if (sync->snapshot[DT] == 0)
		return fault_set(fault, RULE_n18, sync->snapshot_offset,
				 "the snapshot has the time of its batch");
	if (sync->snapshot[WALL_NS] >= (uint64_t)NS_PER_SECOND)
		return fault_set(fault, RULE_n18, sync->snapshot_offset,
				 "%" PRIu64 " ns are a second or more", sync->snapshot[WALL_NS]);
	return true;
}

bool sync_finish(const struct sync *sync, uint8_t minor, size_t offset, bool strict,
		 struct fault *fault)
{
	if (sync->frequency_offset == 0)
		return fault_set(fault, RULE_w_frequency_missing, offset,
				 "the generation that begins here has no frequency");
	if (minor >= SYNC_MINOR && sync->snapshot_offset == 0)
		return fault_set(fault, RULE_w_snapshot_missing, offset,
				 "the generation that begins here has no clock snapshot");
	return !strict || finish_strictly(sync, minor, fault);
}

/* The wall clock as Go's time.Unix makes it: seconds since the year 1, with wrap-around. */
struct wall {
	int64_t seconds;
	int64_t ns;
};

static struct wall wall_of(const struct sync *sync)
{
	const uint64_t year_1970 = UINT64_C(62135596800);
	int64_t ns = (int64_t)sync->snapshot[WALL_NS];
	int64_t carry = ns / NS_PER_SECOND;

	ns %= NS_PER_SECOND;
	if (ns < 0) {
		ns += NS_PER_SECOND;
		carry--;
	}
	return (struct wall){(int64_t)(sync->snapshot[WALL_SECONDS] + (uint64_t)carry + year_1970),
			     ns};
}

/* Trace clock time in ns as Go's reader has it: in double precision, and what does not fit becomes
 * the least number. */
static int64_t snapshot_ns(const struct sync *sync)
{
	double ns = (double)sync->snapshot_time * (1.0 / ((double)sync->frequency / 1e9));

	return ns >= 0 && ns < 0x1p63 ? (int64_t)ns : INT64_MIN;
}

bool sync_check_progress(const struct sync *sync, const struct sync *last, struct fault *fault)
{
	struct wall wall = wall_of(sync);
	const char *name = NULL;

	if (wall.seconds == 0 && wall.ns == 0)
		name = "wall";
	else if (sync->snapshot[MONO_NS] == 0)
		name = "monotonic";
	else if (snapshot_ns(sync) == 0)
		name = "trace";
	if (name != NULL)
		return fault_set(fault, RULE_v_clock, sync->snapshot_offset,
				 "the %s clock stands at 0", name);
	if (last == NULL)
		return true;
	struct wall before = wall_of(last);
	if (wall.seconds < before.seconds ||
	    (wall.seconds == before.seconds && wall.ns <= before.ns))
		name = "wall";
	else if (sync->snapshot[MONO_NS] <= last->snapshot[MONO_NS])
		name = "monotonic";
	else if (snapshot_ns(sync) <= snapshot_ns(last))
		name = "trace";
	if (name != NULL)
		return fault_set(fault, RULE_v_clock, sync->snapshot_offset,
				 "the %s clock has not advanced since the generation before", name);
	return true;
}
