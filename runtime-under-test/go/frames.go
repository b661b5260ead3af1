package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"sync"
)

const frameHeaderSize = 9

// A frameWriter hands frames to the harness: each at once and in one write, so that a crash loses
// nothing that was handed over before it.
type frameWriter struct {
	mutex   sync.Mutex
	file    *os.File
	buffer  []byte
	noted   map[string]bool
	streams uint32
}

func newFrameWriter(file *os.File) *frameWriter {
	return &frameWriter{file: file, noted: map[string]bool{}}
}

func (w *frameWriter) write(kind byte, stream uint32, payload []byte) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.writeLocked(kind, stream, payload)
}

func (w *frameWriter) writeLocked(kind byte, stream uint32, payload []byte) {
	var header [frameHeaderSize]byte
	header[0] = kind
	binary.LittleEndian.PutUint32(header[1:], stream)
	binary.LittleEndian.PutUint32(header[5:], uint32(len(payload)))
	w.buffer = append(append(w.buffer[:0], header[:]...), payload...)
	if _, err := w.file.Write(w.buffer); err != nil {
		fmt.Fprintf(os.Stderr, "driver: a frame cannot be written: %v\n", err)
		os.Exit(exitHarness)
	}
}

// begin announces one more stream and returns its number.
func (w *frameWriter) begin(kind string) uint32 {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.streams++
	w.writeLocked('B', w.streams, []byte(kind))
	return w.streams
}

// note tells of what could not be done, once per distinct text.
func (w *frameWriter) note(format string, arguments ...interface{}) {
	text := fmt.Sprintf(format, arguments...)
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if w.noted[text] {
		return
	}
	w.noted[text] = true
	w.writeLocked('N', 0, []byte(text))
}
