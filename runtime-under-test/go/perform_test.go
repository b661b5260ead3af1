package main

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
)

const traceHeaderSize = 16

func TestHello(t *testing.T) {
	hello := runWell(t, programs("1 yield")).hello
	if !strings.HasPrefix(hello["version"], "go1.") {
		t.Errorf("version %q", hello["version"])
	}
	for _, key := range []string{"race", "cgo", "recorder"} {
		if hello[key] != "yes" && hello[key] != "no" {
			t.Errorf("%s=%q, expected yes or no", key, hello[key])
		}
	}
	if hello["advance"] == "none" != (minorOf(hello["version"]) < 22) {
		t.Errorf("%s advances by %s", hello["version"], hello["advance"])
	}
}

// everything has each operation at least once, all of it in one trace.
var everything = programs(
	"1 reader-stall 1; start; start-read-first; recorder-start; go 1; go 2; go 3; go 4;"+
		"repeat 4; block 7; };"+
		"advance; recorder-snapshot; recorder-stop; panic; exit-process; stop; read",
	"0 repeat 2; call 3; call 63; yield; return; return; }; task-begin 4; region-begin 8;"+
		"region-begin-long 2; region-end; log 1 15; label 2; region-end; task-end; work 2; compute 2; sleep 100; unblock 7; hand-off 7",
	"0 ping-pong 4; mutex 1 4; select 4; syscall 200; net-poll 4; timer 100; lock-thread;"+
		"unlock-thread; lock-thread; cgo-call 100; cgo-callback 2; unblock 7; exit; read",
	"0 gc; allocate 512; set-gc-percent 50; set-memory-limit 10; set-memory-limit 0;"+
		"trace-alloc-free 1; trace-alloc-free 0; pull 4; pull-next;"+
		"read-mem-stats; goroutine-profile; grow-stack 64; grow-stack 256; unblock 7",
	"0 profile-on 100; profile-label 3; work 20; profile-label 0; profile-off;"+
		"profile-on 200; work 20; profile-off; profile-on 200; profile-off; maxprocs 2; unblock 7")

func TestEveryOperation(t *testing.T) {
	for name := range operations {
		if !strings.Contains(everything, "\n"+name+" ") {
			t.Errorf("%s is not in the scenario", name)
		}
	}
	outcome := runWell(t, everything)
	if hasIterators {
		checkCounts(t, outcome, 93, 6) // the sequence is a goroutine, and performs a program
	} else {
		checkCounts(t, outcome, 81, 5)
	}
	checkNote(t, outcome, "read: ")
	kinds := []string{"trace"}
	if outcome.hello["recorder"] == "yes" {
		kinds = append(kinds, "recorder")
	} else {
		checkNote(t, outcome, "recorder-start: ")
	}
	if outcome.hello["cgo"] == "no" {
		checkNote(t, outcome, "cgo-callback: ")
	}
	if len(outcome.streams) != len(kinds) {
		t.Fatalf("%d streams, expected %q", len(outcome.streams), kinds)
	}
	for i, stream := range outcome.streams {
		if stream.kind != kinds[i] || !bytes.HasPrefix(stream.bytes, []byte("go 1.")) ||
			len(stream.bytes) < 1000 {
			t.Errorf("stream %d: %s of %d bytes", i+1, stream.kind, len(stream.bytes))
		}
	}
	trace := outcome.streams[0].bytes
	for _, text := range []string{".f3", ".f63", "ümläut", "runtime.main", "db.query"} {
		if !bytes.Contains(trace, []byte(text)) {
			t.Errorf("no %q in the trace", text)
		}
	}
	if bytes.Contains(trace, []byte(".f62")) {
		t.Error("a function in the trace that nobody called")
	}
}

// generationsOf lists the generations of a trace of Go 1.22 or newer, in order.
func generationsOf(t *testing.T, trace []byte) (generations []uint64) {
	t.Helper()
	const endOfGeneration = 52 // of Go 1.26: a record without anything behind it
	trace = trace[traceHeaderSize:]
	take := func() uint64 {
		value, size := binary.Uvarint(trace)
		if size <= 0 {
			t.Fatal("a trace ends inside the head of a batch")
		}
		trace = trace[size:]
		return value
	}
	for len(trace) > 0 {
		if trace[0] == endOfGeneration {
			trace = trace[1:]
			continue
		}
		if trace[0] != 1 {
			t.Fatalf("a batch begins with %d, expected 1", trace[0])
		}
		trace = trace[1:]
		generation := take()
		take() // thread
		take() // time
		trace = trace[take():]
		if len(generations) == 0 || generations[len(generations)-1] != generation {
			generations = append(generations, generation)
		}
	}
	return generations
}

