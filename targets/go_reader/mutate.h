/* Traces from traces, for engines that ask for it (LLVMFuzzerCustomMutator of libFuzzer). */
#ifndef GO_READER_MUTATE_H
#define GO_READER_MUTATE_H

#include <stddef.h>
#include <stdint.h>

/* Changes SIZE bytes at DATA, where there is room for CAPACITY. Three times of four a v2 trace gets
 * one damage as storage or a faulty tracer does it, with batches as long as they say; else, and
 * where there is no trace, the engine's own mutator has it. Returns the new size, 0 without an
 * engine. One thread at a time. */
size_t go_reader_mutate(uint8_t *data, size_t size, size_t capacity, unsigned int seed);

#endif
