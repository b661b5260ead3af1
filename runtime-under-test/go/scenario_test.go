package main

import (
	"strings"
	"testing"
)

func TestBadLines(t *testing.T) {
	for _, test := range []struct {
		lines, message string
	}{
		{"", "driver: line 1: the input ends, expected `procs N`"},
		{"program 0 copies 1", "driver: line 1: \"program 0 copies 1\", expected `procs N`"},
		{"procs 0", "driver: line 1: \"0\", expected a number from 1 to 256"},
		{"procs 4", "driver: line 2: the input ends, expected `end`"},
		{"procs 4\n\nend", "driver: line 2: an empty line, expected"},
		{"procs 4\nyield 0 0", "driver: line 2: \"yield 0 0\", expected `program 0 copies N`"},
		{"procs 4\nprogram 1 copies 1", "expected `program 0 copies N`"},
		{"procs 4\nprogram 0 copies -1", "driver: line 2: \"-1\", expected a number"},
		{"procs 4\nprogram 0 copies 1\nnap 1 0\nend", "driver: line 3: \"nap 1 0\", expected"},
		{"procs 4\nprogram 0 copies 1\nwork 4\nend", "driver: line 3: \"work 4\", expected"},
		{"procs 4\nprogram 0 copies 1\nwork 65 0\nend", "driver: line 3: \"65\", expected a number"},
		{"procs 4\nprogram 0 copies 1\nyield 1 0\nend", "driver: line 3: \"1\", expected a number"},
		{"procs 4\nprogram 0 copies 1\nlog 0 16\nend", "driver: line 3: \"16\", expected a number"},
		{"procs 4\nprogram 0 copies 1\ngo 1 0\nend", "driver: line 3: program 1, expected one of 1"},
		{"procs 4\nprogram 0 copies 1\n} 0 0\nend", "expected a `repeat` before it"},
		{"procs 4\nprogram 0 copies 1\nrepeat 2 0\nend", "driver: line 4: \"end\", expected `} 0 0`"},
		{"procs 4\nprogram 0 copies 1\nrepeat 2 0\nprogram 1 copies 0", "driver: line 4: "},
		{"procs 4\nprogram 0 copies 1" + strings.Repeat("\nrepeat 2 0", 4), "at most 3 repeats"},
		{"procs 4\nprogram 0 copies 1\nend\nyield 0 0", "line 4: \"yield 0 0\", expected nothing"},
	} {
		outcome := runDriver(t, test.lines)
		if outcome.status != exitUsage || !strings.Contains(outcome.stderr, test.message) ||
			strings.Count(outcome.stderr, "\n") != 1 {
			t.Errorf("%q: exit status %d, %q, expected 2 and %q", test.lines, outcome.status,
				outcome.stderr, test.message)
		}
		if outcome.done != "" || len(outcome.hello) == 0 {
			t.Errorf("%q: expected a hello and no end", test.lines)
		}
	}
}

func TestArguments(t *testing.T) {
	for _, argument := range []string{"-wind-down=soon", "-unknown", "scenario.txt"} {
		if outcome := runDriver(t, programs("1 yield"), argument); outcome.status != exitUsage {
			t.Errorf("%s: exit status %d, expected %d", argument, outcome.status, exitUsage)
		}
	}
}

// TestLineEnds: the last line may lack its end, and lines may end as on Windows.
func TestLineEnds(t *testing.T) {
	scenario := strings.ReplaceAll(strings.TrimSuffix(programs("1 yield"), "\n"), "\n", "\r\n")
	checkCounts(t, runWell(t, scenario), 1, 1)
}
