# Licensed under the Apache License, Version 2.0: http://www.apache.org/licenses/LICENSE-2.0
#
# Sourced, in the root of the checkout: what a build has for SANITIZER, one program a line, out of the targets of the tree.
# Readers of traces are one thread: not with ThreadSanitizer. On real threads (race_*) it alone judges, and it has a second
# build of the tracers' targets, in which race annotations are judged (<target>_annotations).
. ci/inputs.sh
cores_targets() {
	case $1 in
	thread) targets_matching 'fuzz_* race_*' | grep -v '^fuzz_.*_reader_' ;;
	*) targets_matching 'fuzz_*' ;;
	esac
}
annotations_targets() {
	[ "$1" != thread ] || targets_matching 'fuzz_trace_v*'
}

# Of the project for Go (go/), whose language is its own.
go_targets() {
	echo fuzz_go_trace_reader
}

# oss_fuzz_programs SANITIZER: of the project for FUZZING_LANGUAGE.
oss_fuzz_programs() {
	if [ "${FUZZING_LANGUAGE:-c}" = go ]; then
		go_targets
	else
		cores_targets "$1" && annotations_targets "$1" | sed 's/$/_annotations/'
	fi
}
