//go:build !go1.22

package main

const advanceBy = "none"

func advanceGeneration(frames *frameWriter) {
	frames.note("advance: this runtime has no generations")
}
