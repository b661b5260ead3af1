#include "subscribe/recorder.h"

#include <string.h>

#include "base/fatal.h"
#include "host/host.h"

/* The kind byte of a batch, as in trace_v2/event.def. */
enum { EVENT_BATCH = 1 };

static size_t piece_size_bytes(const struct recorder *recorder)
{
	return sizeof(struct recorded_batch) + recorder->configuration->buffer_size_bytes;
}

static void *take_piece(const struct recorder *recorder)
{
	return host_pages_allocate(piece_size_bytes(recorder));
}

static void give_piece(const struct recorder *recorder, void *piece)
{
	host_pages_free(piece, piece_size_bytes(recorder));
}

struct recorder *recorder_new(const struct subscribe_configuration *configuration,
			      uint32_t clock_unit_ns)
{
	struct recorder *recorder = host_allocate(sizeof *recorder);
	recorder->configuration = configuration;
	recorder->clock_unit_ns = clock_unit_ns;
	mutex_init(&recorder->ring_lock);
	return recorder;
}

/* ---- The generation that is being collected ------------------------------ */

static uint64_t read_varint(const uint8_t **at, const uint8_t *end)
{
	uint64_t value = 0;
	for (unsigned shift = 0; *at < end && shift < 64; shift += 7) {
		uint8_t byte = *(*at)++;
		value |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80)
			break;
	}
	return value;
}

/* The time of a batch is the fourth field of its head. */
static void note_time(const struct recorder *recorder, struct recorded_generation *generation,
		      const uint8_t *bytes, size_t size_bytes)
{
	const uint8_t *at = bytes + 1;
	if (bytes[0] != EVENT_BATCH)
		return;
	read_varint(&at, bytes + size_bytes);
	read_varint(&at, bytes + size_bytes);
	uint64_t time_ns = read_varint(&at, bytes + size_bytes) * recorder->clock_unit_ns;
	if (generation->begin_ns == 0 || time_ns < generation->begin_ns)
		generation->begin_ns = time_ns;
}

static struct recorded_generation *active_generation(struct recorder *recorder)
{
	if (recorder->active == NULL) {
		recorder->active = take_piece(recorder);
		*recorder->active = (struct recorded_generation){.reference_count = 1};
	}
	return recorder->active;
}

void recorder_write(struct recorder *recorder, const uint8_t *bytes, size_t size_bytes)
{
	if (!recorder->has_header) {
		/* Whatever comes first; what it has more is lost. */
		if (size_bytes < sizeof recorder->header)
			return;
		memcpy(recorder->header, bytes, sizeof recorder->header);
		recorder->has_header = true;
		return;
	}
	ensure(size_bytes <= recorder->configuration->buffer_size_bytes);
	struct recorded_generation *generation = active_generation(recorder);
	struct recorded_batch *batch = take_piece(recorder);
	batch->next = NULL;
	batch->size_bytes = size_bytes;
	memcpy(batch->bytes, bytes, size_bytes);
	if (generation->last != NULL)
		generation->last->next = batch;
	else
		generation->first = batch;
	generation->last = batch;
	generation->size_bytes += size_bytes;
	note_time(recorder, generation, bytes, size_bytes);
}

/* ---- Rings --------------------------------------------------------------- */

static void release_generation_locked(const struct recorder *recorder,
				      struct recorded_generation *generation)
{
	if (--generation->reference_count > 0)
		return;
	while (generation->first != NULL) {
		struct recorded_batch *batch = generation->first;
		generation->first = batch->next;
		give_piece(recorder, batch);
	}
	give_piece(recorder, generation);
}

static void release_ring_locked(const struct recorder *recorder, struct recorder_ring *ring)
{
	if (ring == NULL || --ring->reference_count > 0)
		return;
	for (uint32_t i = 0; i < ring->count; i++)
		release_generation_locked(recorder, ring->generations[i]);
	give_piece(recorder, ring);
}

/* How many generations of the old ring stay, from its newest on: the one that crosses a limit still
 * does. */
static uint32_t count_kept(const struct recorder *recorder, const struct recorder_ring *old,
			   uint64_t now_ns)
{
	const struct subscribe_configuration *limits = recorder->configuration;
	const struct recorded_generation *oldest = recorder->active;
	uint64_t size_bytes = oldest->size_bytes;
	uint32_t kept = 0;
	while (old != NULL && kept < old->count && size_bytes <= limits->recorder_size_bytes &&
	       now_ns <= oldest->begin_ns + limits->recorder_age_ns) {
		oldest = old->generations[old->count - 1 - kept];
		size_bytes += oldest->size_bytes;
		kept++;
	}
	return kept;
}

static struct recorder_ring *make_ring_locked(struct recorder *recorder, uint64_t now_ns)
{
	struct recorder_ring *old = recorder->ring;
	struct recorder_ring *ring = take_piece(recorder);
	uint32_t kept = count_kept(recorder, old, now_ns);
	ensure(sizeof *ring + (kept + 1) * sizeof ring->generations[0] <=
	       piece_size_bytes(recorder));
	*ring = (struct recorder_ring){.reference_count = 1, .count = kept + 1};
	for (uint32_t i = 0; i < kept; i++) {
		ring->generations[i] = old->generations[old->count - kept + i];
		ring->generations[i]->reference_count++;
	}
	ring->generations[kept] = recorder->active;
	return ring;
}

void recorder_end_generation(struct recorder *recorder)
{
	mutex_lock(&recorder->ring_lock);
	uint64_t now_ns = host_nanotime();
	struct recorder_ring *ring = make_ring_locked(recorder, now_ns);
	race_write(&recorder->ring);
	release_ring_locked(recorder, recorder->ring);
	recorder->ring = ring;
	mutex_unlock(&recorder->ring_lock);
	recorder->active = NULL;
}

/* ---- Snapshots ----------------------------------------------------------- */

bool recorder_claim(struct recorder *recorder)
{
	return atomic_u32_compare_exchange(POINT_recorder_claim, &recorder->is_writing, 0, 1,
					   memory_order_acquire);
}

void recorder_give_back(struct recorder *recorder)
{
	atomic_u32_store(POINT_recorder_claim, &recorder->is_writing, 0, memory_order_release);
}

bool recorder_write_to(struct recorder *recorder, struct trace_sink *sink)
{
	mutex_lock(&recorder->ring_lock);
	race_read(&recorder->ring);
	struct recorder_ring *ring = recorder->ring;
	if (ring != NULL)
		ring->reference_count++;
	mutex_unlock(&recorder->ring_lock);
	if (ring == NULL)
		return false;
	sink->write(sink, recorder->header, sizeof recorder->header);
	for (uint32_t i = 0; i < ring->count; i++)
		for (const struct recorded_batch *batch = ring->generations[i]->first;
		     batch != NULL; batch = batch->next)
			sink->write(sink, batch->bytes, batch->size_bytes);
	mutex_lock(&recorder->ring_lock);
	release_ring_locked(recorder, ring);
	mutex_unlock(&recorder->ring_lock);
	return true;
}

void recorder_clear(struct recorder *recorder)
{
	mutex_lock(&recorder->ring_lock);
	race_write(&recorder->ring);
	release_ring_locked(recorder, recorder->ring);
	recorder->ring = NULL;
	if (recorder->active != NULL)
		release_generation_locked(recorder, recorder->active);
	recorder->active = NULL;
	mutex_unlock(&recorder->ring_lock);
}
