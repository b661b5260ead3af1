/* Reading uvarints as Go's encoding/binary does: base 128, little-endian, non-minimal forms
 * accepted, more than 10 bytes or more than 64 bits refused (format-v2, introduction). */
#ifndef ORACLE_VARINT_READ_H
#define ORACLE_VARINT_READ_H

#include <stddef.h>
#include <stdint.h>

enum { VARINT_READ_SIZE_MAX = 10 };

/* Reads at AT, with nothing at or behind END; returns the byte behind the number, or NULL. */
static inline const uint8_t *varint_read(const uint8_t *at, const uint8_t *end, uint64_t *ret_value)
{
	uint64_t value = 0;

	for (unsigned int shift = 0; at < end && shift < 64; shift += 7) {
		uint8_t byte = *at++;
		if (shift == 63 && byte > 1)
			return NULL;
		value |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80) {
			*ret_value = value;
			return at;
		}
	}
	return NULL;
}

/* The same where at least VARINT_READ_SIZE_MAX bytes are readable at AT. Most numbers of a trace
 * take one or two bytes. */
static inline const uint8_t *varint_read_fast(const uint8_t *at, uint64_t *ret_value)
{
	if (at[0] < 0x80) {
		*ret_value = at[0];
		return at + 1;
	}
	if (at[1] < 0x80) {
		*ret_value = (uint64_t)(at[0] & 0x7f) | (uint64_t)at[1] << 7;
		return at + 2;
	}
	return varint_read(at, at + VARINT_READ_SIZE_MAX, ret_value);
}

#endif
