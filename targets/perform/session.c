#include "perform/session.h"

#include <string.h>
#include <sys/mman.h>

#include "base/fatal.h"

/* Address space, not memory: pages are there once touched. */
static const size_t region_size_bytes = (size_t)1 << 30;

static uint8_t *reserve(void)
{
	uint8_t *bytes = mmap(NULL, region_size_bytes, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	ensure(bytes != MAP_FAILED);
	return bytes;
}

void sessions_reset(struct sessions *sessions)
{
	if (sessions->bytes == NULL) {
		sessions->bytes = reserve();
		sessions->snapshot_bytes = reserve();
		sessions->capacity_bytes = region_size_bytes;
	}
	sessions->size_bytes = 0;
	sessions->snapshot_size_bytes = 0;
	sessions->newest_trace = NULL;
	sessions->count = 0;
}

struct session *sessions_begin(struct sessions *sessions)
{
	if (sessions->count == SESSION_COUNT_MAX)
		return NULL;
	struct session *session = &sessions->all[sessions->count++];
	*session = (struct session){.first_byte = sessions->size_bytes};
	sessions->newest_trace = session;
	return session;
}

struct session *sessions_begin_snapshot(struct sessions *sessions)
{
	if (sessions->count == SESSION_COUNT_MAX)
		return NULL;
	struct session *session = &sessions->all[sessions->count++];
	*session = (struct session){.first_byte = sessions->snapshot_size_bytes,
				    .is_snapshot = true};
	return session;
}

static bool is_header(const uint8_t *bytes, size_t size_bytes)
{
	return size_bytes == SESSION_HEADER_SIZE_BYTES && bytes[0] == 'g';
}

void sessions_append(struct sessions *sessions, const uint8_t *bytes, size_t size_bytes)
{
	struct session *session = sessions->newest_trace;
	ensure(session != NULL);
	if (is_header(bytes, size_bytes) && session->size_bytes == SESSION_HEADER_SIZE_BYTES) {
		sessions->size_bytes -= session->size_bytes;
		session->size_bytes = 0;
	}
	ensure(sessions->capacity_bytes - sessions->size_bytes >= size_bytes);
	memcpy(sessions->bytes + sessions->size_bytes, bytes, size_bytes);
	sessions->size_bytes += size_bytes;
	session->size_bytes += size_bytes;
}

void sessions_append_snapshot(struct sessions *sessions, struct session *snapshot,
			      const uint8_t *bytes, size_t size_bytes)
{
	ensure(sessions->capacity_bytes - sessions->snapshot_size_bytes >= size_bytes);
	memcpy(sessions->snapshot_bytes + sessions->snapshot_size_bytes, bytes, size_bytes);
	sessions->snapshot_size_bytes += size_bytes;
	snapshot->size_bytes += size_bytes;
}

void sessions_settle(struct sessions *sessions)
{
	const size_t size_bytes = sessions->snapshot_size_bytes;
	ensure(sessions->capacity_bytes - sessions->size_bytes >= size_bytes);
	memcpy(sessions->bytes + sessions->size_bytes, sessions->snapshot_bytes, size_bytes);
	for (uint32_t i = 0; i < sessions->count; i++)
		if (sessions->all[i].is_snapshot)
			sessions->all[i].first_byte += sessions->size_bytes;
	sessions->size_bytes += size_bytes;
	sessions->snapshot_size_bytes = 0;
}
