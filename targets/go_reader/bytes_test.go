package reader

import (
	"os"
	"path/filepath"
	"testing"
)

const (
	smallSize     = 400 // bytes; what is larger takes minutes
	complaintsMax = 10
)

// Numbers that mean something in a trace: types, statuses, sequences, and the bytes that lengthen a
// number.
func isTried(number int) bool {
	return number < 64 || number == 127 || number == 128 || number == 255
}

// Property: that of FuzzTraceReader, of each small seed with each byte behind its header in turn as
// another number. A rule that one of the two forgets is seldom missed.
func TestEveryByte(t *testing.T) {
	if os.Getenv("FUZZ_CORPUS_DIR") != "" {
		t.Skip("what a corpus reaches is asked, and this is none")
	}
	names, err := filepath.Glob("seeds/*")
	if err != nil {
		t.Fatal(err)
	}
	tried, complaints := 0, 0
	for _, name := range names {
		file, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if len(file) > smallSize {
			continue
		}
		for at := 16; at < len(file); at++ {
			before := file[at]
			for number := 0; number < 256 && complaints < complaintsMax; number++ {
				if !isTried(number) {
					continue
				}
				file[at] = byte(number)
				tried++
				if err := Compare(file); err != nil {
					complaints++
					t.Errorf("%s, byte %d = %d: %v", name, at, number, err)
				}
			}
			file[at] = before
		}
	}
	if tried == 0 {
		t.Error("no seed is small")
	}
	t.Logf("%d traces", tried)
}
