//go:build go1.22 && !nolinkname

package main

import _ "unsafe" // for go:linkname

const advanceBy = "linkname"

//go:linkname traceAdvance runtime.traceAdvance
func traceAdvance(stopTrace bool)

func advanceGeneration(*frameWriter) { traceAdvance(false) }
