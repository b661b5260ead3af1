#!/bin/bash -eu
# Licensed under the Apache License, Version 2.0: http://www.apache.org/licenses/LICENSE-2.0
#
# Go's own trace reader against our judge, by the contract of OSS-Fuzz for Go: the reader of $SRC/go where that is, else
# that of the Go at hand; $SRC/tracer-fuzz; results in $OUT. Nothing is fetched.
#
# Not by compile_native_go_fuzzer: what that links takes its input apart into arguments, by a byte or a length in front, so
# that neither its seeds nor what it finds would be traces. Flags are those that it passes.
cd "$SRC/tracer-fuzz"
. ci/oss-fuzz/targets.sh
name=$(go_targets)
export GOTOOLCHAIN=local GOPROXY=off GOFLAGS=-buildvcs=false
unset GOROOT
source=$SRC/go/src
[ -d "$source" ] || source=$(go env GOROOT)/src
folder=$WORK/go-reader
targets/go_reader/stage "$source" "$folder"
cd "$folder"
if [ "$SANITIZER" = coverage ]; then
	# As the runner of Go's coverage calls it: with $FUZZ_CORPUS_DIR, and translates paths by the other file.
	unset CFLAGS CXXFLAGS
	go test -c -covermode=atomic -coverpkg=./... -o "$OUT/$name" .
	echo "s=$(go list -m)=$folder=" >"$OUT/$name.gocovpath"
else
	export CGO_CFLAGS=$CFLAGS CGO_LDFLAGS=$SANITIZER_FLAGS
	go build -buildmode=c-archive -tags libfuzzer -trimpath -gcflags=all=-d=libfuzzer \
		-gcflags=runtime/cgo=-d=libfuzzer=0 -gcflags=syscall=-d=libfuzzer=0 -o "$folder/$name.a" ./libfuzzer
	$CXX $CXXFLAGS $LIB_FUZZING_ENGINE "$folder/$name.a" -o "$OUT/$name"
fi
cp "$SRC/tracer-fuzz/ci/oss-fuzz/target.options" "$OUT/$name.options"
cp "$SRC/tracer-fuzz/ci/oss-fuzz/dictionaries/fuzz_trace_reader_v2.dict" "$OUT/$name.dict"
rm -f "$OUT/${name}_seed_corpus.zip"
zip -q -X -j "$OUT/${name}_seed_corpus.zip" seeds/*
