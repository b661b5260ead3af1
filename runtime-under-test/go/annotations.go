package main

import (
	"context"
	"runtime/pprof"
	"runtime/trace"
	"strconv"
	"strings"
)

const (
	taskDepthMax   = 4
	regionDepthMax = 4
	nameCount      = 16
)

// names are those of the simulator (targets/perform/perform.c): short and long, and the empty one.
var names = [nameCount]string{
	"",
	"a",
	"task",
	"request",
	"db.query",
	"handler",
	"parse",
	"render",
	"ümläut",
	"a longer name, of more than one word",
	"name with \"quotes\" and \\ in it",
	"retry",
	"flush",
	"commit",
	"0123456789012345678901234567890123456789",
	"runtime.main",
}

// annotations are what a goroutine has begun and not ended, innermost last.
type annotations struct {
	tasks   []openTask
	regions []*trace.Region
}

type openTask struct {
	context context.Context
	task    *trace.Task
}

// context is that of the innermost open task.
func (a *annotations) context() context.Context {
	if len(a.tasks) == 0 {
		return context.Background()
	}
	return a.tasks[len(a.tasks)-1].context
}

func beginTask(p *performer, name, _ int) {
	open := &p.annotations
	if len(open.tasks) == taskDepthMax {
		return
	}
	context, task := trace.NewTask(open.context(), names[name])
	open.tasks = append(open.tasks, openTask{context: context, task: task})
}

func endTask(p *performer, _, _ int) {
	open := &p.annotations
	if len(open.tasks) == 0 {
		return
	}
	last := len(open.tasks) - 1
	open.tasks[last].task.End()
	open.tasks = open.tasks[:last]
}

func beginRegion(p *performer, name, _ int) { p.annotations.beginRegion(names[name]) }

func beginLongRegion(p *performer, sizeKiB, _ int) {
	p.annotations.beginRegion(strings.Repeat("x", sizeKiB<<10))
}

func (open *annotations) beginRegion(name string) {
	if len(open.regions) == regionDepthMax {
		return
	}
	open.regions = append(open.regions, trace.StartRegion(open.context(), name))
}

func endRegion(p *performer, _, _ int) {
	open := &p.annotations
	if len(open.regions) == 0 {
		return
	}
	last := len(open.regions) - 1
	open.regions[last].End()
	open.regions = open.regions[:last]
}

func logMessage(p *performer, category, message int) {
	trace.Log(p.annotations.context(), names[category], names[message])
}

// setProfileLabel is a pprof label as label is, which only a CPU profile shows; 0 takes all labels away.
func setProfileLabel(_ *performer, number, _ int) {
	ctx := context.Background()
	if number > 0 {
		ctx = pprof.WithLabels(ctx, pprof.Labels("request", strconv.Itoa(number)))
	}
	pprof.SetGoroutineLabels(ctx)
}

func label(p *performer, number, _ int) {
	labels := pprof.Labels("label", strconv.Itoa(number))
	pprof.SetGoroutineLabels(pprof.WithLabels(p.annotations.context(), labels))
}
