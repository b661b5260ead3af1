package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// The tests run the driver that DRIVER names, or else this test's own program as one.
const beDriver = "TRACER_FUZZ_BE_DRIVER"

const runLimit = 2 * time.Minute

func TestMain(m *testing.M) {
	if os.Getenv(beDriver) != "" {
		main()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// An outcome is what one run of the driver said, taken apart.
type outcome struct {
	status  int
	stderr  string
	hello   map[string]string
	done    string // "" without a last frame
	notes   []string
	streams []outcomeStream
}

type outcomeStream struct {
	kind  string
	bytes []byte
}

func runDriver(t *testing.T, scenario string, arguments ...string) outcome {
	t.Helper()
	program := os.Getenv("DRIVER")
	if program == "" {
		program = os.Args[0]
	}
	limit, cancel := context.WithTimeout(context.Background(), runLimit)
	defer cancel()
	var stdout, stderr bytes.Buffer
	command := exec.CommandContext(limit, program, arguments...)
	command.Env = append(os.Environ(), beDriver+"=yes", "GORACE=atexit_sleep_ms=0",
		"GOTRACEBACK=all")
	command.Stdin = strings.NewReader(scenario)
	command.Stdout = &stdout
	command.Stderr = &stderr
	err := command.Run()
	if _, isExit := err.(*exec.ExitError); err != nil && !isExit {
		t.Fatalf("%s: %v", program, err)
	}
	outcome := takeApart(t, stdout.Bytes())
	outcome.status = command.ProcessState.ExitCode()
	outcome.stderr = stderr.String()
	return outcome
}

// runWell runs a scenario that has to end as every good one does.
func runWell(t *testing.T, scenario string, arguments ...string) outcome {
	t.Helper()
	outcome := runDriver(t, scenario, arguments...)
	const lockOrder = "fatal error: lock ordering problem"
	if strings.Contains(outcome.stderr, lockOrder) && minorOf(outcome.hello["version"]) < 21 {
		t.Skipf("%s: %s, which this runtime has with a CPU profile in a trace",
			outcome.hello["version"], lockOrder)
	}
	if outcome.status != 0 || outcome.stderr != "" || outcome.done == "" {
		t.Fatalf("exit status %d, done %q, stderr:\n%s", outcome.status, outcome.done,
			outcome.stderr)
	}
	return outcome
}

// takeApart checks the order of frames on its way through them.
func takeApart(t *testing.T, output []byte) outcome {
	t.Helper()
	var outcome outcome
	isEnded := map[uint32]bool{}
	for place := 0; len(output) > 0; place++ {
		if len(output) < frameHeaderSize {
			t.Fatalf("frame %d: %d bytes, expected a header", place, len(output))
		}
		kind, stream := output[0], binary.LittleEndian.Uint32(output[1:])
		size := int(binary.LittleEndian.Uint32(output[5:]))
		output = output[frameHeaderSize:]
		if len(output) < size {
			t.Fatalf("frame %d: %d bytes, expected %d", place, len(output), size)
		}
		payload := output[:size]
		output = output[size:]
		if (kind == 'H') != (place == 0) || outcome.done != "" {
			t.Fatalf("frame %d: %c at a wrong place", place, kind)
		}
		isKnown := stream > 0 && int(stream) <= len(outcome.streams) && !isEnded[stream]
		switch {
		case kind == 'H':
			outcome.hello = pairs(string(payload))
		case kind == 'B' && int(stream) == len(outcome.streams)+1:
			outcome.streams = append(outcome.streams, outcomeStream{kind: string(payload)})
		case kind == 'T' && isKnown && size > 0:
			open := &outcome.streams[stream-1]
			open.bytes = append(open.bytes, payload...)
		case kind == 'E' && isKnown && size == 0:
			isEnded[stream] = true
		case kind == 'N':
			outcome.notes = append(outcome.notes, string(payload))
		case kind == 'D':
			outcome.done = string(payload)
			if len(isEnded) != len(outcome.streams) {
				t.Fatalf("%d of %d streams have ended", len(isEnded), len(outcome.streams))
			}
		default:
			t.Fatalf("frame %d: %c of stream %d is unexpected", place, kind, stream)
		}
	}
	return outcome
}

func minorOf(version string) (minor int) {
	for _, digit := range strings.TrimPrefix(version, "go1.") {
		if digit < '0' || digit > '9' {
			break
		}
		minor = minor*10 + int(digit-'0')
	}
	return minor
}

func pairs(text string) map[string]string {
	pairs := map[string]string{}
	for _, field := range strings.Fields(text) {
		if equals := strings.IndexByte(field, '='); equals > 0 {
			pairs[field[:equals]] = field[equals+1:]
		}
	}
	return pairs
}

// programs writes a scenario: each program is its copies and its operations, one a line.
func programs(texts ...string) string {
	var scenario strings.Builder
	scenario.WriteString("procs 4\n")
	for number, text := range texts {
		blank := strings.IndexByte(text, ' ')
		fmt.Fprintf(&scenario, "program %d copies %s\n", number, text[:blank])
		for _, operation := range strings.Split(text[blank+1:], ";") {
			fields := append(strings.Fields(operation), "0", "0")
			fmt.Fprintln(&scenario, strings.Join(fields[:3], " "))
		}
	}
	scenario.WriteString("end\n")
	return scenario.String()
}

// checkCounts compares the last frame.
func checkCounts(t *testing.T, outcome outcome, operations, goroutines int) {
	t.Helper()
	expected := fmt.Sprintf("operations=%d goroutines=%d", operations, goroutines)
	if outcome.done != expected {
		t.Errorf("%q, expected %q", outcome.done, expected)
	}
}

func checkNote(t *testing.T, outcome outcome, part string) {
	t.Helper()
	for _, note := range outcome.notes {
		if strings.Contains(note, part) {
			return
		}
	}
	t.Errorf("notes %q, expected one with %q", outcome.notes, part)
}
