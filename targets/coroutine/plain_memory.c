/* What plain_memory.h puts in the place of the C library's functions. */
#include <stddef.h>

void *plain_memcpy(void *restrict to, const void *restrict from, size_t size);
void *plain_memmove(void *to, const void *from, size_t size);
void *plain_memset(void *at, int value, size_t size);

void *plain_memcpy(void *restrict to, const void *restrict from, size_t size)
{
	char *restrict target = to;
	const char *restrict source = from;
	for (size_t i = 0; i < size; i++)
		target[i] = source[i];
	return to;
}

void *plain_memmove(void *to, const void *from, size_t size)
{
	char *target = to;
	const char *source = from;
	if (target <= source)
		for (size_t i = 0; i < size; i++)
			target[i] = source[i];
	else
		for (size_t i = size; i-- > 0;)
			target[i] = source[i];
	return to;
}

void *plain_memset(void *at, int value, size_t size)
{
	char *target = at;
	for (size_t i = 0; i < size; i++)
		target[i] = (char)value;
	return at;
}
