# Texts of a room as C strings: TARGET, a C file, gets `const char <room>_<file with _ for .>[]` of each of SOURCES (separated by
# commas). Run at build time, with -P.
set(text "/* Made of ${SOURCES} by ci/cmake/embed.cmake. */\n#include \"${ROOM}/embedded.h\"\n")
string(REPLACE "," ";" SOURCES "${SOURCES}")
foreach(source IN LISTS SOURCES)
	cmake_path(GET source FILENAME name)
	string(REPLACE "." "_" name ${ROOM}_${name})
	file(READ ${source} bytes HEX)
	string(REGEX REPLACE "(................................)" "\\1\n" bytes "${bytes}")
	string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
	string(APPEND text "const char ${name}[] = {\n${bytes}0};\n")
endforeach()
file(WRITE ${TARGET} "${text}")
