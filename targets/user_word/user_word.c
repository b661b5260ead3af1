#include "user_word/user_word.h"

#if HOST_ANNOTATIONS
/* ThreadSanitizer's switch, off while nothing is judged: coroutine/sanitizer.h. */
void AnnotateIgnoreReadsBegin(const char *file, int line);
void AnnotateIgnoreReadsEnd(const char *file, int line);
#define JUDGED_BEGIN() AnnotateIgnoreReadsEnd(__FILE__, __LINE__)
#define JUDGED_END() AnnotateIgnoreReadsBegin(__FILE__, __LINE__)
#else
#define JUDGED_BEGIN() ((void)0)
#define JUDGED_END() ((void)0)
#endif

/* Functions of their own, so that a report names both sites. */
#define USER_WORD(name, sentence)                                                                  \
	__attribute__((noinline)) void user_word_##name##_write(struct user_word *word)            \
	{                                                                                          \
		JUDGED_BEGIN();                                                                    \
		word->value++;                                                                     \
		JUDGED_END();                                                                      \
	}                                                                                          \
	__attribute__((noinline)) void user_word_##name##_read(const struct user_word *word)       \
	{                                                                                          \
		JUDGED_BEGIN();                                                                    \
		uint64_t value = word->value;                                                      \
		JUDGED_END();                                                                      \
		__asm__ volatile("" : : "r"(value));                                               \
	}
#include "user_word/word.def"
#undef USER_WORD
