/* Which words the goroutines of a scenario share, and who touches which.
 *
 * A program that synchronizes as Go's memory model wants it: with all annotations of the runtime
 * in place no two of these accesses are a race; each one that is missing leaves some unordered.
 * Every word is written by one goroutine, once or in its program order. Only where annotations are
 * judged (HOST_ANNOTATIONS); elsewhere all of this does nothing. One OS thread; no locking.
 *
 *     word       writer                             reader                     ordered by
 *     birth      parent, before its go statement    child                      the go statement
 *     call       before a release, or start, stop   after a later acquire      semaphore, API lock
 *     session    who started the trace              reader of its bytes        the go statement
 *     bytes      reader of the bytes                who ended the generation   done semaphores,
 *                                                    or the trace (v1)          shutdown semaphore
 *     label      who sets it                        who reads the profile      label sync
 */
#ifndef USER_DATA_USER_DATA_H
#define USER_DATA_USER_DATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "user_word/user_word.h"

/* How a scenario's bytes are shared. */
enum user_data_bytes {
	USER_DATA_BYTES_ALONE,          /* not at all: two read them */
	USER_DATA_BYTES_OF_GENERATIONS, /* each batch names its generation */
	USER_DATA_BYTES_OF_TRACES, /* a trace has no generations; its number is its session's */
};

/* Forgets the last run. */
void user_data_run_begin(enum user_data_bytes bytes);

/* ---- Birth --------------------------------------------------------------- */

/* Before the go statement; what it gives, NULL when no words are left, is the child's to read. */
struct user_word *user_data_birth_write(void);
void user_data_birth_read(const struct user_word *word);

/* ---- Calls of what orders: a semaphore, the lock of package runtime/trace ---- */

/* All zero at the start of a run. */
struct user_object {
	const struct user_word *last; /* of the last release of it that has returned */
};

/* Before an acquire: what the caller may read once it has returned. A later release may be the one
 * that lets it go, or not; those that had returned by then come before it in any case. */
const struct user_word *user_data_before_acquire(const struct user_object *object);
void user_data_after_acquire(const struct user_word *word);
/* Around a release. */
struct user_word *user_data_before_release(void);
void user_data_after_release(struct user_object *object, const struct user_word *word);

/* ---- Sessions ------------------------------------------------------------ */

/* Before the go statement of the reader of session INDEX, and in that reader. */
void user_data_session_write(size_t index);
void user_data_session_read(size_t index);

/* The reader of session INDEX has got BYTES: it keeps them where who ends their generation, or the
 * trace, looks. */
void user_data_bytes_write(size_t index, const uint8_t *bytes, size_t size_bytes);
/* What runtime_trace_stop() or runtime_trace_advance() gave. */
void user_data_bytes_read(uint64_t generation);

/* ---- Labels of the CPU profile ------------------------------------------- */

/* Before a goroutine sets LABEL: what it has to set instead, which names a word beside LABEL. */
uint64_t user_data_label_write(uint64_t label);
/* Who has read the profile and finds LABELS there. */
void user_data_labels_read(const uint64_t *labels, size_t count);

#endif
