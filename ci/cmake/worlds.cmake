# Each targets/exhaust/world_*.c is a world of `rut exhaust`: a row in the generated exhaust/world_list.def. All of them are one
# test: clean, and not under their controls.

function(list_worlds)
	file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/targets/exhaust/world_*.c)
	set(rows "")
	foreach(source IN LISTS sources)
		cmake_path(GET source STEM name)
		string(REGEX REPLACE "^world_" "" name ${name})
		string(APPEND rows "WORLD(${name})\n")
	endforeach()
	file(GENERATE OUTPUT ${PROJECT_BINARY_DIR}/generated/exhaust/world_list.def CONTENT "${rows}")
	target_include_directories(exhaust PRIVATE ${PROJECT_BINARY_DIR}/generated)
endfunction()

function(add_worlds_test)
	if(NOT TARGET rut_tool)
		return()
	endif()
	add_test(NAME exhaust.worlds COMMAND rut_tool exhaust --controls WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
	set_tests_properties(exhaust.worlds PROPERTIES ENVIRONMENT "${sanitizer_environment}" LABELS exhaust TIMEOUT 600)
endfunction()
