# The ThreadSanitizer simulation ("cores": the runtime instrumented, the simulator not), libFuzzer.
set(SANITIZER tsan CACHE STRING "")
set(ENGINE libfuzzer CACHE STRING "")
