# libFuzzer without a sanitizer: the fastest search, judged by the runtime's checkers, oracle and truth.
set(SANITIZER none CACHE STRING "")
set(ENGINE libfuzzer CACHE STRING "")
