package reader

// #include "go_reader/mutate.h"
import "C"

import "unsafe"

// Mutate changes size bytes at data in memory of C and returns how many there are then: mutate.h.
func Mutate(data unsafe.Pointer, size, capacity int, seed uint32) int {
	return int(C.go_reader_mutate((*C.uint8_t)(data), C.size_t(size), C.size_t(capacity), C.uint(seed)))
}
