# What drives engines, from end to end, once: in the build that is fastest of those that have targets with an engine and a
# tool. `rut fuzz` looks for presets by name beside each other, and ci/fuzz-merge for this one.
function(add_fuzz_smoke)
	cmake_path(GET PROJECT_BINARY_DIR FILENAME preset)
	if(NOT TARGET rut_tool OR NOT ENGINE STREQUAL "libfuzzer" OR NOT preset STREQUAL "asan")
		return()
	endif()
	add_test(NAME rut.fuzz COMMAND targets/rut/tests/fuzz_smoke $<TARGET_FILE:rut_tool>
		WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
	add_test(NAME corpus.merge COMMAND ci/prove/fuzz-merge ${PROJECT_BINARY_DIR}
		WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
	set_tests_properties(rut.fuzz corpus.merge PROPERTIES
		ENVIRONMENT "TRACER_FUZZ_SYMBOLIZER=${SYMBOLIZER}" LABELS fuzz TIMEOUT 600)
endfunction()
