//go:build go1.25

package main

import (
	"runtime/trace"
	"sync"
)

const hasRecorder = true

// A recorder is the flight recorder. Start and Stop may not overlap with each other or a snapshot;
// snapshots may overlap, and the later one is refused.
type recorder struct {
	mutex    sync.RWMutex
	recorder *trace.FlightRecorder // nil: not recording
}

func (r *recorder) start(tracer *tracer) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.recorder != nil {
		return
	}
	flight := trace.NewFlightRecorder(trace.FlightRecorderConfig{})
	if err := flight.Start(); err != nil {
		tracer.frames.note("recorder-start: %v", err)
		return
	}
	r.recorder = flight
	tracer.users.Add(1)
}

func (r *recorder) snapshot(tracer *tracer) {
	r.mutex.RLock()
	defer r.mutex.RUnlock()
	if r.recorder == nil {
		return
	}
	stream := tracer.newStream("recorder")
	size, err := r.recorder.WriteTo(stream)
	if err != nil {
		tracer.frames.note("recorder-snapshot: %v", err)
	}
	if err == nil || size > 0 {
		stream.end()
	}
}

func (r *recorder) stop(tracer *tracer) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.recorder == nil {
		return
	}
	tracer.users.Add(-1)
	r.recorder.Stop()
	r.recorder = nil
}
