#include "perform/session.h"

#include <string.h>
#include <sys/mman.h>

#include "base/fatal.h"

/* Address space, not memory: pages are there once touched. */
static const size_t region_size_bytes = (size_t)1 << 30;

void sessions_reset(struct sessions *sessions)
{
	if (sessions->bytes == NULL) {
		sessions->bytes = mmap(NULL, region_size_bytes, PROT_READ | PROT_WRITE,
				       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
		ensure(sessions->bytes != MAP_FAILED);
		sessions->capacity_bytes = region_size_bytes;
	}
	sessions->size_bytes = 0;
	sessions->count = 0;
}

struct session *sessions_begin(struct sessions *sessions)
{
	if (sessions->count == SESSION_COUNT_MAX)
		return NULL;
	struct session *session = &sessions->all[sessions->count++];
	*session = (struct session){.first_byte = sessions->size_bytes};
	return session;
}

static bool is_header(const uint8_t *bytes, size_t size_bytes)
{
	return size_bytes == SESSION_HEADER_SIZE_BYTES && bytes[0] == 'g';
}

void sessions_append(struct sessions *sessions, const uint8_t *bytes, size_t size_bytes)
{
	ensure(sessions->count > 0);
	struct session *session = &sessions->all[sessions->count - 1];
	if (is_header(bytes, size_bytes) && session->size_bytes == SESSION_HEADER_SIZE_BYTES) {
		sessions->size_bytes -= session->size_bytes;
		session->size_bytes = 0;
	}
	ensure(sessions->capacity_bytes - sessions->size_bytes >= size_bytes);
	memcpy(sessions->bytes + sessions->size_bytes, bytes, size_bytes);
	sessions->size_bytes += size_bytes;
	session->size_bytes += size_bytes;
}
