//go:build libfuzzer

// The target for an engine with the interface of libFuzzer: an archive of C that such an engine is
// linked with. An input is a trace as it stands in a file.
package main

// #include <stddef.h>
// #include <stdint.h>
import "C"

import (
	"runtime/debug"
	"unsafe"

	reader "example.org/tracer-fuzz/go-reader"
)

// The engine asks for this before it looks how many edges there are, and waits for Go to start.
//
//export LLVMFuzzerInitialize
func LLVMFuzzerInitialize(argc *C.int, argv ***C.char) C.int {
	// A panic ends with a signal, of which the engine learns; with an exit status it would not.
	debug.SetTraceback("crash")
	return 0
}

//export LLVMFuzzerTestOneInput
func LLVMFuzzerTestOneInput(data *C.uint8_t, size C.size_t) C.int {
	if err := reader.Compare(unsafe.Slice((*byte)(data), int(size))); err != nil {
		panic(err)
	}
	return 0
}

// Most of what bytes alone are turned into does not get past the length of a batch.
//
//export LLVMFuzzerCustomMutator
func LLVMFuzzerCustomMutator(data *C.uint8_t, size, capacity C.size_t, seed C.uint) C.size_t {
	return C.size_t(reader.Mutate(unsafe.Pointer(data), int(size), int(capacity), uint32(seed)))
}

func main() {}
