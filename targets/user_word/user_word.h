/* Plain accesses of a program's own code to words that its goroutines share.
 *
 * The only code that ThreadSanitizer instruments where annotations are judged, so it does nothing
 * but these accesses. Owner of a word, and who is ordered with whom: user_data/user_data.h. */
#ifndef USER_WORD_USER_WORD_H
#define USER_WORD_USER_WORD_H

#include <stdint.h>

/* Defined by the build that judges annotations (coroutine/sanitizer.h). */
#ifndef HOST_ANNOTATIONS
#define HOST_ANNOTATIONS 0
#endif

struct user_word {
	uint64_t value;
};

#define USER_WORD(name, sentence)                                                                  \
	void user_word_##name##_write(struct user_word *word);                                     \
	void user_word_##name##_read(const struct user_word *word);
#include "user_word/word.def"
#undef USER_WORD

#endif
