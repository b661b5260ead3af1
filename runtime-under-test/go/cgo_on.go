//go:build cgo

package main

/*
#cgo LDFLAGS: -lpthread
#include <pthread.h>
#include <stdint.h>
#include <unistd.h>

extern void driverCalledBack(void);

static void *call_back(void *argument)
{
	for (intptr_t left = (intptr_t)argument; left > 0; left--)
		driverCalledBack();
	return NULL;
}

static int call_back_from_thread(int count)
{
	pthread_t thread;
	int error = pthread_create(&thread, NULL, call_back, (void *)(intptr_t)count);
	if (error == 0)
		error = pthread_join(thread, NULL);
	return error;
}

static void rest(unsigned micros)
{
	usleep(micros);
}
*/
import "C"

import "syscall"

const hasCgo = true

func cgoCall(_ *performer, micros, _ int) {
	C.rest(C.uint(micros))
}

// cgoCallback has a thread that C made call into Go, for which the runtime lends it an extra M.
func cgoCallback(p *performer, times, _ int) {
	if number := C.call_back_from_thread(C.int(times)); number != 0 {
		p.frames.note("cgo-callback: %v", syscall.Errno(number))
	}
}
