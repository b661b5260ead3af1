#!/bin/bash -eu
# Licensed under the Apache License, Version 2.0: http://www.apache.org/licenses/LICENSE-2.0
#
# All fuzz targets, by the contract of OSS-Fuzz: compilers, flags and engine are the environment's (CC CXX CFLAGS CXXFLAGS
# LIB_FUZZING_ENGINE SANITIZER FUZZING_ENGINE ARCHITECTURE), results go to $OUT, everything between to $WORK. The sources
# are in $SRC/tracer-fuzz. Run again in the same environment, it builds what changed.
cd "$SRC/tracer-fuzz"
. ci/oss-fuzz/targets.sh
case $ARCHITECTURE in
x86_64 | aarch64) ;;
*) echo "build.sh: the simulator switches stacks on x86_64 and aarch64 only, not on $ARCHITECTURE" >&2 && exit 1 ;;
esac

# Who called means nothing where stacks are switched in the middle of calls: each run would take edges that none took before.
case ${AFL_LLVM_INSTRUMENT:-} in
*CTX* | *CALLER*) unset AFL_LLVM_INSTRUMENT ;;
esac

# build FOLDER DEFINITION TARGETS...: configured once for an environment, since CMake would keep the flags of the first.
build() {
	local folder=$1 definition=$2
	shift 2
	local environment="$CC|$CXX|$CFLAGS|$CXXFLAGS|$LIB_FUZZING_ENGINE|$SANITIZER|$FUZZING_ENGINE|$definition
		$(env | grep "^AFL_" || true)"
	if [ "$(cat "$folder/environment" 2>/dev/null)" != "$environment" ]; then
		rm -rf "$folder"
		cmake -G Ninja $definition -C ci/presets/oss-fuzz.cmake -B "$folder" -S .
		echo "$environment" >"$folder/environment"
	fi
	# Which files an engine sees: clang has its list from CMake, AFL++'s compiler reads this one.
	AFL_LLVM_ALLOWLIST=$folder/generated/covered.afl cmake --build "$folder" --parallel "$(nproc)" --target "$@"
}

# deliver FOLDER TARGET NAME: the program as $OUT/NAME, with all that goes with it.
deliver() {
	local target=$2 name=$3
	local inputs
	inputs=$(find $(tree_folders "$target") -name '.*' -prune -o ! -type d -print)
	cp "$1/bin/$target" "$OUT/$name"
	cp ci/oss-fuzz/target.options "$OUT/$name.options"
	rm -f "$OUT/${name}_seed_corpus.zip"
	zip -q -X -j "$OUT/${name}_seed_corpus.zip" $inputs
	if [ -f "ci/oss-fuzz/dictionaries/$target.dict" ]; then
		cp "ci/oss-fuzz/dictionaries/$target.dict" "$OUT/$name.dict"
	fi
}

folder=$WORK/tracer-fuzz-$FUZZING_ENGINE-$SANITIZER
targets=$(cores_targets "$SANITIZER")
build "$folder" "" $targets
for target in $targets; do
	deliver "$folder" "$target" "$target"
done
targets=$(annotations_targets "$SANITIZER")
if [ -n "$targets" ]; then
	build "$folder-annotations" "-D SANITIZER=tsan-annotations" $targets
	for target in $targets; do
		deliver "$folder-annotations" "$target" "${target}_annotations"
	done
fi
