//go:build cgo

package main

import "C"

import (
	"runtime"
	"sync/atomic"
)

var callbacks atomic.Int64

// driverCalledBack yields once, so that the callback's goroutine is more than a name in the trace.
//
//export driverCalledBack
func driverCalledBack() {
	callbacks.Add(1)
	runtime.Gosched()
}
