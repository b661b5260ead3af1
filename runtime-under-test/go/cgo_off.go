//go:build !cgo

package main

const hasCgo = false

func cgoCall(p *performer, _, _ int) {
	p.frames.note("cgo-call: this driver is built without cgo")
}

func cgoCallback(p *performer, _, _ int) {
	p.frames.note("cgo-callback: this driver is built without cgo")
}
