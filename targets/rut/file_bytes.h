/* The bytes of a file, for commands that read files. */
#ifndef RUT_FILE_BYTES_H
#define RUT_FILE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct file_bytes {
	const uint8_t *bytes;
	size_t size;
	bool is_mapped; /* else the bytes are on the heap */
};

/* Opens NAME. A regular file is mapped: pages are read when they are looked at and given up when
 * memory is short. Anything else is read to its end. Returns false with errno set if that fails. */
bool file_bytes_open(struct file_bytes *file, const char *name);
/* The bytes before OFFSET are not needed any more: a mapped file gives up their memory. */
void file_bytes_release(const struct file_bytes *file, size_t offset);

void file_bytes_close(struct file_bytes *file);

#endif
