package main

import "runtime"

// Operations that the parser and the cursor know by name.
const (
	repeatName         = "repeat"
	repeatEndName      = "}"
	goName             = "go"
	startName          = "start"
	startReadFirstName = "start-read-first"
	pullName           = "pull"
)

// A bound is what an argument may be, both included.
type bound struct {
	min, max int
}

// An operationRow says how an operation of targets/scenario/operation.def is performed here.
type operationRow struct {
	a, b    bound
	perform func(p *performer, a, b int)
}

const (
	workMax         = 64
	roundsMax       = 64
	callbacksMax    = 16
	microsMax       = 5000
	maxprocsMax     = 64
	stallMax        = 32
	profileHzMax    = 10000
	stackKiBMax     = 256
	allocateMax     = 4096
	memoryMiBMax    = 1000
	gcPercentMax    = 1000
	longNameKiBMax  = 128
	labelMax        = 3
	profileLabelMax = 15
	programIDMax    = 255
	functionIDMax   = functionCount - 1
	nameIDMax       = nameCount - 1
	semaphoreMax    = semaphoreCount - 1
	mutexMax        = mutexCount - 1
)

var operations = map[string]operationRow{
	"yield":             {perform: yield},
	"call":              {bound{0, functionIDMax}, bound{}, func(p *performer, a, _ int) { p.call(a) }},
	"return":            {perform: func(p *performer, _, _ int) { p.leaveFunction() }},
	goName:              {bound{0, programIDMax}, bound{}, func(p *performer, a, _ int) { p.spawn(a) }},
	"exit":              {perform: exit},
	"block":             {bound{0, semaphoreMax}, bound{}, block},
	"unblock":           {bound{0, semaphoreMax}, bound{}, unblock},
	"hand-off":          {bound{0, semaphoreMax}, bound{}, unblock},
	"sleep":             {bound{1, microsMax}, bound{}, sleep},
	"work":              {bound{1, workMax}, bound{}, work},
	"set-gc-percent":    {bound{1, gcPercentMax}, bound{}, setGCPercent},
	"task-begin":        {bound{0, nameIDMax}, bound{}, beginTask},
	"task-end":          {perform: endTask},
	"region-begin":      {bound{0, nameIDMax}, bound{}, beginRegion},
	"region-begin-long": {bound{1, longNameKiBMax}, bound{}, beginLongRegion},
	"region-end":        {perform: endRegion},
	"log":               {bound{0, nameIDMax}, bound{0, nameIDMax}, logMessage},
	"label":             {bound{1, labelMax}, bound{}, label},
	"profile-label":     {bound{0, profileLabelMax}, bound{}, setProfileLabel},

	repeatName:    {a: bound{1, roundsMax}},
	repeatEndName: {},

	startName:          {perform: func(p *performer, _, _ int) { p.tracer.start() }},
	"stop":             {perform: func(p *performer, _, _ int) { p.tracer.stop() }},
	startReadFirstName: {perform: startReadFirst},
	"advance":          {perform: func(p *performer, _, _ int) { p.tracer.advance() }},
	"maxprocs":         {bound{1, maxprocsMax}, bound{}, setMaxprocs},
	"read":             {perform: read},
	"reader-stall":     {bound{0, stallMax}, bound{}, stallReader},

	"ping-pong":         {bound{1, roundsMax}, bound{}, pingPong},
	"mutex":             {bound{0, mutexMax}, bound{1, roundsMax}, lockMutex},
	"select":            {bound{1, roundsMax}, bound{}, selectRounds},
	"syscall":           {bound{0, microsMax}, bound{}, blockInSyscall},
	"net-poll":          {bound{1, roundsMax}, bound{}, pollPipe},
	"timer":             {bound{1, microsMax}, bound{}, startTimer},
	"lock-thread":       {perform: lockThread},
	"unlock-thread":     {perform: unlockThread},
	"cgo-call":          {bound{1, microsMax}, bound{}, cgoCall},
	"cgo-callback":      {bound{1, callbacksMax}, bound{}, cgoCallback},
	"gc":                {perform: func(*performer, int, int) { runtime.GC() }},
	"allocate":          {bound{1, allocateMax}, bound{}, allocate},
	"set-memory-limit":  {bound{0, memoryMiBMax}, bound{}, setMemoryLimit},
	"trace-alloc-free":  {bound{0, 1}, bound{}, traceAllocFree},
	"profile-on":        {bound{1, profileHzMax}, bound{}, profileOn},
	"profile-off":       {perform: func(p *performer, _, _ int) { p.profiler.off() }},
	"read-mem-stats":    {perform: readMemStats},
	"goroutine-profile": {perform: profileGoroutines},
	"grow-stack":        {bound{1, stackKiBMax}, bound{}, growStack},
	"recorder-start":    {perform: func(p *performer, _, _ int) { p.recorder.start(&p.tracer) }},
	"recorder-snapshot": {perform: func(p *performer, _, _ int) { p.recorder.snapshot(&p.tracer) }},
	"recorder-stop":     {perform: func(p *performer, _, _ int) { p.recorder.stop(&p.tracer) }},
	"compute":           {bound{1, workMax}, bound{}, work},
	pullName:            {bound{0, programIDMax}, bound{}, pull},
	"pull-next":         {perform: pullNext},
	"panic":             {perform: endProcess},
	"exit-process":      {perform: endProcess},
}

func block(p *performer, semaphore, _ int) { p.crowd.block(semaphore) }

func unblock(p *performer, semaphore, _ int) { p.crowd.unblock(semaphore) }

func setMaxprocs(_ *performer, procs, _ int) { runtime.GOMAXPROCS(procs) }

func stallReader(p *performer, units, _ int) { p.tracer.stall.units.Store(int32(units)) }

func profileOn(p *performer, rate, _ int) { p.profiler.on(rate) }

// startReadFirst is start: the reader is runtime/trace's own.
func startReadFirst(p *performer, _, _ int) {
	p.frames.note("start-read-first: runtime/trace has the only reader")
	p.tracer.start()
}

// endProcess is the simulator's alone: without its last frame a driver has failed.
func endProcess(p *performer, _, _ int) {
	p.frames.note("panic, exit-process: a driver goes on to its last frame")
}

// read would be a second reader of the trace, which runtime/trace keeps out of reach.
func read(p *performer, _, _ int) {
	p.frames.note("read: runtime/trace has the only reader")
}
