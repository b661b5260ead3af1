package main

import (
	"runtime/trace"
	"sync"
	"sync/atomic"
)

// A tracer starts and stops the execution tracer. Calls may overlap: runtime/trace serializes Start
// and Stop by a mutex of its own, held as long as this one.
type tracer struct {
	frames *frameWriter
	stall  stall
	mutex  sync.Mutex
	// stopsNothing: trace.Stop is called where there is no trace, too, as its documentation allows. Only where
	// none is ever started: the flight recorder that this ends today has broken snapshots once a trace begins,
	// which would look like other findings (repro/unreported-stop-ends-recorder).
	stopsNothing bool
	stream       *stream // nil: no trace is on
	// users counts what keeps generations going: the trace and the flight recorder.
	users atomic.Int32
}

func (t *tracer) newStream(kind string) *stream {
	return &stream{frames: t.frames, kind: kind, stall: &t.stall}
}

// start begins a trace. While one is on, it does nothing.
func (t *tracer) start() {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if t.stream != nil {
		return
	}
	stream := t.newStream("trace")
	if err := trace.Start(stream); err != nil {
		t.frames.note("start: %v", err)
		return
	}
	stream.begin()
	t.stream = stream
	t.users.Add(1)
}

// stop ends the trace, if one is on.
func (t *tracer) stop() {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if t.stream == nil {
		if t.stopsNothing {
			trace.Stop()
		}
		return
	}
	t.users.Add(-1)
	trace.Stop()
	t.stream.end()
	t.stream = nil
}

// advance ends the generation of what is on. It may overlap with start and stop as the runtime's own
// advancing goroutine does: the runtime serializes all three by a semaphore and looks there whether
// tracing is still on.
func (t *tracer) advance() {
	if t.users.Load() > 0 {
		advanceGeneration(t.frames)
	}
}
