# Each folder repro/issue-* is one test `repro.<folder>`: its scenarios under every setting, as expected.
function(add_repros)
	if(NOT TARGET rut_tool)
		return()
	endif()
	file(GLOB folders CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}/repro ${PROJECT_SOURCE_DIR}/repro/issue-*)
	foreach(folder IN LISTS folders)
		add_test(NAME repro.${folder} COMMAND rut_tool check repro/${folder}
			WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
		set_tests_properties(repro.${folder} PROPERTIES
			ENVIRONMENT "${sanitizer_environment}" LABELS repro TIMEOUT 300)
	endforeach()
endfunction()
