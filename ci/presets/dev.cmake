# No sanitizer, no engine: the tool, the unit tests, the targets as replay programs. Any of clang and gcc.
set(SANITIZER none CACHE STRING "")
set(ENGINE standalone CACHE STRING "")
