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
	"fmt"
	"os"
	"strings"
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
		if err = verdict(bytes); err == nil {
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

// verdict judges a trace. A reader that panics has rejected it, though not in style.
func verdict(file []byte) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	return judge(file, nil)
}
