package main

import "runtime"

const iteratorCountMax = 2 // of one goroutine

// An iterator is what a goroutine asks for the values of a sequence, a program of the scenario.
type iterator struct {
	next func() (int, bool)
	stop func()
}

// isIterating says that an iterator is at work on one of its sides: then no lock to a thread may
// change, or the runtime throws.
func (p *performer) isIterating() bool {
	return p.yield != nil || len(p.iterators) > 0
}

func pull(p *performer, program, _ int) {
	if !hasIterators {
		p.frames.note("pull: this runtime has no iterators")
		return
	}
	if len(p.iterators) == iteratorCountMax || !p.crowd.add() {
		return
	}
	sequence := &performer{performance: p.performance}
	sequence.cursor.operations = p.scenario.programs[program].operations
	hasRun := false
	next, stop := pullValues(func(yield func(int) bool) {
		hasRun = true
		defer p.crowd.remove()
		sequence.yield = yield
		sequence.interpret()
		sequence.stopIterators()
	})
	stopAlways := func() {
		stop()
		if !hasRun {
			hasRun = true
			p.crowd.remove()
		}
	}
	p.iterators = append(p.iterators, iterator{next, stopAlways})
}

// pullNext asks the newest iterator.
func pullNext(p *performer, _, _ int) {
	if len(p.iterators) == 0 {
		return
	}
	newest := len(p.iterators) - 1
	if _, ok := p.iterators[newest].next(); !ok {
		p.iterators = p.iterators[:newest]
	}
}

func (p *performer) stopIterators() {
	for len(p.iterators) > 0 {
		newest := len(p.iterators) - 1
		p.iterators[newest].stop()
		p.iterators = p.iterators[:newest]
	}
}

// yield gives a value in a sequence, whose program ends when nobody wants more.
func yield(p *performer, _, _ int) {
	if p.yield == nil {
		runtime.Gosched()
	} else if !p.yield(0) {
		p.hasEnded = true
	}
}

// exit ends the program: in a sequence no more than that, or who asks would end, too.
func exit(p *performer, _, _ int) {
	p.stopIterators()
	if p.yield == nil {
		runtime.Goexit()
	}
	p.hasEnded = true
}
