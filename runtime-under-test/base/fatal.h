/* The end of a run: a broken invariant, in any room and any build.
 *
 * Asserts are always on. A failed one and a throw of the runtime both end in fatal(), which gives
 * the text to the handler that the embedding program has set (the simulator turns it into the
 * verdict `throw`) and never returns. Without a handler it prints the text and aborts. */
#ifndef BASE_FATAL_H
#define BASE_FATAL_H

/* Must not return; may run on any stack, in signal context too, and must not allocate. */
typedef void fatal_handler(const char *text);

/* Sets the handler of this process; NULL restores print-and-abort. Call before any runtime code
 * runs. */
void fatal_set_handler(fatal_handler *handler);

/* TEXT is a constant string: nothing on the way out may need memory. */
_Noreturn void fatal(const char *text);

#define FATAL_STRINGIFY_(x) #x
#define FATAL_STRINGIFY(x) FATAL_STRINGIFY_(x)

/* One condition each, never compiled out. */
#define ensure(condition)                                                                          \
	((condition) ? (void)0 : fatal(__FILE_NAME__ ":" FATAL_STRINGIFY(__LINE__) ": " #condition))

#endif
