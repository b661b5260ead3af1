// The driver performs one scenario inside a real Go runtime and hands over what its tracer wrote.
// PROTOCOL.md is the contract with whoever starts it.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"
)

const (
	exitUsage   = 2
	exitHarness = 3
)

func main() {
	windDown := flag.Duration("wind-down", 2*time.Second,
		"after so long the programs end early: no further operation begins")
	flag.Parse()
	if flag.NArg() > 0 {
		fmt.Fprintf(os.Stderr, "driver: %q: no argument is expected\n", flag.Arg(0))
		os.Exit(exitUsage)
	}
	frames := newFrameWriter(os.Stdout)
	frames.write('H', 0, []byte(hello()))
	scenario, err := parseScenario(os.Stdin)
	if err != nil {
		fmt.Fprintf(os.Stderr, "driver: %v\n", err)
		os.Exit(exitUsage)
	}
	runtime.GOMAXPROCS(scenario.procs)
	frames.write('D', 0, []byte(perform(scenario, frames, *windDown)))
}

func hello() string {
	// Experiments follow the version after a blank.
	version := strings.Fields(runtime.Version())[0]
	return fmt.Sprintf("version=%s race=%s cgo=%s advance=%s recorder=%s", version,
		yesOrNo(hasRace), yesOrNo(hasCgo), advanceBy, yesOrNo(hasRecorder))
}

func yesOrNo(is bool) string {
	if is {
		return "yes"
	}
	return "no"
}
