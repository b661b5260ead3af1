# AddressSanitizer and UndefinedBehaviorSanitizer, libFuzzer.
set(SANITIZER asan CACHE STRING "")
set(ENGINE libfuzzer CACHE STRING "")
