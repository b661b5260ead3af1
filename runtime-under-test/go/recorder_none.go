//go:build !go1.25

package main

const hasRecorder = false

type recorder struct{}

func (r *recorder) start(tracer *tracer)    { r.isMissing(tracer, "recorder-start") }
func (r *recorder) snapshot(tracer *tracer) { r.isMissing(tracer, "recorder-snapshot") }
func (r *recorder) stop(*tracer)            {}

func (r *recorder) isMissing(tracer *tracer, operation string) {
	tracer.frames.note("%s: this runtime has no flight recorder", operation)
}
