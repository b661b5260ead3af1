#include "rut/file_bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READ_SIZE_MIN = 1 << 16 };

static bool map(struct file_bytes *file, int descriptor, size_t size)
{
	void *bytes = mmap(NULL, size, PROT_READ, MAP_PRIVATE, descriptor, 0);

	if (bytes == MAP_FAILED)
		return false;
	/* A hint: pages behind the reader may go at once. */
	(void)madvise(bytes, size, MADV_SEQUENTIAL);
	*file = (struct file_bytes){bytes, size, true};
	return true;
}

static bool read_all(struct file_bytes *file, int descriptor)
{
	size_t capacity = READ_SIZE_MIN;
	size_t size = 0;
	uint8_t *bytes = malloc(capacity);

	while (bytes != NULL) {
		ssize_t got = read(descriptor, bytes + size, capacity - size);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			break;
		if (got == 0) {
			*file = (struct file_bytes){bytes, size, false};
			return true;
		}
		size += (size_t)got;
		if (size < capacity)
			continue;
		uint8_t *larger = realloc(bytes, capacity * 2);
		if (larger == NULL)
			break;
		bytes = larger;
		capacity *= 2;
	}
	int error = errno;
	free(bytes);
	errno = error;
	return false;
}

bool file_bytes_open(struct file_bytes *file, const char *name)
{
	int descriptor = open(name, O_RDONLY | O_CLOEXEC);
	struct stat status;
	bool is_read;

	if (descriptor < 0)
		return false;
	if (fstat(descriptor, &status) != 0)
		is_read = false;
	else if (S_ISREG(status.st_mode) && status.st_size > 0)
		is_read = map(file, descriptor, (size_t)status.st_size);
	else
		is_read = read_all(file, descriptor);
	int error = errno;
	close(descriptor);
	errno = error;
	return is_read;
}

void file_bytes_close(struct file_bytes *file)
{
	if (file->is_mapped)
		munmap((void *)(uintptr_t)file->bytes, file->size);
	else
		free((void *)(uintptr_t)file->bytes);
}

void file_bytes_release(const struct file_bytes *file, size_t offset)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	if (!file->is_mapped || offset < page)
		return;
	/* Nothing is lost if this fails: the memory is given up later. */
	(void)madvise((void *)(uintptr_t)file->bytes, offset / page * page, MADV_DONTNEED);
}
