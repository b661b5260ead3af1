package main

import (
	"io"
	"runtime"
	"runtime/pprof"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"
)

const (
	pprofRate         = 100 // what runtime/pprof sets, without a choice
	profileReadPeriod = 100 * time.Millisecond
)

// A profiler switches CPU profiling. The samples are of interest in the trace alone; the profile
// itself is read and thrown away.
type profiler struct {
	frames        *frameWriter
	isWindingDown *atomic.Bool
	mutex         sync.Mutex
	stop          func() // nil: off
}

func (p *profiler) on(rate int) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	switch {
	case p.stop != nil:
	case p.isWindingDown.Load():
		// Many may have queued up for the mutex, and each profile takes its time to end.
	case rate != pprofRate:
		p.stop = profileAt(rate)
	default:
		if err := pprof.StartCPUProfile(io.Discard); err != nil {
			p.frames.note("profile-on: %v", err)
			return
		}
		p.stop = pprof.StopCPUProfile
	}
}

func (p *profiler) off() {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.stop != nil {
		p.stop()
		p.stop = nil
	}
}

// readProfile is the runtime's side of runtime/pprof. A profile can begin only when the one before
// has been read to its end, and runtime/pprof has no other way to do that than StartCPUProfile,
// which prints a complaint on stderr when a rate has been set before.
//
//go:linkname readProfile runtime/pprof.readProfile
func readProfile() (data []uint64, tags []unsafe.Pointer, isEnd bool)

// profileAt begins a profile as pprof.StartCPUProfile does, at another rate; the result ends it.
func profileAt(rate int) (stop func()) {
	runtime.SetCPUProfileRate(rate)
	stopping, read := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(read)
		for {
			select {
			case <-stopping:
			case <-time.After(profileReadPeriod):
			}
			if _, _, isEnd := readProfile(); isEnd {
				return
			}
		}
	}()
	return func() {
		runtime.SetCPUProfileRate(0)
		close(stopping)
		<-read
	}
}
