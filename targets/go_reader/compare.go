// Package reader compares Go's own reader of execution traces, and the validator behind it, with
// the judge of this project (targets/oracle), on any bytes.
//
// stage, beside this file, makes a module of it that needs nothing else: this folder, the reader of
// a Go source tree under a path where it may be imported, the judge's sources in C, and seeds.
package reader

import (
	"fmt"
	"regexp"
	"time"

	"internal/trace"
	"internal/trace/tracev2"
)

// How long both may take together over one trace; an engine's own limit is above it.
const answerTimeMax = 20 * time.Second

type kindCounts [trace.EventExperimental + 1]uint64

// Compare returns what the two say differently of a trace, or nil. A reader that panics, or gives no
// answer, panics here.
//
// Traces of Go 1.11 to 1.21 are read and not compared: how verdicts on those may differ is kept by
// targets/oracle/tests/test_damaged_v1_traces.c.
func Compare(file []byte) error {
	limit := time.AfterFunc(answerTimeMax, func() {
		panic(fmt.Sprintf("no answer after %v on a trace of %d bytes", answerTimeMax, len(file)))
	})
	defer limit.Stop()
	var counts kindCounts
	refusal := judge(file, func(ev trace.Event) { counts[ev.Kind()]++ })
	ours := ask(file)

	switch {
	case ours.isV1:
		return nil
	case refusal != nil && ours.isAccepted && mayRefuse(refusal):
		return nil
	case refusal != nil && ours.isAccepted:
		return fmt.Errorf("Go refuses what breaks no rule: %v", refusal)
	case refusal == nil && !ours.isAccepted && !mayPass(ours):
		return fmt.Errorf("Go accepts what breaks rule %s at byte %d: %s", ours.rule, ours.offset,
			ours.message)
	case refusal == nil && ours.isAccepted:
		return compareCounts(counts, ours.records)
	}
	return nil
}

// The times of the first two events that Go's reader tells to be next, when it cannot go on.
var firstTimes = regexp.MustCompile(`failed to advance: frontier:[^\[]*\[gen=\d+\][^\[]*\[\S+ time=(\d+)[^\[]*\[\S+ time=(\d+)`)

// mayRefuse tells whether Go's reader may refuse what we accept: it tries the earliest event, sorts
// all, and tries all but the first, which may be another of the same time by then
// (equal-times-of-thirteen-threads among the seeds).
func mayRefuse(refusal error) bool {
	times := firstTimes.FindStringSubmatch(refusal.Error())
	return times != nil && times[1] == times[2]
}

// mayPass tells whether Go's reader may accept what we refuse.
func mayPass(ours verdict) bool {
	switch ours.rule {
	case "W-version": // a reader newer than the judge knows newer ones
		return true
	case "W-header": // it is scanned as a line of text: more blanks, and zeros before the number
		return true
	}
	return ours.isOurRule
}

// compareCounts compares how many events of each kind the reader made of the records there are. How
// often it says that a generation ends is its own affair.
func compareCounts(events kindCounts, records [256]uint64) error {
	var least, most kindCounts
	for number, count := range records {
		kind, made := kindOf(tracev2.EventType(number))
		least[kind] += made * count
		most[kind] += made * count
	}
	// The P that a thread had then is stolen by itself.
	most[trace.EventStateTransition] += records[tracev2.EvGoDestroySyscall]
	for kind := trace.EventMetric; kind <= trace.EventExperimental; kind++ {
		if events[kind] < least[kind] || events[kind] > most[kind] {
			return fmt.Errorf("Go makes %d events of kind %v, and the trace holds %d", events[kind],
				kind, least[kind])
		}
	}
	return nil
}

// kindOf returns what the reader makes of a record, and how many of it; EventBad: nothing.
func kindOf(number tracev2.EventType) (kind trace.EventKind, made uint64) {
	switch number {
	case tracev2.EvProcsChange, tracev2.EvHeapAlloc, tracev2.EvHeapGoal:
		return trace.EventMetric, 1
	case tracev2.EvGoLabel:
		return trace.EventLabel, 1
	case tracev2.EvCPUSample:
		return trace.EventStackSample, 1
	case tracev2.EvSTWBegin, tracev2.EvGCBegin, tracev2.EvGCSweepBegin,
		tracev2.EvGCMarkAssistBegin:
		return trace.EventRangeBegin, 1
	case tracev2.EvSTWEnd, tracev2.EvGCEnd, tracev2.EvGCSweepEnd, tracev2.EvGCMarkAssistEnd:
		return trace.EventRangeEnd, 1
	case tracev2.EvGCActive, tracev2.EvGCSweepActive, tracev2.EvGCMarkAssistActive:
		return trace.EventRangeActive, 1
	case tracev2.EvUserTaskBegin:
		return trace.EventTaskBegin, 1
	case tracev2.EvUserTaskEnd:
		return trace.EventTaskEnd, 1
	case tracev2.EvUserRegionBegin:
		return trace.EventRegionBegin, 1
	case tracev2.EvUserRegionEnd:
		return trace.EventRegionEnd, 1
	case tracev2.EvUserLog:
		return trace.EventLog, 1
	case tracev2.EvGoSwitch, tracev2.EvGoSwitchDestroy:
		return trace.EventStateTransition, 3
	case tracev2.EvGoCreateBlocked, tracev2.EvGoStatusStack:
		return trace.EventStateTransition, 1
	}
	switch {
	case number.Experimental():
		return trace.EventExperimental, 1
	case number >= tracev2.EvProcStart && number <= tracev2.EvGoStatus:
		return trace.EventStateTransition, 1
	}
	return trace.EventBad, 0
}
