package main

import (
	"os"
	"runtime"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"
)

const threadLockMax = 4

var timersFired atomic.Int64

// blockInSyscall rests in the kernel, where the runtime knows of a system call and of no sleep.
func blockInSyscall(_ *performer, micros, _ int) {
	rest := syscall.NsecToTimespec(int64(micros) * int64(time.Microsecond))
	syscall.Syscall(syscall.SYS_NANOSLEEP, uintptr(unsafe.Pointer(&rest)), 0, 0)
}

// pollPipe sends bytes one by one to a goroutine that waits for each in the network poller.
func pollPipe(p *performer, count, _ int) {
	reader, writer, err := os.Pipe()
	if err != nil {
		p.frames.note("net-poll: %v", err)
		return
	}
	received := make(chan struct{})
	go func() {
		defer close(received)
		var buffer [1]byte
		for {
			if _, err := reader.Read(buffer[:]); err != nil {
				return
			}
		}
	}()
	for ; count > 0; count-- {
		runtime.Gosched()
		if _, err := writer.Write([]byte{byte(count)}); err != nil {
			p.frames.note("net-poll: %v", err)
			break
		}
	}
	writer.Close()
	<-received
	reader.Close()
}

// startTimer has a function run later, which nobody waits for.
func startTimer(_ *performer, micros, _ int) {
	time.AfterFunc(time.Duration(micros)*time.Microsecond, func() { timersFired.Add(1) })
}

func lockThread(p *performer, _, _ int) {
	if p.threadLocks < threadLockMax && !p.isIterating() {
		p.threadLocks++
		runtime.LockOSThread()
	}
}

func unlockThread(p *performer, _, _ int) {
	if p.threadLocks > 0 && !p.isIterating() {
		p.threadLocks--
		runtime.UnlockOSThread()
	}
}
