package main

import (
	"math"
	"sync/atomic"
	"time"
)

const (
	workUnit      = 100 * time.Microsecond
	mutexHold     = 20 * time.Microsecond
	stepCount     = 4096 // steps between two calls, some microseconds
	calibrations  = 3
	stepsAtLeast  = 1 << 12
	sampleOfSteps = 1 << 15
)

// stepsPerUnit is how many steps take a unit of work.
var stepsPerUnit = stepsAtLeast

var workResult atomic.Uint64

// calibrate measures once how fast a step is. The shortest of some samples counts, since any
// disturbance makes one longer.
func calibrate() {
	shortest := time.Duration(math.MaxInt64)
	for i := 0; i < calibrations; i++ {
		begin := time.Now()
		step(uint64(i), sampleOfSteps)
		if duration := time.Since(begin); duration < shortest {
			shortest = duration
		}
	}
	if shortest > 0 {
		steps := int(int64(workUnit) * sampleOfSteps / int64(shortest))
		if steps > stepsPerUnit {
			stepsPerUnit = steps
		}
	}
}

// step computes without touching memory: the race detector does not slow it down.
//
//go:noinline
func step(value uint64, count int) uint64 {
	for i := 0; i < count; i++ {
		value = value*6364136223846793005 + 1442695040888963407
	}
	return value
}

// compute takes so many steps of a processor's time, whoever else wants it meanwhile.
func compute(steps int) {
	value := uint64(steps)
	for ; steps > 0; steps -= stepCount {
		value = step(value, stepCount)
	}
	workResult.Add(value)
}

func work(_ *performer, units, _ int) {
	compute(units * stepsPerUnit)
}

func sleep(_ *performer, micros, _ int) {
	time.Sleep(time.Duration(micros) * time.Microsecond)
}
