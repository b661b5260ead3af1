# The other ThreadSanitizer simulation: goroutines' own code instrumented, the runtime not, so that only its race
# annotations order them, as in a Go program built with -race; libFuzzer.
set(SANITIZER tsan-annotations CACHE STRING "")
set(ENGINE libfuzzer CACHE STRING "")
