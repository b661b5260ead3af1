package reader

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// Property: Go's reader answers on any bytes, accepts what our judge accepts, refuses what breaks a
// rule of its own, and makes as many events of a trace as the trace holds.
//
// The seeds are traces of real programs and of situations; FUZZ_CORPUS_DIR names another folder, as
// runners do who ask what a corpus reaches.
func FuzzTraceReader(f *testing.F) {
	folder := os.Getenv("FUZZ_CORPUS_DIR")
	if folder == "" {
		folder = "seeds"
	}
	count := 0
	err := filepath.WalkDir(folder, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		file, err := os.ReadFile(name)
		f.Add(file)
		count++
		return err
	})
	if err != nil || count == 0 {
		f.Fatalf("%s: %d traces, %v; the module is one that `stage' makes", folder, count, err)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		if err := Compare(file); err != nil {
			t.Error(err)
		}
	})
}
