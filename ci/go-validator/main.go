// Judges execution traces with the reader and the validator of a Go toolchain, many files in one
// run.
//
// Usage: go-validator [FILE...]    without FILE: names from standard input, one per line
//
// Prints one line per file: its name, a tab, and either "accept" or "reject: " with the first line
// of the message. Exit status: 0 all accepted, 1 one rejected, 2 one unreadable.
//
// The packages it needs are internal to the toolchain; build places this file below GOROOT/src for
// the time of a build.
package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"reflect"
	"strings"

	"internal/trace"
	"internal/trace/testtrace"
)

func main() {
	out := bufio.NewWriter(os.Stdout)
	status := 0
	each := func(name string) {
		bytes, err := os.ReadFile(name)
		if err != nil {
			fmt.Fprintf(os.Stderr, "go-validator: %v; expected a trace file\n", err)
			status = 2
			return
		}
		if err = judge(bytes); err == nil {
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
	r, err := trace.NewReader(bytes.NewReader(file))
	if err != nil {
		return err
	}
	v := testtrace.NewValidator()
	minor := versionOf(file)
	setVersion(v, minor)
	for {
		ev, err := r.ReadEvent()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		// The reader makes events of Go 1.22 of an older trace, which keep fewer promises.
		if minor < 22 {
			continue
		}
		if err := v.Event(ev); err != nil {
			return fmt.Errorf("validator: %w", err)
		}
	}
}

// versionOf returns the minor version of the Go that wrote file.
func versionOf(file []byte) (minor uint64) {
	fmt.Sscanf(string(file[:min(len(file), 16)]), "go 1.%d", &minor)
	return minor
}

// setVersion tells v which Go wrote a trace: newer validators expect of a trace what its version
// promises. Older ones have no such field.
func setVersion(v *testtrace.Validator, minor uint64) {
	if field := reflect.ValueOf(v).Elem().FieldByName("GoVersion"); field.IsValid() {
		field.SetUint(minor)
	}
}
