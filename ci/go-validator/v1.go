// Judges execution traces of Go 1.21 and older with the reader of a Go toolchain from before 1.23,
// which checks the wire, the order of events and the states of goroutines and Ps.
//
// Usage and output are those of main.go beside this file, for newer toolchains.
//
// The package it needs is internal to the toolchain; build places this file below GOROOT/src for
// the time of a build. It is kept within the language of Go 1.19.
package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"strings"

	"internal/trace"
)

func main() {
	out := bufio.NewWriter(os.Stdout)
	status := 0
	each := func(name string) {
		file, err := os.ReadFile(name)
		if err != nil {
			fmt.Fprintf(os.Stderr, "go-validator: %v; expected a trace file\n", err)
			status = 2
			return
		}
		if err = judge(file); err == nil {
			fmt.Fprintf(out, "%s\taccept\n", name)
		} else {
			if status == 0 {
				status = 1
			}
			line, _, _ := strings.Cut(err.Error(), "\n")
			fmt.Fprintf(out, "%s\treject: %s\n", name, line)
		}
		// Who sends names one by one waits for the answer.
		out.Flush()
	}
	if len(os.Args) > 1 {
		for _, name := range os.Args[1:] {
			each(name)
		}
	} else {
		lines := bufio.NewScanner(os.Stdin)
		for lines.Scan() {
			each(lines.Text())
		}
	}
	os.Exit(status)
}

// judge reads a whole trace. A reader that panics has rejected it, though not in style.
func judge(file []byte) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	_, err = trace.Parse(bytes.NewReader(file), "")
	return err
}
