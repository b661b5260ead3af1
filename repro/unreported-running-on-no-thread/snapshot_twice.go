// Writes running-on-no-thread.trace, in which goroutines run on no thread, with what runtime/trace offers to every
// program. Go 1.25 or newer; two processors.
package main

import (
	"io"
	"log"
	"os"
	"runtime/trace"
	"sync/atomic"
)

func main() {
	recorder := trace.NewFlightRecorder(trace.FlightRecorderConfig{})
	if err := recorder.Start(); err != nil {
		log.Fatal(err)
	}
	for range 10 {
		snapshotTwice(recorder)
	}
	file, err := os.Create("running-on-no-thread.trace")
	if err != nil {
		log.Fatal(err)
	}
	if _, err := recorder.WriteTo(file); err != nil {
		log.Fatal(err)
	}
	recorder.Stop()
}

// The second snapshot is made by a goroutine that computes while the first one is made, and comes to the second without
// an event of its own: no system call, nothing to wait for.
func snapshotTwice(recorder *trace.FlightRecorder) {
	var isComputing, hasFirst atomic.Bool
	second := make(chan error)
	go func() {
		isComputing.Store(true)
		for !hasFirst.Load() {
		}
		_, err := recorder.WriteTo(io.Discard)
		second <- err
	}()
	for !isComputing.Load() {
	}
	if _, err := recorder.WriteTo(io.Discard); err != nil {
		log.Fatal(err)
	}
	hasFirst.Store(true)
	if err := <-second; err != nil {
		log.Fatal(err)
	}
}
