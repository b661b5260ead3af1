// Writes the traces that a Go toolchain tests its own reader with, as files.
//
// Usage: upstream-traces FOLDER FILE...
//
// Each FILE is a text of internal/trace/testdata/tests. Its trace becomes FOLDER/NAME.trace; one
// line per file is printed: that path, a tab, and "accept" or "reject", what is expected of it.
// Exit status: 0, or 2 when a file cannot be read or written.
//
// The packages it needs are internal to the toolchain; check places this file below GOROOT/src for
// the time of a build.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"internal/trace/raw"
)

func main() {
	for _, name := range os.Args[2:] {
		if err := convert(name); err != nil {
			fmt.Fprintf(os.Stderr, "upstream-traces: %s: %v; expected a trace test\n", name, err)
			os.Exit(2)
		}
	}
}

func convert(name string) error {
	test, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	expect, text, isWhole := strings.Cut(string(test), "-- trace --\n")
	if !isWhole {
		return errors.New("it has no part `-- trace --'")
	}
	file, err := assemble(text)
	if err != nil {
		return err
	}
	path := filepath.Join(os.Args[1], strings.TrimSuffix(filepath.Base(name), ".test")+".trace")
	verdict := "accept"
	if strings.Contains(expect, "FAILURE") {
		verdict = "reject"
	}
	fmt.Printf("%s\t%s\n", path, verdict)
	return os.WriteFile(path, file, 0o666)
}

func assemble(text string) ([]byte, error) {
	r, err := raw.NewTextReader(strings.NewReader(text))
	if err != nil {
		return nil, err
	}
	var file bytes.Buffer
	w, err := raw.NewWriter(&file, r.Version())
	if err != nil {
		return nil, err
	}
	for {
		event, err := r.ReadEvent()
		if err == io.EOF {
			return file.Bytes(), nil
		}
		if err != nil {
			return nil, err
		}
		if err := w.WriteEvent(event); err != nil {
			return nil, err
		}
	}
}
