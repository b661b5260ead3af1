/* The traces of a run as files. */
#ifndef RUT_TRACE_FILES_H
#define RUT_TRACE_FILES_H

#include <stdbool.h>

#include "perform/session.h"

/* Writes PREFIX-1.trace, PREFIX-2.trace ...; false, with a message, when one cannot be written. */
bool trace_files_write(const char *prefix, const struct sessions *sessions);

#endif
