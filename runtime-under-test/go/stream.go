package main

import (
	"sync"
	"sync/atomic"
	"time"
)

// stallUnit is what the writer of a trace rests for each count of `reader-stall`.
const stallUnit = 100 * time.Microsecond

// A stall slows the writers of all traces down, until the run winds down: then whatever still goes
// on has to come to its end.
type stall struct {
	units         atomic.Int32
	isWindingDown *atomic.Bool
}

func (s *stall) rest() {
	if units := s.units.Load(); units > 0 && !s.isWindingDown.Load() {
		time.Sleep(time.Duration(units) * stallUnit)
	}
}

// A stream is the io.Writer of one trace. It is announced when the tracer has accepted it or writes
// to it, whichever is first.
type stream struct {
	frames  *frameWriter
	kind    string // "trace" or "recorder"
	stall   *stall
	mutex   sync.Mutex
	number  uint32 // 0: not announced
	isEnded bool
}

func (s *stream) Write(data []byte) (int, error) {
	s.stall.rest()
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.beginLocked()
	if s.isEnded {
		// trace.Stop promises that all writes are done when it returns.
		s.frames.note("%s %d: %d bytes written after its end", s.kind, s.number, len(data))
		return len(data), nil
	}
	s.frames.write('T', s.number, data)
	return len(data), nil
}

func (s *stream) begin() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.beginLocked()
}

func (s *stream) beginLocked() {
	if s.number == 0 {
		s.number = s.frames.begin(s.kind)
	}
}

// end tells the harness that the tracer has nothing more to write.
func (s *stream) end() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.beginLocked()
	s.isEnded = true
	s.frames.write('E', s.number, nil)
}