func TestAdvance(t *testing.T) {
	outcome := runWell(t, programs("1 start; advance; yield; advance; work 1; advance; stop"))
	checkCounts(t, outcome, 7, 1)
	if outcome.hello["advance"] != "linkname" {
		checkNote(t, outcome, "advance: ")
		return
	}
	if generations := generationsOf(t, outcome.streams[0].bytes); len(generations) != 4 {
		t.Errorf("generations %v, expected 4", generations)
	}
}

func TestTracesAreNumbered(t *testing.T) {
	outcome := runWell(t, programs(
		"1 start; start; stop; stop; repeat 2; start; yield; stop; }; start"))
	checkCounts(t, outcome, 11, 1)
	if len(outcome.streams) != 4 {
		t.Errorf("%d streams, expected 4", len(outcome.streams))
	}
}

func TestStartAndStopOverlap(t *testing.T) {
	outcome := runWell(t, programs(
		"3 repeat 20; start; advance; yield; stop; }",
		"2 repeat 20; recorder-start; recorder-snapshot; yield; recorder-stop; }",
		"2 repeat 40; go 3; advance; yield; }",
		"0 ping-pong 2; region-begin 1; log 2 3; region-end",
		"1 repeat 10; profile-on 1000; maxprocs 1; profile-off; maxprocs 4; }"))
	for _, note := range outcome.notes {
		if strings.Contains(note, "after its end") {
			t.Error(note)
		}
	}
	if len(outcome.streams) < 2 {
		t.Errorf("%d streams, expected more", len(outcome.streams))
	}
}

// TestMisuseDoesNothing: what has not begun cannot be ended.
func TestMisuseDoesNothing(t *testing.T) {
	outcome := runWell(t, programs("1 stop; advance; return; task-end; region-end; unlock-thread;"+
		"profile-off; recorder-stop; recorder-snapshot; repeat 6; task-begin 0; region-begin 0;"+
		"lock-thread; call 1; profile-on 50; }"))
	checkCounts(t, outcome, 9+6*5, 1)
	if len(outcome.streams) != 0 {
		t.Errorf("%d streams, expected none", len(outcome.streams))
	}
}

// Operations that are counted tell which ones were reached.
func TestCounts(t *testing.T) {
	for _, test := range []struct {
		programs               []string
		operations, goroutines int
	}{
		{[]string{"1 repeat 3; repeat 2; yield; }; yield; }; repeat 64; }"}, 9, 1},
		{[]string{"1 call 0; call 1; return; yield; return; yield; return; yield"}, 8, 1},
		{[]string{"2 call 0; exit; yield"}, 4, 2},
		{[]string{"1 unblock 3; unblock 3; block 3; block 3; yield"}, 5, 1},
		// Two tokens and three that want one: the third waits for ever, which ends the run.
		{[]string{"1 unblock 0; unblock 0; unblock 1", "3 block 0; yield"}, 8, 4},
		{[]string{"8 block 0"}, 8, 8},
		// Nobody beyond the 96th begins.
		{[]string{"1 repeat 64; go 1; go 1; }", "0 block 0"}, 128 + 95, 96},
	} {
		checkCounts(t, runWell(t, programs(test.programs...)), test.operations, test.goroutines)
	}
}

// TestReturn: what was left is on no stack of the trace.
func TestReturn(t *testing.T) {
	outcome := runWell(t, programs("1 call 10; return; call 11; start; yield; stop"))
	trace := outcome.streams[0].bytes
	if bytes.Contains(trace, []byte(".f10")) || !bytes.Contains(trace, []byte(".f11")) {
		t.Error("expected a stack in f11 and none in f10")
	}
}

func TestWindDown(t *testing.T) {
	outcome := runWell(t, programs("1 repeat 64; repeat 64; repeat 64; work 64; }; }; }",
		"1 block 0"), "-wind-down", "50ms")
	if outcome.done == "operations=262145 goroutines=2" {
		t.Error("half an hour of work was done")
	}
}

func TestNotesAreToldOnce(t *testing.T) {
	outcome := runWell(t, programs("4 repeat 8; read; }"))
	if len(outcome.notes) != 1 {
		t.Errorf("notes %q, expected one", outcome.notes)
	}
}
