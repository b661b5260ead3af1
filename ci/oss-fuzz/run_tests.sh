#!/bin/bash -eu
# Licensed under the Apache License, Version 2.0: http://www.apache.org/licenses/LICENSE-2.0
#
# The project's own tests in a build without sanitizers: unit tests, pinned issues, the regression corpus. Needs no
# network, writes to $WORK alone. Left out: style, proofs that take minutes, what needs a Go toolchain or looks for a browser.
cd "$SRC/tracer-fuzz"
folder=$WORK/tracer-fuzz-tests
# The flags are for fuzzing; a test that counts on its optimisation would be another one.
unset CFLAGS CXXFLAGS
[ -f "$folder/CMakeCache.txt" ] ||
	cmake -G Ninja -D WARNINGS_ARE_ERRORS=OFF -C ci/presets/dev.cmake -B "$folder" -S .
cmake --build "$folder"
cd "$folder"
ctest --output-on-failure --no-tests=error -j "$(nproc)" -LE 'style|proof' -E '^go\.|^real_go|^rut_go|^show\.test_page'
