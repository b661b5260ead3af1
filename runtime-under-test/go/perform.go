package main

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

const (
	callDepthMax = 6
	mutexCount   = 4
)

// A performance is one run of a scenario.
type performance struct {
	scenario      *scenario
	frames        *frameWriter
	tracer        tracer
	recorder      recorder
	profiler      profiler
	crowd         *crowd
	mutexes       [mutexCount]sync.Mutex
	isWindingDown atomic.Bool
	operations    atomic.Int64
}

// A performer is one goroutine of the scenario. Only that goroutine touches it.
type performer struct {
	*performance
	cursor      cursor
	annotations annotations
	callDepth   int
	isReturning bool
	threadLocks int
	iterators   []iterator
	yield       func(int) bool // in a sequence, else nil
	hasEnded    bool
	stackKiB    int
}

// perform runs the scenario until nobody in it can go on, and returns what to say of it.
func perform(scenario *scenario, frames *frameWriter, windDown time.Duration) string {
	run := &performance{
		scenario: scenario,
		frames:   frames,
		tracer:   tracer{frames: frames, stopsNothing: !scenario.startsTraces},
		profiler: profiler{frames: frames},
		crowd:    newCrowd(),
	}
	run.tracer.stall.isWindingDown = &run.isWindingDown
	run.profiler.isWindingDown = &run.isWindingDown
	calibrate()
	end := time.AfterFunc(windDown, func() { run.isWindingDown.Store(true) })
	for number, program := range scenario.programs {
		for copy := 0; copy < program.copies; copy++ {
			run.spawn(number)
		}
	}
	run.crowd.leave()
	<-run.crowd.idle
	end.Stop()
	run.recorder.stop(&run.tracer)
	run.profiler.off()
	run.tracer.stop()
	return fmt.Sprintf("operations=%d goroutines=%d", run.operations.Load(), run.crowd.created)
}

// spawn begins a goroutine that runs a program, unless too many are alive.
func (run *performance) spawn(program int) {
	if !run.crowd.enter() {
		return
	}
	performer := &performer{performance: run}
	performer.cursor.operations = run.scenario.programs[program].operations
	go performer.run()
}

func (p *performer) run() {
	defer p.crowd.end()
	p.interpret()
	p.stopIterators()
}

// interpret performs operations until the program ends, or the function that `call` entered.
func (p *performer) interpret() {
	for !p.isReturning && !p.hasEnded && !p.isWindingDown.Load() {
		operation := p.cursor.next()
		if operation == nil {
			return
		}
		p.operations.Add(1)
		operation.perform(p, operation.a, operation.b)
	}
}

func (p *performer) call(function int) {
	if p.callDepth == callDepthMax {
		return
	}
	p.callDepth++
	functions[function](p)
	p.callDepth--
	p.isReturning = false
}

func (p *performer) leaveFunction() {
	p.isReturning = p.callDepth > 0
}
