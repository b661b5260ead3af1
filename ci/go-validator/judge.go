package main

import (
	"bytes"
	"fmt"
	"io"
	"reflect"

	"internal/trace"
	"internal/trace/testtrace"
)

// judge reads a whole trace, and calls each, if any, for every event. Panics of the reader are the
// caller's.
func judge(file []byte, each func(trace.Event)) error {
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
		if each != nil {
			each(ev)
		}
		// The reader makes events of Go 1.22 of an older trace, which keep fewer promises.
		if minor < 22 {
			continue
		}
		if err := validate(v, ev); err != nil {
			return fmt.Errorf("validator: %w", err)
		}
	}
}

// validate asks what an event holds, at which the reader's own types panic where the trace told
// nonsense. A validator that panics has rejected it, though not in style.
func validate(v *testtrace.Validator, ev trace.Event) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	return v.Event(ev)
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
