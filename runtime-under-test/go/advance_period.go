//go:build go1.22 && nolinkname

package main

const advanceBy = "period"

func advanceGeneration(frames *frameWriter) {
	frames.note("advance: generations end by GODEBUG=traceadvanceperiod alone in this build")
}
