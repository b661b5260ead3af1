/* Unsigned base-128 little-endian integers, as the trace formats write them (format-v2,
 * introduction). */
#ifndef BASE_VARINT_H
#define BASE_VARINT_H

#include <stddef.h>
#include <stdint.h>

enum { VARINT_SIZE_MAX = 10 };

/* Bytes that VALUE takes. */
static inline size_t varint_size(uint64_t value)
{
	size_t size_bytes = 1;
	for (; value >= 0x80; value >>= 7)
		size_bytes++;
	return size_bytes;
}

/* Writes VALUE at TARGET, which must have room for varint_size(VALUE); returns the
 * bytes written. */
static inline size_t varint_write(uint8_t *target, uint64_t value)
{
	size_t size_bytes = 0;
	for (; value >= 0x80; value >>= 7)
		target[size_bytes++] = (uint8_t)(value | 0x80);
	target[size_bytes++] = (uint8_t)value;
	return size_bytes;
}

/* Writes VALUE at TARGET in exactly VARINT_SIZE_MAX bytes, for a place that is patched later. */
static inline void varint_write_padded(uint8_t *target, uint64_t value)
{
	for (int i = 0; i < VARINT_SIZE_MAX - 1; i++, value >>= 7)
		target[i] = (uint8_t)(value | 0x80);
	target[VARINT_SIZE_MAX - 1] = (uint8_t)value;
}

#endif
