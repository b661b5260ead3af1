# What the corpus reaches in the sources (`make coverage`): clang's source-based coverage, the targets as replay programs.
set(SANITIZER none CACHE STRING "")
set(ENGINE standalone CACHE STRING "")
set(COVERAGE ON CACHE BOOL "")
set(UNIT_TESTS OFF CACHE BOOL "")
