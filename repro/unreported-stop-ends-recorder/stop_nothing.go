// A flight recorder that gets nothing more, with what runtime/trace offers to every program. Writes
// stop-ends-recorder.trace, the recorder's snapshot after a whole trace. Go 1.25 or newer.
package main

import (
	"bytes"
	"fmt"
	"io"
	"log"
	"os"
	"runtime/trace"
	"time"
)

func main() {
	recorder := trace.NewFlightRecorder(trace.FlightRecorderConfig{})
	if err := recorder.Start(); err != nil {
		log.Fatal(err)
	}
	trace.Stop() // no trace was started
	first := snapshot(recorder)
	second := snapshot(recorder)
	fmt.Printf("enabled: %v, snapshots of %d and %d bytes, the same: %v\n", recorder.Enabled(), len(first), len(second),
		bytes.Equal(first, second))

	if err := trace.Start(io.Discard); err != nil {
		log.Fatal(err)
	}
	time.Sleep(10 * time.Millisecond)
	trace.Stop()
	if err := os.WriteFile("stop-ends-recorder.trace", snapshot(recorder), 0o666); err != nil {
		log.Fatal(err)
	}
}

func snapshot(recorder *trace.FlightRecorder) []byte {
	for range 100 {
		done := make(chan bool)
		go func() { done <- true }()
		<-done
	}
	var trace bytes.Buffer
	if _, err := recorder.WriteTo(&trace); err != nil {
		log.Fatal(err)
	}
	return trace.Bytes()
}
