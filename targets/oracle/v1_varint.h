/* Reading uvarints as Go's v1 readers do: non-minimal forms accepted, at most 10 bytes, bits beyond
 * 64 dropped (format-v1 1.2). */
#ifndef ORACLE_V1_VARINT_H
#define ORACLE_V1_VARINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { V1_VARINT_SIZE_MAX = 10 };

/* Reads at AT, with nothing at or behind END; returns the byte behind the number, or NULL. */
static inline const uint8_t *v1_varint_read(const uint8_t *at, const uint8_t *end,
					    uint64_t *ret_value)
{
	uint64_t value = 0;

	for (unsigned int shift = 0; at < end && shift < 7 * V1_VARINT_SIZE_MAX; shift += 7) {
		uint8_t byte = *at++;
		value |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80) {
			*ret_value = value;
			return at;
		}
	}
	return NULL;
}

/* Whether a writer would write the number from AT to END so: no byte, no bit too many. */
static inline bool v1_varint_is_minimal(const uint8_t *at, const uint8_t *end)
{
	if (end - at == V1_VARINT_SIZE_MAX)
		return end[-1] == 1;
	return end - at == 1 || end[-1] != 0;
}

#endif
