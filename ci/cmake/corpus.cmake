# What the corpus promises: readers.<how> gives corpus/traces to a reader (ci/readers), ours, and two that are broken and
# must be told so.
function(add_corpus_tests)
	if(NOT TARGET rut_tool)
		return()
	endif()
	add_reader_test(own "$<TARGET_FILE:rut_tool> validate {}" "[0-9]+ of [0-9]+ as expected")
	set_tests_properties(readers.own PROPERTIES FAIL_REGULAR_EXPRESSION DISAGREES)
	# No sanitizer has anything to say of these.
	if(SANITIZER STREQUAL "none")
		add_reader_test(accepts_all true "reject +accept +DISAGREES")
		add_reader_test(rejects_all false "accept +reject +DISAGREES")
	endif()
endfunction()

function(add_reader_test name reader expected)
	add_test(NAME readers.${name} COMMAND ci/readers WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
	set_tests_properties(readers.${name} PROPERTIES
		ENVIRONMENT "${sanitizer_environment};READER=${reader};READER_WORK=${PROJECT_BINARY_DIR}/readers/${name}"
		PASS_REGULAR_EXPRESSION "${expected}" LABELS repro TIMEOUT 300)
endfunction()
