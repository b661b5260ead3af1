#include "rut/words.h"

#include <stdio.h>
#include <string.h>

bool words_next(const char **at, const char *separators, char *ret_word, size_t word_size)
{
	*at += strspn(*at, separators);
	size_t length = 0;
	while ((*at)[length] != '\0' && (*at)[length] != '\n' &&
	       strchr(separators, (*at)[length]) == NULL)
		length++;
	snprintf(ret_word, word_size, "%.*s", (int)length, *at);
	*at += length;
	return length > 0;
}
