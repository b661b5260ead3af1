/* Lists of words in a text. */
#ifndef RUT_WORDS_H
#define RUT_WORDS_H

#include <stdbool.h>
#include <stddef.h>

/* Takes the next word of *AT, up to one of SEPARATORS, an end of line or the end, and cut to
 * WORD_SIZE. False: there is none in this line. */
bool words_next(const char **at, const char *separators, char *ret_word, size_t word_size);

#endif
