/* The binary form: a header of 40 bytes, then records of 8 bytes, all little-endian.
 *
 *   header    0 version            1 dialect *         2 procs              3 buffer size *
 *             4 run queue length * 5 clock *           6 clock skew *       7 lock order *
 *             8 store buffers *    9 first generation * 10 stack growth     11 signal rate
 *            12 advance period *  13 policy           14 policy parameter  15 program count
 *            16 target point u16  18 sample ring *    19 sample period *
 *            20 seed u32          24 copies of each of the 8 programs      32 reserved, 8 bytes
 *
 *   record    0 kind: 0 operation, 1 override; others are passed over
 *             1 program index | action
 *             2 operation id | yield point id, u16
 *             4 argument a | occurrence, u16
 *             6 argument b | index of the M, u16
 *
 * (*) is a code: an index into the choices of fields.c. Reserved bytes are written 0 and not read.
 *
 * Total: a header that is too short reads as if zeros followed, a partial record at the end is
 * passed over, values out of range are folded into it (scenario_repair()), what exceeds the limits
 * is dropped. The encoding is canonical: operations by program, then the overrides, no unknown ids,
 * unused bytes 0. So decode(encode(s)) == s, and encode(decode(x)) is a fixed point. What may
 * change within a version, and what may not: scenario/version.h. */
#ifndef SCENARIO_BINARY_H
#define SCENARIO_BINARY_H

#include "scenario/scenario.h"
#include "scenario/version.h"

enum {
	SCENARIO_HEADER_SIZE = 40,
	SCENARIO_RECORD_SIZE = 8,
	SCENARIO_BINARY_SIZE_MAX = SCENARIO_HEADER_SIZE +
				   SCENARIO_RECORD_SIZE * (SCENARIO_OPERATION_COUNT_MAX +
							   SCENARIO_OVERRIDE_COUNT_MAX),
};

/* Never fails: DATA may be any bytes, or NULL with SIZE 0. */
void scenario_decode(const uint8_t *data, size_t size, struct scenario *ret_scenario);

/* Bytes that scenario_encode() writes. */
size_t scenario_encoded_size(const struct scenario *scenario);

/* Writes the canonical encoding and returns its size; 0, and nothing written, when SIZE is too
 * small. SCENARIO_BINARY_SIZE_MAX is always enough. */
size_t scenario_encode(const struct scenario *scenario, uint8_t *target, size_t size);

#endif
