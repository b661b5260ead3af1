package main

import (
	"io"
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"strconv"
)

const (
	kibibyte        = 1 << 10
	mebibyte        = 1 << 20
	memoryLimitBase = 4096 // MiB, out of reach of any scenario
	liveBlockMax    = 256  // blocks of an allocation that live at a time
	stackDepthMax   = 1024 // KiB
)

func setGCPercent(_ *performer, percent, _ int) {
	debug.SetGCPercent(percent)
}

func setMemoryLimit(_ *performer, mebibytes, _ int) {
	if mebibytes == 0 {
		debug.SetMemoryLimit(math.MaxInt64)
		return
	}
	debug.SetMemoryLimit(int64(memoryLimitBase+mebibytes) * mebibyte)
}

// traceAllocFree has the runtime trace its memory, or no longer; whether it can is its own business.
func traceAllocFree(_ *performer, on, _ int) {
	os.Setenv("GODEBUG", "traceallocfree="+strconv.Itoa(on))
}

// allocate makes blocks on the heap, pointers among them, and drops them.
func allocate(_ *performer, kibibytes, _ int) {
	var blocks [liveBlockMax]*[kibibyte]byte
	for i := 0; i < kibibytes; i++ {
		blocks[i%liveBlockMax] = newBlock()
	}
	runtime.KeepAlive(blocks)
}

//go:noinline
func newBlock() *[kibibyte]byte { return new([kibibyte]byte) }

func readMemStats(*performer, int, int) {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
}

func profileGoroutines(p *performer, _, _ int) {
	if err := pprof.Lookup("goroutine").WriteTo(io.Discard, 0); err != nil {
		p.frames.note("goroutine-profile: %v", err)
	}
}

// growStack calls deeper than this goroutine ever was, so that its stack has to move.
func growStack(p *performer, kibibytes, _ int) {
	p.stackKiB += kibibytes
	if p.stackKiB > stackDepthMax {
		p.stackKiB = kibibytes
	}
	deepen(p.stackKiB)
}

// deepen has frames of about a KiB.
//
//go:noinline
func deepen(depth int) byte {
	var frame [kibibyte]byte
	frame[depth%kibibyte] = byte(depth)
	if depth <= 1 {
		return frame[0]
	}
	return deepen(depth-1) + frame[depth%kibibyte]
}
