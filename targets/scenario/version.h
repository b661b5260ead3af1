/* The version of the binary form: its first byte.
 *
 * A version is a promise: what an encoder once wrote is the same scenario for ever. Within a
 * version tables only grow at their ends (operations, yield points, choices of fields, policies,
 * actions), and a new header byte is one that was reserved, whose code 0 means what was before.
 * What cannot be had so is a new version: a row here, and a step that makes a header and records of
 * the version before into ones of this, done by scenario_decode() before anything else looks at
 * them. corpus/format keeps bytes of every version with the text they must always become.
 *
 * The text form has no version: it names everything, and a name that a reader does not know is
 * refused with its place. A name never gets another meaning; what means something else is called
 * something else. */
#ifndef SCENARIO_VERSION_H
#define SCENARIO_VERSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SCENARIO_BINARY_VERSION = 1 };

/* Whether DATA is of a version that was written when this was built. Bytes without a version (none
 * at all, or 0 first) are some engine's, and are. For whoever reads files: scenario_decode() itself
 * takes any bytes, and takes those of an unknown version for its own. */
bool scenario_version_is_known(const uint8_t *data, size_t size);

#endif
